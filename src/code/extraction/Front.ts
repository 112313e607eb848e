/** What stands glued to the first line of the code, so that the line is neither a sentence nor Python. */
import { CODE } from "./Sentence.js"

/** The words of those who speak, and of what they give, with a colon; marks of chat templates; the end of a mark that was torn. */
const FRONT =
  /^(?:\s*(?:(?:assistant|ai|bot|model|python3?|answer|response|reply|output|result|code)[ \t]*[:：]|<[|｜][^<>\n]{1,40}[|｜]>|<?\/?think(?:ing)?>))+[ \t]*/i

/** A line that is cut off behind a mark, a colon or a character that nobody sees, with a statement behind that nobody means as words. */
const GLUED =
  /(?:\S[ \t]{0,8}[:：>\]|⟩»】]|[\u200b\u2060\ufeff])[ \t]{0,8}(?:[rRuU]?(?:"""|''')|(?:import[ \t]+[\w.]+(?:[ \t]*,[ \t]*[\w.]+)*(?:[ \t]+as[ \t]+\w+)?|from[ \t]+[\w.]+[ \t]+import[ \t]+[\w*(][\w ,*()]*|(?:def|class)[ \t]+\w[^\n]*:|@\w[\w.]*)[ \t]*(?:#[^\n]*)?$)/

/** As much of a line as is looked at. */
const LINE_HEAD = 400

/** The text without it. */
export const removed = (text: string): string => text.replace(FRONT, "")

/** Would code be lost with this line, though it looks like words. */
export const hidesCode = (whole: string): boolean => {
  const line = whole.slice(0, LINE_HEAD).trimEnd()
  const rest = removed(line)
  return GLUED.test(line) || (rest !== line && CODE.test(rest))
}
