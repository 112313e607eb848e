/** Effect's metrics as Prometheus text, version 0.0.4: names with underscores, a line for each combination of tags. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

/** Everything that was counted so far in this process. */
export const render: Effect.Effect<string> = Effect.map(Metric.snapshot, (pairs) =>
  Object.entries(Arr.groupBy(pairs, nameOf))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => family(name, members))
    .join("")
)

type Labels = Readonly<Record<string, string>>

/** By convention the name of a counter says so. */
const nameOf = ({ metricKey, metricState }: MetricPair.MetricPair.Untyped): string => {
  const name = legal(metricKey.name, /[^a-zA-Z0-9_:]/g)
  return typeOf(metricState) === "counter" && !name.endsWith("_total") ? `${name}_total` : name
}

const family = (name: string, members: Arr.NonEmptyReadonlyArray<MetricPair.MetricPair.Untyped>): string => {
  const [{ metricKey, metricState }] = members
  const help = Option.match(metricKey.description, {
    onNone: () => "",
    onSome: (text) => `# HELP ${name} ${escape(text)}\n`
  })
  const samples = members.flatMap((member) => samplesOf(name, member.metricState, labelsOf(member)))
  return `${help}# TYPE ${name} ${typeOf(metricState)}\n${samples.join("\n")}\n`
}

const typeOf = (state: MetricState.MetricState.Untyped): string => {
  if (MetricState.isHistogramState(state)) return "histogram"
  if (MetricState.isSummaryState(state)) return "summary"
  return MetricState.isGaugeState(state) ? "gauge" : "counter"
}

const labelsOf = ({ metricKey }: MetricPair.MetricPair.Untyped): Labels =>
  Object.fromEntries(metricKey.tags.map(({ key, value }) => [legal(key, /\W/g), value]))

const samplesOf = (name: string, state: MetricState.MetricState.Untyped, labels: Labels): ReadonlyArray<string> => {
  if (MetricState.isCounterState(state)) return [sample(name, labels, Number(state.count))]
  if (MetricState.isGaugeState(state)) return [sample(name, labels, Number(state.value))]
  if (MetricState.isFrequencyState(state)) {
    return [...state.occurrences].map(([key, count]) => sample(name, { ...labels, key }, count))
  }
  const totals = (counted: { readonly count: number; readonly sum: number }) => [
    sample(`${name}_sum`, labels, counted.sum),
    sample(`${name}_count`, labels, counted.count)
  ]
  if (MetricState.isHistogramState(state)) {
    // The last boundary of Effect's histograms is infinity already, under its largest number.
    const buckets = state.buckets.filter(([boundary]) => boundary < Number.MAX_VALUE)
    return [
      ...buckets.map(([boundary, count]) => sample(`${name}_bucket`, { ...labels, le: decimal(boundary) }, count)),
      sample(`${name}_bucket`, { ...labels, le: "+Inf" }, state.count),
      ...totals(state)
    ]
  }
  if (MetricState.isSummaryState(state)) {
    const quantiles = state.quantiles.flatMap(([quantile, value]) =>
      Option.isSome(value) ? [sample(name, { ...labels, quantile: decimal(quantile) }, value.value)] : []
    )
    return [...quantiles, ...totals(state)]
  }
  return []
}

const sample = (name: string, labels: Labels, value: number): string => {
  const written = Object.entries(labels).map(([key, text]) => `${key}="${escape(text).replaceAll('"', '\\"')}"`)
  return `${name}${written.length === 0 ? "" : `{${written.join(",")}}`} ${decimal(value)}`
}

const decimal = (value: number): string => String(value).replace("Infinity", value > 0 ? "+Inf" : "Inf")

/** A name begins with no digit. */
const legal = (name: string, foreign: RegExp): string => name.replace(foreign, "_").replace(/^(?=\d|$)/, "_")

const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
