/**
 * What a server, or a model that writes for a web page, did to all of an answer: what its characters stand for, and what is
 * glued to its beginning or its end. Read in this way where the text as it stands gives no module, and one of these at a time:
 * whatever comes of it has to pass all checks.
 */
import type { Rest } from "../Steps.js"
import * as Template from "./Template.js"

/** Characters that nobody sees: sent to keep a connection open, or before a fence. */
const INVISIBLE = /[\u200b\u2060\ufeff]/g

/**
 * What stands glued to the first line, so that it is neither a sentence nor Python: the words of those who speak, and of what
 * they give, with a colon; marks of chat templates; the end of a mark that was torn.
 */
const FRONT =
  /^(?:\s*(?:(?:assistant|ai|bot|model|python3?|answer|response|reply|output|result|code)[ \t]*[:：]|<[|｜][^<>\n]{1,40}[|｜]>|<?\/?think(?:ing)?>))+[ \t]*/i

/** One blank or tab before the first line and before no other: tokenizers put it before the first word. */
const withoutBlank = (text: string): string => {
  const [whole = "", first = ""] = /^\n*[ \t](\S)/.exec(text) ?? []
  const rest = text.slice(whole.length)
  return whole === "" || /\n(?:(?: {2})* |\t)\S/.test(rest) ? text : first + rest
}

/** A document alone or in a fence, and no table of a module. */
const DOCUMENT = /^(?:[^]*?```(?:json)?[ \t]*\n)?\s{0,20}[{[]\s{0,20}"/i

/** Line breaks in the strings of a document, as JSON wants them: the quotes in these strings are escaped, or it is none. */
const withEscapedBreaks = (text: string): string => {
  const start = DOCUMENT.exec(text)?.[0].length ?? 0
  if (start === 0) return text
  const from = start - 1
  const escaped = text
    .slice(from)
    .replaceAll(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)/g, (string) =>
      string.replaceAll("\n", "\\n").replaceAll("\t", "\\t")
    )
  return text.slice(0, from) + escaped
}

/** What a server or a model puts behind its last word, on its line or on the next. */
const TAIL =
  /(?:(?<=["')\]}\d])[A-Z][a-z]{1,20}(?: [\w,'-]{1,30}){2,30}[.!]|\n(?:EOF|END)|[ \t]{0,8}\[(?:end of text|EOF|EOS|DONE)\]|<(\w{0,30}(?:safety|moderation|citations?|sources?|usage)\w{0,10})>[^<>\n]{0,100}<\/\1>)$/
/** A shell reads what stands before its last line, and may change it. */
const HERE_DOCUMENT = "<<"
/** Longer than any of these. */
const MAX_TAIL = 400

const withoutTail = (text: string): string => {
  if (text.includes(HERE_DOCUMENT)) return text
  const end = text.trimEnd()
  const from = Math.max(0, end.length - MAX_TAIL)
  return end.slice(0, from) + end.slice(from).replace(TAIL, "")
}

/** What goes on behind a module: an element, a prompt, the turn of somebody who speaks in words, and not the type of a variable. */
const OTHERS =
  /^(?:<(?!answer|final|output|re)\w|\[END\]|>>>[ \t]*$|(?:human|user|assistant):[ \t](?!(?:int|str|float|bool|list|dict|set|tuple)\b)[^=([{\n]+$)|<\/(?:answer|code|document|file|module|output|pre|python|response|result|solution)>/gim

const withoutOthers = (text: string): string => {
  OTHERS.lastIndex = Math.max(0, text.search(FUNCTION))
  const end = OTHERS.exec(text)?.index ?? text.length
  const isComment = text.slice(text.lastIndexOf("\n", end - 1) + 1, end).includes("#")
  return isComment || FUNCTION.test(text.slice(end)) ? text : text.slice(0, end)
}

/** What tokens stand for that were not decoded. */
const TOKEN = /<0x0[9A]>|[ĊĠĉ▁]/g
const TOKENS: Readonly<Record<string, string>> = { "<0x0A>": "\n", Ċ: "\n", "<0x09>": "\t", ĉ: "\t" }

const UNICODE = /\\u00(?:3[ce]|2[267])/gi
const MARKDOWN = /\\[*[\]<>#~]/g

/** What signs stand for, where all of a kind do: a module with one of them as itself, or with signs in strings alone, may mean them. */
const meant = (text: string, sign: RegExp, meaning: (sign: string) => string): string => {
  const from = text.indexOf("```")
  const code = from === -1 ? text : text.slice(from, text.lastIndexOf("```"))
  const outside = code.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, "")
  if (outside.search(sign) === -1) return text
  const rest = code.replaceAll(sign, "")
  const kinds = new Set(code.match(sign)?.map(meaning))
  return [...kinds].some((kind) => rest.includes(kind)) ? text : text.replaceAll(sign, meaning)
}
const fromCode = (escape: string): string => String.fromCharCode(Number.parseInt(escape.slice(2), 16))

const FENCE = /^('{3}|"{3}|´{3}|`{1,2})(?:python|py)[ \t]*\n/m

/** A fence of other quotes. */
const withFence = (text: string): string => {
  const [open = "", quotes = ""] = FENCE.exec(text) ?? []
  const from = text.indexOf(open) + open.length
  const to = quotes === "" ? -1 : text.lastIndexOf(quotes)
  return to < from
    ? text
    : `${text.slice(0, from - open.length)}\`\`\`python\n${text.slice(from, to)}\`\`\`${text.slice(to + quotes.length)}`
}

/** Markdown's escape of what names are full of, as it shows outside of strings: in the name of the function. */
const ESCAPES = /execute\\_trade/

/** What a page shows above a block, on lines of their own at its beginning. */
const LABELS =
  /((?:^|\n)`{3}[\w ]{0,20}\n|^)(?:(?:python3?|py|copy code|assistant|---\n(?:[\w-]{1,30}:[^\n]{0,200}\n){1,20}---)[ \t]*\n)+/gi

/** A longer fence around all of the answer. */
const OUTER = /^\s*`{4,}\n([^]*)\n`{4,}\s*$/

/** The end of thoughts right behind a block, and nothing more: the block was the answer. */
const LATE_END = /(?<=`{3})\s*(?:<\/think(?:ing)?>\s*)+$/i

const REWRITINGS: ReadonlyArray<(text: string) => string> = [
  (text) => text.replaceAll(INVISIBLE, ""),
  (text) => text.replace(FRONT, ""),
  withoutBlank,
  (text) => text.replace(/^<\/think(?:ing)?[ \t]*$/m, "</think>"),
  (text) => (ESCAPES.test(text) ? meant(text.replaceAll("\\_", "_"), MARKDOWN, (escape) => escape.slice(1)) : text),
  (text) => meant(text, UNICODE, fromCode),
  (text) => text.replace(OUTER, "$1"),
  (text) => text.replaceAll(/^> ?(?=```)/gm, ""),
  withEscapedBreaks,
  (text) => text.replace(LATE_END, "\n"),
  (text) => text.replaceAll(LABELS, "$1"),
  withoutTail,
  withoutOthers,
  (text) => Template.firstTurn(text) ?? text,
  withFence,
  (text) => text.replaceAll(TOKEN, (token) => TOKENS[token] ?? " ")
]

/** A longer answer is read as it stands: a module has 8 kB or so. */
const MAX_ANSWER = 64 * 1024

/** Without it there is nothing to find. */
const FUNCTION = /def[ \t]+execute_trade\b/

/** The texts that the answer may have been. */
export function* readings(answer: string): Generator<string | Rest> {
  if (answer.length > MAX_ANSWER) return
  const text = answer.includes("\r") ? answer.replaceAll(/\r\n?/g, "\n") : answer
  for (const rewrite of REWRITINGS) {
    const other = rewrite(text)
    if (other !== text && FUNCTION.test(other)) yield other
    yield
  }
}
