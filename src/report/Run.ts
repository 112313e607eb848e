/**
 * A run as the page shows it: plain values, so that a report, a journal and a manifest can all be shown. Times are
 * milliseconds since the epoch, shares are fractions, money is US dollars.
 */
export type Status = "ok" | "failed" | "skipped" | "open"

export interface Attempt {
  /** From 1, within its algorithm. */
  readonly number: number
  /** Why it was made, as `Attempt` in the domain says it. */
  readonly cause: string
  /** How long it was waited for. */
  readonly waitedMs: number
  readonly startedAt: number
  readonly durationMs: number
  readonly firstTokenMs?: number | undefined
  /** `ok`, the tag of what went wrong, or `running`. */
  readonly outcome: string
  readonly message?: string | undefined
  readonly status?: number | undefined
  readonly promptTokens?: number | undefined
  readonly completionTokens?: number | undefined
}

export interface Score {
  readonly return: number
  /** Where the return lies with 95 % confidence, where that can be said. */
  readonly low?: number | undefined
  readonly high?: number | undefined
  readonly buyAndHold: number
  readonly trades: number
  /** The largest one. */
  readonly drawdown: number
  /** From 1, shared by those that cannot be told apart. */
  readonly rank?: number | undefined
  readonly plays: ReadonlyArray<Play>
}

/** The curves of one stretch of prices are multiples of what was there at the start, at evenly spaced moments. */
export interface Play {
  readonly equity: ReadonlyArray<number>
  readonly holdEquity?: ReadonlyArray<number> | undefined
}

/** What becomes of a slot of a run that goes on. */
export interface Doing {
  /** In a few words. */
  readonly words: string
  /** What it waits for between two attempts. */
  readonly wait?: { readonly cause: string; readonly since: number; readonly until: number } | undefined
  /** The last lines of what it has written, and how many there are. */
  readonly tail: ReadonlyArray<string>
  readonly lines: number
}

export interface Slot {
  readonly model: string
  readonly ticker: string
  /** From 1. */
  readonly sample: number
  readonly strategy?: string | undefined
  readonly status: Status
  /** Why there is no file. */
  readonly reason?: string | undefined
  /** Its tag. */
  readonly because?: string | undefined
  readonly code?: string | undefined
  readonly file?: string | undefined
  /** A relative address of the file, with everything encoded. */
  readonly link?: string | undefined
  readonly attempts: ReadonlyArray<Attempt>
  /** There may be more than are listed. */
  readonly requests: number
  readonly durationMs: number
  readonly promptTokens?: number | undefined
  readonly completionTokens?: number | undefined
  readonly cost?: number | undefined
  /** Requests whose price was named, default none. */
  readonly priced?: number | undefined
  /** Requests of unknown cost; default none, or all where there is no cost. */
  readonly ofUnknownCost?: number | undefined
  readonly resumed: boolean
  readonly servedModel?: string | undefined
  /** A sentence for each check that was made. */
  readonly checks: ReadonlyArray<string>
  readonly score?: Score | undefined
  /** Absent once it is settled. */
  readonly doing?: Doing | undefined
}

export interface Run {
  readonly simulated: boolean
  /** Where simulated models made only some of the algorithms: how many, and of how many. */
  readonly partlySimulated?: { readonly made: number; readonly all: number } | undefined
  readonly startedAt: number
  /** Absent where it is not known, as for a folder that several runs have filled. */
  readonly durationMs?: number | undefined
  /** The moment that is shown, of a run that goes on. */
  readonly now?: number | undefined
  readonly deadlineMs?: number | undefined
  readonly concurrency?: number | undefined
  /** How the limit of requests in flight changed, oldest first. */
  readonly limits: ReadonlyArray<{ readonly at: number; readonly limit: number }>
  /** On what the scores were reached, in a sentence. */
  readonly scoredOn?: string | undefined
  readonly slots: ReadonlyArray<Slot>
}

/** How many of the algorithms simulated models made, and of how many. */
export const simulatedShare = ({
  partlySimulated,
  simulated
}: Pick<Run, "simulated" | "partlySimulated">): readonly [made: number, all: number] =>
  partlySimulated === undefined ? [simulated ? 1 : 0, 1] : [partlySimulated.made, partlySimulated.all]

/** A slot with what it is called on the page, and where its details are, if they are. */
export interface Named extends Slot {
  readonly name: string
  readonly id: string | undefined
}

export const isOneTicker = (slots: ReadonlyArray<Pick<Slot, "ticker">>): boolean =>
  slots.every(({ ticker }) => ticker === slots[0]?.ticker)

/** By its model; with the sample from the second on, as the command has it, and the ticker where the run has several. */
export const nameOf = (
  { model, sample, ticker }: Pick<Slot, "model" | "sample" | "ticker">,
  hasTickers: boolean
): string => {
  const name = sample > 1 ? `${model} #${sample}` : model
  return hasTickers ? `${ticker}: ${name}` : name
}

export const named = ({ slots }: Run): ReadonlyArray<Named> => {
  const hasTickers = !isOneTicker(slots)
  return slots.map((slot, index) => ({ ...slot, name: nameOf(slot, hasTickers), id: `a${index + 1}` }))
}
