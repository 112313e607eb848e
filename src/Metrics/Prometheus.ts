/** Effect's metrics as Prometheus text, version 0.0.4: names with underscores, a line for each combination of tags. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

/** Everything that was counted so far in this process. */
export const render: Effect.Effect<string> = Effect.map(Metric.snapshot, (pairs) =>
  Object.entries(Arr.groupBy(pairs, ({ metricKey }) => metricKey.name.replace(/[^a-zA-Z0-9_:]/g, "_")))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => family(name, members))
    .join("")
)

type Labels = Readonly<Record<string, string>>

const family = (base: string, members: Arr.NonEmptyReadonlyArray<MetricPair.MetricPair.Untyped>): string => {
  const [{ metricKey, metricState }] = members
  // By convention the name of a counter says so.
  const name = typeOf(metricState) === "counter" && !base.endsWith("_total") ? `${base}_total` : base
  const help = Option.match(metricKey.description, {
    onNone: () => "",
    onSome: (text) => `# HELP ${name} ${escape(text)}\n`
  })
  const samples = members.flatMap((member) =>
    samplesOf(name, member.metricState, Object.fromEntries(member.metricKey.tags.map(({ key, value }) => [key, value])))
  )
  return `${help}# TYPE ${name} ${typeOf(metricState)}\n${samples.join("\n")}\n`
}

const typeOf = (state: MetricState.MetricState.Untyped): string => {
  if (MetricState.isHistogramState(state)) return "histogram"
  if (MetricState.isSummaryState(state)) return "summary"
  return MetricState.isGaugeState(state) ? "gauge" : "counter"
}

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
      ...buckets.map(([boundary, count]) => sample(`${name}_bucket`, { ...labels, le: String(boundary) }, count)),
      sample(`${name}_bucket`, { ...labels, le: "+Inf" }, state.count),
      ...totals(state)
    ]
  }
  if (MetricState.isSummaryState(state)) {
    const quantiles = state.quantiles.flatMap(([quantile, value]) =>
      Option.isSome(value) ? [sample(name, { ...labels, quantile: String(quantile) }, value.value)] : []
    )
    return [...quantiles, ...totals(state)]
  }
  return []
}

const sample = (name: string, labels: Labels, value: number): string => {
  const written = Object.entries(labels).map(([key, text]) => `${key.replace(/\W/g, "_")}="${escape(text, '"')}"`)
  return `${name}${written.length === 0 ? "" : `{${written.join(",")}}`} ${value}`
}

const escape = (text: string, quote = ""): string =>
  text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll(quote === "" ? "\0" : quote, `\\${quote}`)
