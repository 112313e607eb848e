/**
 * What is counted while models are asked, always on and kept by Effect's own registry: names and buckets are those of
 * OpenTelemetry's conventions for generative AI where these have a word for it. Where the numbers go is up to the
 * application; `Prometheus` renders them as text.
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"
import * as Option from "effect/Option"
import { isRetry, type Attempt } from "../domain/Attempt.js"
import type { Reason } from "../domain/GenerationError.js"
import type * as Tracing from "./Tracing.js"

/** Boundaries, each `factor` times the one before; Effect adds infinity as the last one and counts it in. */
const boundaries = (start: number, factor: number, count: number) =>
  MetricBoundaries.exponential({ start, factor, count: count + 1 })

/** Seconds, doubling from 10 ms to 81.92 s as the conventions say, and twice more for runs of 400 s. */
const SECONDS = boundaries(0.01, 2, 16)

/** Tokens, from 1 to 67,108,864: the conventions' buckets. */
const TOKENS = boundaries(1, 4, 14)

/** Exporters take the unit from a tag, as with Effect's own timers. */
const histogram = (name: string, unit: string, buckets: MetricBoundaries.MetricBoundaries, description: string) =>
  Metric.fromMetricKey(
    MetricKey.taggedWithLabels(MetricKey.histogram(name, buckets, description), [MetricLabel.make("unit", unit)])
  )

/** With the bounds of times. */
const seconds = (name: string, description: string) => histogram(name, "s", SECONDS, description)

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

export const operationDuration = seconds(
  "gen_ai.client.operation.duration",
  "Seconds from sending a request to the end of its answer, or of its failure"
)
export const timeToFirstToken = seconds(
  "gen_ai.client.operation.time_to_first_chunk",
  "Seconds from sending a request to the first token of its answer"
)
export const tokenUsage = histogram("gen_ai.client.token.usage", "{token}", TOKENS, "Tokens of a request, in and out")

export const requests = counter("algogen.requests", "Requests sent")
export const attempts = counter("algogen.attempts", "Attempts, by outcome")
export const retries = counter("algogen.retries", "Retries, by the reason of the failure")
export const rateLimits = counter("algogen.rate_limits", "Rate limits met, by scope")
export const refusedAnswers = counter("algogen.answers.refused", "Answers that failed a check, by stage")
export const cost = counter("algogen.cost", "US dollars that the server is known to have charged")
/** US dollars that this process is known to have spent so far. */
export const spent: Effect.Effect<number> = Effect.map(Metric.value(cost), ({ count }) => count)

export const inFlight = Metric.gauge("algogen.in_flight", { description: "Requests in flight" })

export const concurrencyLimit = Metric.gauge("algogen.concurrency.limit", {
  description: "Requests in flight that flow control allows"
})
export const concurrencyChanges = counter(
  "algogen.concurrency.changes",
  "Changes of the concurrency limit, by direction"
)
export const gateWaits = seconds("algogen.gate.wait", "Seconds for which flow control held a request back")
export const circuitState = Metric.gauge("algogen.circuit.state", {
  description: "1 for the present state of a circuit (a model's or the server's), 0 for the other states"
})

export const limitRaised = Metric.increment(Metric.tagged(concurrencyChanges, "direction", "up"))
export const limitCut = Metric.increment(Metric.tagged(concurrencyChanges, "direction", "down"))

/** OpenTelemetry's name for what is not told apart. */
const OTHER = "_OTHER"

/** The first models have figures of their own. */
export const naming = (most: number): ((model: string) => string) => {
  const models = new Set<string>()
  return (model) => {
    if (models.size < most) models.add(model)
    return models.has(model) ? model : OTHER
  }
}

/** Each takes 10 kB and a hundred lines for Prometheus. More than a router lists, and half of what OpenTelemetry tells apart. */
const named = naming(1_000)

const CIRCUIT_STATES = { Closed: "closed", HalfOpen: "half_open", Open: "open" } as const

/**
 * Shows a circuit, `server` or `model:{id}`, in its state and in no other. Models that have no figures of their own have no
 * circuit here: several of them can be in several states.
 */
export const showing =
  (named: (model: string) => string) =>
  (circuit: string, state: keyof typeof CIRCUIT_STATES): Effect.Effect<void> => {
    const [, model] = circuit.split(/^model:/)
    if (model !== undefined && named(model) !== model) return Effect.void
    return Effect.forEach(
      Object.values(CIRCUIT_STATES),
      (each) =>
        Metric.set(
          circuitState.pipe(Metric.tagged("circuit", circuit), Metric.tagged("state", each)),
          each === CIRCUIT_STATES[state] ? 1 : 0
        ),
      { discard: true }
    )
  }

export const setCircuit = showing(named)

/** Counts a request that goes out, and counts it as in flight while it runs. For a region that nothing interrupts. */
export const requesting =
  (model: string) =>
  <A, E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<Exit.Exit<A, E>, never, R> =>
    Effect.withFiberRuntime((fiber) => {
      const around = fiber.getFiberRef(FiberRef.currentMetricLabels)
      update(around, [requests, 1, { "gen_ai.request.model": named(model) }])
      inFlight.unsafeModify(1, around)
      return Effect.map(Effect.exit(request), (exit) => {
        inFlight.unsafeModify(-1, around)
        return exit
      })
    })

/** Counts a line of the ledger; `reason` is there when the attempt failed. */
export const recordAttempt = (
  operation: Tracing.Operation,
  model: string,
  attempt: Attempt,
  reason: Option.Option<Reason>
): Effect.Effect<void> =>
  record(() => {
    const { cause, durationMs, firstTokenMs, number, outcome, servedModel, usage } = attempt
    const asked = { ...operation, "gen_ai.request.model": named(model) }
    const tags = servedModel === undefined ? asked : { ...asked, "gen_ai.response.model": named(servedModel) }
    const failed = outcome === "ok" ? tags : { ...tags, "error.type": outcome }
    const updates: Array<Update> = [
      [attempts, 1, { outcome }],
      [operationDuration, durationMs / 1000, failed]
    ]
    if (isRetry({ cause, number })) updates.push([retries, 1, { reason: cause }])
    if (firstTokenMs !== undefined) updates.push([timeToFirstToken, firstTokenMs / 1000, tags])
    if (usage !== undefined) {
      updates.push([tokenUsage, usage.promptTokens, { ...tags, "gen_ai.token.type": "input" }])
      updates.push([tokenUsage, usage.completionTokens, { ...tags, "gen_ai.token.type": "output" }])
      if (usage.cost !== undefined) updates.push([cost, usage.cost, {}])
    }
    if (Option.isSome(reason)) updates.push(...updatesFor(reason.value))
    return updates
  })

const updatesFor = (reason: Reason): ReadonlyArray<Update> => {
  if (reason._tag === "RateLimited") return [[rateLimits, 1, { scope: reason.scope }]]
  return reason._tag === "BadCode" ? [[refusedAnswers, 1, { stage: reason.failure.stage }]] : []
}

type Tags = Readonly<Record<string, string>>

/** A metric, what it is updated with, and for which tags. */
type Update = readonly [metric: Pick<Metric.Metric.Counter<number>, "unsafeUpdate">, value: number, tags: Tags]

/** Updates them all, with the tags that the application has set around them. */
const record = (updates: () => ReadonlyArray<Update>): Effect.Effect<void> =>
  Effect.withFiberRuntime((fiber) => {
    const around = fiber.getFiberRef(FiberRef.currentMetricLabels)
    for (const each of updates()) update(around, each)
    return Effect.void
  })

const update = (around: Labels, [metric, value, tags]: Update): void => {
  const labels = labelsOf(tags)
  metric.unsafeUpdate(value, around.length === 0 ? labels : [...labels, ...around])
}

type Labels = ReadonlyArray<MetricLabel.MetricLabel>

const known = new Map<string, Labels>()

/** The labels of some tags, made once: Effect finds a metric by the very list, and else by hashing everything in it. */
const labelsOf = (tags: Tags): Labels => {
  let key = ""
  for (const name in tags) key += `${name}=${tags[name]}\n`
  const found = known.get(key)
  if (found !== undefined) return found
  const labels = Object.entries(tags).map(([name, value]) => MetricLabel.make(name, value))
  known.set(key, labels)
  return labels
}
