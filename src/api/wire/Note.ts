/**
 * What a gateway writes into the text of an answer when the server behind it breaks off: a line of its own at the end, with a
 * finish reason as if nothing had been. Pure.
 */
import * as Ending from "./Ending.js"
import * as Lenient from "./Lenient.js"

const WHO = "upstream|proxy|gateway|stream|connection|network|provider|server|backend|request|response"
const WHAT =
  "errors?|fail(?:ed|ure)|truncated|tim(?:ed|e)[- ]?out|lost|closed|reset|aborted|interrupted|unavailable|broken?|disconnected|stopped"
const SAYS_BOTH = new RegExp(`\\b(?:${WHO})\\b[^]*\\b(?:${WHAT})\\b|\\b(?:${WHAT})\\b[^]*\\b(?:${WHO})\\b`, "i")

/** Marks that no line of code begins with and ends in; with quotes between them it may be a list. */
const MARKED = /^(?:\[[^"'\]]+\]|_\([^"']+\)_|\*\([^"']+\)\*|\([\p{L} -]+ [\p{L} ,.:;-]+\))$/u
/** Named by its first word. */
const NAMED = /^(?:\[[\w -]{0,40}error\]|\*\*(?:\w+ ){0,3}error:?\*\*:?|(?:⚠️ ?)?(?:\w+ ){0,3}error:) /iu
/** The same in Chinese, which has no blanks between words: with a mark, or by its first word. */
const CHINESE =
  /^(?:[[【（(⚠][^"'=]{0,20})?(?:上游|网络|连接|服务|请求|响应)[^"'=]{0,10}(?:错误|失败|中断|超时|断开|异常|不可用)/u
const PAGE = /^<(?:!doctype html|html)\b/i

/** Longer than any such line. */
const LONGEST = 1_000

const isNote = (line: string): boolean => {
  if (line.length > LONGEST) return false
  if (PAGE.test(line)) return true
  if (line.startsWith("{"))
    return Lenient.words(Lenient.at(Lenient.parse(line)?.value, "error", "message")) !== undefined
  return CHINESE.test(line) || ((MARKED.test(line) || NAMED.test(line)) && SAYS_BOTH.test(line))
}

/** The text before such a line, where no block of code is closed before it; `undefined` where there is none. */
export const before = (text: string): string | undefined => {
  const trimmed = text.trimEnd()
  const start = trimmed.lastIndexOf("\n") + 1
  if (start === 0 || !isNote(trimmed.slice(start).trim()) || Ending.isClosed(text)) return undefined
  const rest = trimmed.slice(0, start)
  return rest.trim() === "" ? undefined : rest
}
