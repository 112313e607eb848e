/** The line that opens a fenced block, as CommonMark has it and as models write it. */
import * as Info from "./Info.js"

const OPENING = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?!`)|~{3,}(?!~))[ \t]*(?![ \t])([^`\n]*)$/
/** Not CommonMark, but models write it: `Here is the code: ```python`. */
const LATE_FENCE = "```"
const LATE_INFO = /^[ \t]*((?:python|py)(?![a-z])[^`\n]*|)$/i
/** Where a fence without a language may follow. */
const ANNOUNCES = /[:：>*-]\s*$/
/** How far back it is looked for. */
const MAX_BEFORE = 100

export interface Opening {
  readonly prefix: string
  readonly fence: string
  readonly info: string
  readonly late: boolean
  /** The words before a late fence. */
  readonly words: string
}

export const of = (line: string): Opening | undefined => {
  if (!line.includes("```") && !line.includes("~~~")) return undefined
  const [, prefix = "", fence = "", info = ""] = OPENING.exec(line) ?? []
  if (fence !== "") return { prefix, fence, info, late: false, words: "" }
  const start = line.lastIndexOf(LATE_FENCE)
  const words = line.slice(0, Math.max(0, start))
  const language = LATE_INFO.exec(line.slice(start + LATE_FENCE.length))?.[1]
  if (words.trim() === "" || language === undefined || (language === "" && !ANNOUNCES.test(words.slice(-MAX_BEFORE)))) {
    return undefined
  }
  return { prefix: "", fence: LATE_FENCE, info: language, late: true, words }
}

/** The lines from which a block is read, and where they stop. */
export interface Source {
  readonly line: (index: number) => string
  readonly from: number
  readonly limit: number
}

export const isPython = (line: string, late = true): boolean => {
  const opening = of(line)
  return (
    opening !== undefined &&
    (late || !opening.late) &&
    opening.info !== "" &&
    Info.read(opening.info, () => "").kind === "python"
  )
}
