/** The manifest of a folder: a line of JSON for each job that is settled, and which of its lines still hold. Pure. */
import { createHash } from "node:crypto"
import * as path from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Lenient from "../../api/wire/Lenient.js"
import { toPython } from "../../domain/Algorithm.js"
import { type Attempt, costsOf } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import { iso, knownCost } from "../../domain/Figures.js"
import { shortHash } from "../../domain/Hash.js"
import * as Round from "../../domain/Round.js"
import * as Score from "../../domain/Score.js"
import * as Leaderboard from "../../generation/Leaderboard.js"
import * as Report from "../../generation/Report.js"
import * as Equity from "../../report/chart/Equity.js"
import * as Job from "./Job.js"

export const NAME = "manifest.jsonl"

const Reason = Schema.Struct({
  _tag: Schema.String,
  /** The server's words, where a server said why. */
  message: Schema.String,
  /** HTTP. */
  status: Schema.optional(Schema.Number),
  /** When asking again makes sense, ISO 8601. */
  retryAt: Schema.optional(Schema.String),
  /** Of code that failed a check: which check, which rule, and where. */
  stage: Schema.optional(Schema.String),
  code: Schema.optional(Schema.String),
  line: Schema.optional(Schema.Int)
})

/** A request, for the timeline of a page: what an `Attempt` has, in short. */
const Request = Schema.Struct({
  cause: Schema.String,
  /** Milliseconds, and since the epoch. */
  waitedMs: Schema.Number,
  startedAt: Schema.Number,
  durationMs: Schema.Number,
  firstTokenMs: Schema.optional(Schema.Number),
  /** `ok`, or the tag of what went wrong. */
  outcome: Schema.String,
  status: Schema.optional(Schema.Number),
  promptTokens: Schema.optional(Schema.Number),
  completionTokens: Schema.optional(Schema.Number)
})

export const Line = Schema.Struct({
  /** The same for the same job in every run. */
  job: Schema.String,
  /** The job's own, if it has one. */
  id: Schema.optional(Schema.String),
  /** When the run began, ISO 8601. */
  run: Schema.String,
  ticker: Schema.String,
  model: Schema.String,
  sample: Schema.Int,
  status: Report.Status,
  /** Below the folder of the manifest. */
  file: Schema.optional(Schema.String),
  /** Of the file's bytes, in hexadecimal. */
  sha256: Schema.optional(Schema.String),
  /** US dollars of this run, as far as known: 0 if nothing was sent or billed, absent if no price was named and some are unknown. */
  cost: Schema.optional(Schema.Number),
  /** Absent if there was none. */
  requestsOfUnknownCost: Schema.optional(Schema.Int),
  attempts: Schema.Int,
  /** Each of the attempts; absent if there was none. */
  requests: Schema.optional(Schema.Array(Request)),
  durationMs: Schema.Number,
  /** Absent if there was no answer to check. */
  check: Schema.optional(Schema.Literal("passed", "failed")),
  /** Absent if there was no trial. */
  trial: Schema.optional(Schema.Literal("passed", "failed", "skipped")),
  /** Absent if it was not scored. */
  score: Schema.optional(Score.Brief),
  /** The mean of all plays: multiples of what was there at the start, at evenly spaced moments. */
  equity: Schema.optional(Schema.Array(Schema.Number)),
  /** The round that the algorithm comes from, and what each brought; absent without rounds. */
  round: Schema.optional(Schema.Int),
  rounds: Schema.optional(Schema.Array(Round.Round)),
  /** The answer was paid for by an earlier run. */
  resumed: Schema.optional(Schema.Literal(true)),
  simulated: Schema.Boolean,
  askedModel: Schema.optional(Schema.String),
  servedModel: Schema.optional(Schema.String),
  reason: Schema.optional(Reason)
})
export type Line = typeof Line.Type

export interface Context {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly simulated: boolean
  /** That of the manifest. */
  readonly folder: string
}

export const lineOf = (job: Job.Job, outcome: Report.Outcome, { folder, simulated, startedAt }: Context): Line => {
  const file = Option.getOrUndefined(outcome.file)
  const algorithm = Option.getOrUndefined(outcome.algorithm)
  const reason = Option.getOrUndefined(outcome.reason)
  const costs = costsOf(outcome.attempts)
  return {
    job: Job.keyOf(job),
    id: job.id,
    run: iso(startedAt),
    ticker: job.ticker,
    model: outcome.model,
    sample: outcome.sample,
    status: outcome.status,
    file: file === undefined ? undefined : path.relative(folder, file),
    sha256:
      file === undefined || algorithm === undefined
        ? undefined
        : createHash("sha256").update(toPython(algorithm)).digest("hex"),
    cost: knownCost(costs),
    requestsOfUnknownCost: costs.ofUnknownCost === 0 ? undefined : costs.ofUnknownCost,
    attempts: outcome.attempts.length,
    requests: outcome.attempts.length === 0 ? undefined : outcome.attempts.map(requestOf),
    durationMs: outcome.durationMs,
    ...verdicts(outcome),
    score: scoreOf(outcome),
    equity: equityOf(outcome),
    round: outcome.rounds && Round.originOf(outcome.rounds),
    rounds: outcome.rounds,
    resumed: outcome.resumed || undefined,
    // A worker's own program may ask simulated models, whatever the client thinks.
    simulated: simulated || algorithm?.simulated === true,
    askedModel: outcome.askedModel === outcome.model ? undefined : outcome.askedModel,
    servedModel: Option.getOrUndefined(outcome.servedModel),
    reason: reason && {
      _tag: reason._tag,
      message: reason.message,
      status: "status" in reason ? reason.status : undefined,
      retryAt: Option.getOrUndefined(Option.map(outcome.retryAt, iso)),
      ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {})
    }
  }
}

const verdicts = ({ algorithm, reason, trial }: Report.Outcome): Pick<Line, "check" | "trial"> => {
  const why = Option.getOrUndefined(reason)
  if (why?._tag === "BadCode") {
    return why.failure.stage === "trial" ? { check: "passed", trial: "failed" } : { check: "failed" }
  }
  const tried = Option.getOrUndefined(trial)
  return {
    check: Option.isSome(algorithm) ? "passed" : undefined,
    trial: tried && (tried._tag === "Passed" ? "passed" : "skipped")
  }
}

const requestOf = (attempt: Attempt): typeof Request.Type => ({
  cause: attempt.cause,
  waitedMs: Math.round(attempt.waitedMs),
  startedAt: Math.round(attempt.startedAt),
  durationMs: Math.round(attempt.durationMs),
  firstTokenMs: attempt.firstTokenMs && Math.round(attempt.firstTokenMs),
  outcome: attempt.outcome,
  status: attempt.status,
  promptTokens: attempt.usage?.promptTokens,
  completionTokens: attempt.usage?.completionTokens
})

/** As fine as a picture shows. */
const equityOf = (outcome: Report.Outcome): ReadonlyArray<number> | undefined => {
  const plays = Leaderboard.scoreOf(outcome)?.plays ?? []
  return plays.length === 0
    ? undefined
    : Equity.mean(plays.map(({ equity }) => equity)).map((value) => Math.round(value * 1e5) / 1e5)
}

const scoreOf = (outcome: Report.Outcome): Score.Brief | undefined => {
  const score = Leaderboard.scoreOf(outcome)
  return score && Score.brief(score)
}

/** 52 bits of a hash, as a number: a map of these is small, and among a million lines no two are alike. */
const short = (text: string): number =>
  Number.parseInt(shortHash(text) + shortHash(`${text.length} ${text}`).slice(0, 5), 16)

/** What a line says of its job and its file, and in which run; undefined if it is no line of a manifest. */
const subjectsOf = (line: string) => {
  const value = Lenient.parse(line)?.value
  const [job, run, file, sha256] = ["job", "run", "file", "sha256"].map((name) =>
    Lenient.string(Lenient.get(value, name))
  )
  if (job === undefined || run === undefined) return undefined
  const subjects = [`job ${job}`, ...(file === undefined ? [] : [`file ${file}`])].map(short)
  const isLeft = Lenient.at(value, "reason", "_tag") === "Interrupted"
  return { run, isLeft, subjects, content: file === undefined || sha256 === undefined ? undefined : { file, sha256 } }
}

/**
 * Which lines still hold: of a job, and of a file, those of the latest run that has any. First `see` every line, then ask
 * for each. Of runs at the same time an earlier one may have written a file last: then `compare` every line in between.
 */
export const currency = () => {
  const latest = new Map<number, string>()
  const left = new Map<number, string>()
  const contents = new Map<number, number>()
  /** Files of which lines say that they hold different things. */
  const disputed = new Set<string>()
  return {
    disputed,
    /** Whether it is a line of a manifest. */
    see: (line: string): boolean => {
      const said = subjectsOf(line)
      if (said === undefined) return false
      // What was interrupted takes nothing from what an earlier run made of the job.
      const runs = said.isLeft ? left : latest
      for (const subject of said.subjects) if (said.run >= (runs.get(subject) ?? "")) runs.set(subject, said.run)
      if (said.content === undefined) return true
      const [file, sha256] = [short(said.content.file), short(said.content.sha256)]
      if (sha256 !== (contents.get(file) ?? sha256)) disputed.add(said.content.file)
      contents.set(file, sha256)
      return true
    },
    /** `found`: of each disputed file, the SHA-256 of what is in it. */
    compare: (line: string, found: ReadonlyMap<string, string>): void => {
      const said = subjectsOf(line)
      if (said?.content === undefined || found.get(said.content.file) !== said.content.sha256) return
      for (const subject of said.subjects) latest.set(subject, said.run)
    },
    holds: (line: string): boolean => {
      const said = subjectsOf(line)
      return said?.subjects.every((subject) => (latest.get(subject) ?? left.get(subject)) === said.run) ?? false
    }
  }
}
