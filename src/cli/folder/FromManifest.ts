import * as Arr from "effect/Array"
/** The manifest of a folder, as the page shows it. */
import * as Told from "../../domain/Told.js"
import * as FromReport from "../../report/FromReport.js"
import type * as Run from "../../report/Run.js"
import * as Rank from "../../score/Rank.js"
import type * as Manifest from "../bulk/Manifest.js"

/** The address of a file below the folder, as it is seen from the page. */
export type Link = (file: string) => string | undefined

const checks = ({ check, reason, rounds, trial }: Manifest.Line): ReadonlyArray<string> => [
  ...(check === "passed" ? [FromReport.PASSED] : []),
  ...(check === "failed" ? [`Check failed (${reason?.stage ?? "code"}): ${reason?.message ?? ""}`] : []),
  ...(trial === undefined ? [] : [`Trial run ${trial}.`]),
  ...(rounds === undefined ? [] : [FromReport.lineage(rounds)])
]

const sum = (values: ReadonlyArray<number | undefined> = []): number | undefined =>
  values.reduce((sum, value) => (value === undefined ? sum : value + (sum ?? 0)), undefined)

const attempts = ({ reason, requests = [] }: Manifest.Line): ReadonlyArray<Run.Attempt> =>
  requests.map((request, index) => ({
    ...request,
    number: index + 1,
    message: index === requests.length - 1 ? reason?.message : undefined
  }))

/** Its requests are those of the runs that are drawn. */
const slot = (line: Manifest.Line, isDrawn: boolean, link: Link, rank: number | undefined): Run.Slot => ({
  model: line.model,
  ticker: line.ticker,
  sample: line.sample,
  status: line.status,
  reason: line.reason && Told.reason(line.reason),
  because: line.reason?._tag,
  file: line.file,
  link: line.file === undefined ? undefined : link(line.file),
  attempts: isDrawn ? attempts(line) : [],
  requests: line.attempts,
  durationMs: line.durationMs,
  cost: line.cost,
  // Servers name a price together with the tokens.
  priced: line.cost === undefined ? 0 : (line.requests ?? []).filter((each) => each.promptTokens !== undefined).length,
  ofUnknownCost: line.requestsOfUnknownCost,
  resumed: line.resumed === true,
  servedModel: line.servedModel,
  checks: checks(line),
  promptTokens: sum(line.requests?.map(({ promptTokens }) => promptTokens)),
  completionTokens: sum(line.requests?.map(({ completionTokens }) => completionTokens)),
  score: line.score && FromReport.scoreOf(line.score, rank, line.equity ? [{ equity: line.equity }] : [])
})

/** When the last of its requests was over. */
export const endOf = ({ requests = [], run }: Manifest.Line): number =>
  requests.reduce((end, request) => Math.max(end, request.startedAt + request.durationMs), Date.parse(run))

/** When the latest run began, or the earliest of those that went on at the same time, such as shards. */
const originOf = (lines: ReadonlyArray<Manifest.Line>): number => {
  const ends = new Map<number, number>()
  for (const line of lines) {
    const start = Date.parse(line.run)
    ends.set(start, Math.max(endOf(line), ends.get(start) ?? start))
  }
  const [latest = 0] = [...ends.keys()].sort((one, other) => other - one)
  return [...ends]
    .sort(([one], [other]) => other - one)
    .reduce((origin, [start, end]) => (end >= origin ? Math.min(start, origin) : origin), latest)
}

/** Within each ticker that was scored on the same prices throughout: buying and holding tells prices apart. */
const ranksOf = (lines: ReadonlyArray<Manifest.Line>): ReadonlyMap<Manifest.Line, number | undefined> => {
  const scored = lines.flatMap((line) => (line.score === undefined ? [] : [{ line, score: line.score }]))
  const ranks = new Map<Manifest.Line, number | undefined>()
  for (const group of Object.values(Arr.groupBy(scored, ({ line }) => ` ${line.ticker}`))) {
    if (new Set(group.map(({ score }) => score.holdReturn)).size > 1) continue
    const places = Rank.ranks(group.map(({ score }) => score))
    group.forEach(({ line }, index) => ranks.set(line, places[index]))
  }
  return ranks
}

/** By the algorithms there are; where there are none, by what was asked. */
const simulatedOf = (lines: ReadonlyArray<Manifest.Line>): Pick<Run.Run, "simulated" | "partlySimulated"> => {
  const algorithms = lines.filter(({ status }) => status === "ok")
  const shown = algorithms.length === 0 ? lines : algorithms
  const made = shown.filter(({ simulated }) => simulated).length
  const simulated = made > 0 && made === shown.length
  return { simulated, partlySimulated: made === 0 || simulated ? undefined : { made, all: shown.length } }
}

/** `lines` are those that still hold. */
export const make = (lines: ReadonlyArray<Manifest.Line>, link: Link): Run.Run => {
  const startedAt = originOf(lines)
  const ranks = ranksOf(lines)
  return {
    ...simulatedOf(lines),
    startedAt,
    limits: [],
    slots: lines.map((line) => slot(line, Date.parse(line.run) >= startedAt, link, ranks.get(line)))
  }
}
