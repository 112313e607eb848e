/** What a seed means: what is asked, on which disk, of which server, and how each life of the program ends. */
import type { Dice } from "./Dice.js"
import * as Faults from "./Faults.js"
import type { Conditions } from "./Server.js"

/** When something happens: at a step of the program, at a call of the disk, or when the listener hears of something. */
export interface Moment {
  readonly of: "step" | "call" | "event"
  readonly nth: number
  /** Of a call: before it has its effect. */
  readonly isBefore: boolean
}

export type Ending =
  | { readonly _tag: "Natural" }
  | { readonly _tag: "Killed" | "PowerCut" | "Interrupted"; readonly at: Moment }
  | { readonly _tag: "Stopped"; readonly afterMs: number }

/** The clock on the wall is set forward or back, at a moment or when a request goes out. */
export interface Jump {
  readonly at: { readonly ms: number } | { readonly request: number }
  readonly byMs: number
}

/** The same program in another process, over the same folder. */
export interface Twin {
  readonly ticker: string
  readonly afterMs: number
  readonly resume: boolean
}

export interface Life {
  readonly resume: boolean
  readonly concurrency: number
  readonly deadlineMs: number
  readonly requestTimeoutMs: number
  readonly maxRetries: number
  readonly patience: number
  readonly repairs: number
  readonly budget: number | undefined
  readonly withFlowControl: boolean
  readonly stream: boolean
  readonly faults: ReadonlyArray<Faults.Fault>
  /** Bytes that fit on the disk. */
  readonly capacity: number
  readonly diskLatencyMs: number
  readonly jumps: ReadonlyArray<Jump>
  readonly twin: Twin | undefined
  readonly server: Conditions
  readonly ending: Ending
}

export interface Scenario {
  readonly seed: number
  readonly models: ReadonlyArray<string>
  readonly samples: number
  readonly ticker: string
  readonly isOpenRouter: boolean
  readonly isSimulated: boolean
  readonly hasLinks: boolean
  /** Fibers go on in the order in which they are ready. */
  readonly isOrderly: boolean
  /** A name that should be unique comes twice now and then, as in copies of one virtual machine. */
  readonly repeatsNames: boolean
  /** Files that lie there before, by the place of their model. */
  readonly before: ReadonlyArray<{ readonly place: number; readonly of: "other ticker" | "real run" | "same" }>
  /** Another program puts a file of another ticker there, at this call of the disk. */
  readonly neighbour: { readonly place: number; readonly atCall: number } | undefined
  readonly lives: ReadonlyArray<Life>
}

const MODELS = [
  "openai/gpt-4o-mini",
  "x-ai/grok-3-mini",
  "meta-llama/llama-3.2-3b-instruct:free",
  "mistralai/mistral-large",
  "qwen/qwen-2-7b-instruct:free",
  "deepseek/deepseek-chat",
  "google/gemma-2-9b-it:free"
] as const

const HOUR = 3_600_000

const momentOf = (dice: Dice): Moment => ({
  of: dice.pick(["step", "call", "call", "event"]),
  nth: 1 + Math.floor(dice.next() ** 1.5 * 60),
  isBefore: dice.chance(0.5)
})

/** Steps are many: the moments are spread over all of them. */
const spread = (dice: Dice, moment: Moment): Moment =>
  moment.of === "step" ? { ...moment, nth: Math.ceil(10 ** (1 + dice.next() * 2.5)) } : moment

const endingOf = (dice: Dice): Ending => {
  const _tag = dice.pick(["Natural", "Natural", "Killed", "PowerCut", "PowerCut", "Interrupted", "Stopped"] as const)
  if (_tag === "Natural") return { _tag }
  if (_tag === "Stopped") return { _tag, afterMs: early(dice) }
  return { _tag, at: spread(dice, momentOf(dice)) }
}

/** Milliseconds, mostly few: many runs are short. */
const early = (dice: Dice): number => Math.floor(20_000 * dice.next() ** 3)

const latencyOf = (dice: Dice, requestTimeoutMs: number) => {
  const usual = dice.pick([0, 20, 300, 3_000])
  // Sometimes the answer comes in the moment in which its time is up.
  return (own: Dice) => (own.chance(0.03) ? requestTimeoutMs : own.below(usual + 1))
}

const jumpOf = (dice: Dice, deadlineMs: number, requestTimeoutMs: number): Jump => ({
  at: dice.chance(0.5) ? { ms: early(dice) } : { request: dice.between(1, 6) },
  byMs: dice.pick([-1, 1]) * dice.pick([1_000, HOUR, 24 * HOUR, deadlineMs, deadlineMs - 100, requestTimeoutMs])
})

const TICKERS = ["AAPL", "BRK-B", "^GSPC"] as const

const lifeOf = (dice: Dice, index: number, models: ReadonlyArray<string>): Life => {
  const requestTimeoutMs = dice.pick([60_000, 60_000, 20_000, 3_000])
  const deadlineMs = dice.pick([400_000, 400_000, 60_000, 5_000, 500])
  return {
    resume: index > 0 || dice.chance(0.3),
    concurrency: dice.between(1, 6),
    deadlineMs,
    requestTimeoutMs,
    maxRetries: dice.between(0, 3),
    patience: dice.pick([0, 0, 3]),
    repairs: dice.pick([0, 0, 1]),
    budget: dice.chance(0.3) ? dice.pick([0.00001, 0.01, 0.02, 0.03, 1]) : undefined,
    withFlowControl: dice.chance(0.8),
    stream: dice.chance(0.8),
    faults: dice.chance(0.4) ? Array.from({ length: dice.between(1, 2) }, () => Faults.draw(dice)) : [],
    capacity: dice.chance(0.1) ? dice.between(0, 30_000) : Number.POSITIVE_INFINITY,
    diskLatencyMs: dice.pick([0, 0, 3, 200]),
    jumps: dice.chance(0.3)
      ? Array.from({ length: dice.between(1, 3) }, () => jumpOf(dice, deadlineMs, requestTimeoutMs))
      : [],
    twin: dice.chance(0.2) ? { ticker: dice.pick(TICKERS), afterMs: early(dice), resume: dice.chance(0.5) } : undefined,
    server: {
      trouble: dice.pick([0, 0.2, 0.5, 0.9]),
      latency: latencyOf(dice, requestTimeoutMs),
      models,
      isSecretive: dice.chance(0.15)
    },
    ending: endingOf(dice)
  }
}

/** A calm day: whatever went wrong before, everything comes to its end now. */
const lastLife = (dice: Dice, models: ReadonlyArray<string>): Life => ({
  resume: true,
  concurrency: dice.between(1, 6),
  deadlineMs: 400_000,
  requestTimeoutMs: 60_000,
  maxRetries: 3,
  patience: 0,
  repairs: 0,
  budget: undefined,
  withFlowControl: dice.chance(0.8),
  stream: dice.chance(0.8),
  faults: [],
  capacity: Number.POSITIVE_INFINITY,
  diskLatencyMs: dice.pick([0, 3]),
  jumps: [],
  twin: undefined,
  server: { trouble: 0, latency: (own) => own.below(500), models, isSecretive: false },
  ending: { _tag: "Natural" }
})

export const draw = (seed: number, dice: Dice): Scenario => {
  const count = dice.between(1, 6)
  const offset = dice.below(MODELS.length)
  const chosen = Array.from({ length: count }, (_, index) => MODELS[(offset + index) % MODELS.length] ?? MODELS[0])
  const models = dice.chance(0.1) ? [...chosen, chosen[0] ?? MODELS[0]] : chosen
  const isSimulated = dice.chance(0.2)
  const kind = () =>
    dice.pick(isSimulated ? (["real run", "other ticker", "same"] as const) : (["other ticker", "same"] as const))
  const lives = Array.from({ length: dice.between(1, 3) }, (_, index) =>
    lifeOf(dice.fork(`life ${index}`), index, models)
  )
  return {
    seed,
    models,
    samples: dice.chance(0.2) ? 2 : 1,
    ticker: dice.pick(TICKERS),
    isOpenRouter: dice.chance(0.6),
    isSimulated,
    hasLinks: dice.chance(0.8),
    isOrderly: dice.chance(0.5),
    repeatsNames: dice.chance(0.1),
    before: Array.from({ length: dice.below(3) }, () => ({ place: dice.below(models.length), of: kind() })),
    neighbour: dice.chance(0.25) ? { place: dice.below(models.length), atCall: dice.between(1, 60) } : undefined,
    lives: [...lives, lastLife(dice.fork("last life"), models)]
  }
}

const describeEnding = (ending: Ending): string => {
  if (ending._tag === "Natural") return "ends by itself"
  if (ending._tag === "Stopped") return `is stopped after ${ending.afterMs} ms`
  const { isBefore, nth, of } = ending.at
  const how = { Killed: "is killed", PowerCut: "meets a power cut", Interrupted: "is interrupted" }[ending._tag]
  return `${how} at ${of} ${nth}${of === "call" ? ` of the disk, ${isBefore ? "before" : "after"} it` : ""}`
}

export const describe = (scenario: Scenario): ReadonlyArray<string> => [
  `seed ${scenario.seed}: ${scenario.models.join(", ")}; ${scenario.samples} a model, for ${scenario.ticker}`,
  [
    scenario.isOpenRouter ? "OpenRouter" : "a server of one's own",
    scenario.isSimulated ? "simulated" : "real",
    `${scenario.hasLinks ? "hard" : "no hard"} links`,
    scenario.isOrderly ? "fibers in order" : "fibers in any order",
    ...(scenario.repeatsNames ? ["random names repeat"] : []),
    ...scenario.before.map(({ of, place }) => `a file of ${of} in place ${place}`),
    ...(scenario.neighbour === undefined ? [] : [`a neighbour's file in place ${scenario.neighbour.place}`])
  ].join(", "),
  ...scenario.lives.map((life, index) =>
    [
      `life ${index} ${describeEnding(life.ending)}`,
      `${life.concurrency} at once`,
      `deadline ${life.deadlineMs} ms`,
      `request timeout ${life.requestTimeoutMs} ms`,
      `retries ${life.maxRetries}`,
      `patience ${life.patience}`,
      life.withFlowControl ? "flow control" : "plain",
      ...(life.resume ? ["resume"] : []),
      ...(life.budget === undefined ? [] : [`budget $${life.budget}`]),
      ...(Number.isFinite(life.capacity) ? [`${life.capacity} bytes of disk`] : []),
      ...life.faults.map(Faults.describe),
      ...life.jumps.map(
        ({ at, byMs }) =>
          `the clock jumps by ${byMs} ms ${"ms" in at ? `after ${at.ms} ms` : `at request ${at.request}`}`
      ),
      ...(life.twin === undefined ? [] : [`a twin for ${life.twin.ticker} after ${life.twin.afterMs} ms`]),
      `trouble ${life.server.trouble}`
    ].join(", ")
  )
]
