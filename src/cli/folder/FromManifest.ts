/** The manifest of a folder, as the page shows it. It has no attempts: how many there were, and what came of them. */
import * as FromReport from "../../report/FromReport.js"
import type * as Run from "../../report/Run.js"
import type * as Manifest from "../bulk/Manifest.js"

/** The address of a file below the folder, as it is seen from the page. */
export type Link = (file: string) => string | undefined

const checks = ({ check, reason, trial }: Manifest.Line): ReadonlyArray<string> => [
  ...(check === "passed" ? ["Checked: syntax, structure, names, and what it may import and call."] : []),
  ...(check === "failed" ? [`Check failed (${reason?.stage ?? "code"}): ${reason?.message ?? ""}`] : []),
  ...(trial === undefined ? [] : [`Trial run ${trial}.`])
]

const slot = (line: Manifest.Line, link: Link): Run.Slot => ({
  model: line.model,
  ticker: line.ticker,
  sample: line.sample,
  status: line.status,
  reason: line.reason?.message,
  because: line.reason?._tag,
  file: line.file,
  link: line.file === undefined ? undefined : link(line.file),
  attempts: [],
  requests: line.attempts,
  durationMs: line.durationMs,
  cost: line.cost,
  resumed: line.resumed === true,
  servedModel: line.servedModel,
  checks: checks(line),
  score: line.score && FromReport.scoreOf(line.score, undefined, [])
})

/** `lines` are those that still hold. */
export const make = (lines: ReadonlyArray<Manifest.Line>, link: Link): Run.Run => ({
  simulated: lines.some(({ simulated }) => simulated),
  startedAt: lines.reduce((first, { run }) => Math.min(first, Date.parse(run)), Number.MAX_SAFE_INTEGER),
  limits: [],
  slots: lines.map((line) => slot(line, link))
})
