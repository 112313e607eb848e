/** The line that opens a fenced block, as CommonMark has it and as models write it. */
import * as Info from "./Info.js"

const OPENING = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})[ \t]*([^`\n]*)$/
/** Not CommonMark, but models write it: `Here is the code: ```python`. */
const LATE_OPENING = /^(.*\S[ \t]*?)(`{3,})[ \t]*((?:python|py)(?![a-z])[^`\n]*|)$/i
/** Where a fence without a language may follow. */
const ANNOUNCES = /[:：>*-]\s*$/
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
  const [, words = "", marks = "", language = ""] = LATE_OPENING.exec(line) ?? []
  if (marks === "" || (language === "" && !ANNOUNCES.test(words))) return undefined
  return { prefix: "", fence: marks, info: language, late: true, words }
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
