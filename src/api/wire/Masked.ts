/**
 * Whose key it is that a server shows with its middle left out: a gateway passes on what the server behind it said of the
 * gateway's own key, in the words that would mean ours. Pure.
 */

/** As much of a key as may stand at either side: whatever is no blank, quote, bracket or star. */
const PART = "[^\\s\"'`()\\[\\]{}<>*]"

/** `sk-abc*****wxyz`, and after the word for it `sk-...wxyz`; only from the beginning of a word, so that it is linear. */
const SHOWN: ReadonlyArray<RegExp> = [
  new RegExp(`(?<!${PART}|\\*)(${PART}{0,64})\\*{3,}(${PART}{0,64})`, "g"),
  new RegExp(`\\b(?:key|token|provided) ?[:=] ?["'\`(]?(${PART}{1,64}?)(?:\\.{3}|…)(${PART}{1,64})`, "gi")
]

/** What is said before a key that was sent, and before one that only shows what keys look like; as far back as that may be. */
const SENT = /\b(?:provided|received|supplied|passed|your\b[^.\n]{0,40}\bkey)\b/i
const EXAMPLE = /format|example|expected|header|\bbearer\b|\blike\b/i
const BEFORE = 120

/** As many letters at its end as tell a key: LiteLLM shows four, behind an `sk-` that the key may not have. */
const TELLING_END = 3

/** As many at its beginning, where no end is shown: more than a prefix that all keys have. */
const TELLING_HEAD = 8

/** Without what quotes, sentences and encodings put between letters. */
const plain = (text: string): string => text.replace(/[^\w-]/g, "")

/** What is shown may be glued to other words: `key=sk-abc***`, `***wxyz.Please`. */
const heads = (shown: string): ReadonlyArray<string> => [shown, shown.replace(/^.*[=:,;]/, "")].map(plain)
const ends = (shown: string): ReadonlyArray<string> => [shown, shown.replace(/[.,:;!?].*$/, "")].map(plain)

const isSent = (text: string, at: number, shown: string): boolean => {
  const before = `${text.slice(Math.max(0, at - BEFORE), at)}${shown}`.split(/[.!?]\s|\n|。/).at(-1) ?? ""
  return SENT.test(before) && !EXAMPLE.test(before)
}

/** Does a text show a key that is none of these. What is too little to tell is nobody's. */
export const isForeign = (text: string, keys: ReadonlyArray<string>): boolean => {
  const own = keys.map(plain)
  return SHOWN.some((pattern) =>
    [...text.matchAll(pattern)].some((match) => {
      const [shown, head = "", end = ""] = match
      if (!isSent(text, match.index, shown)) return false
      const isEnd = plain(end).length >= TELLING_END
      const all = isEnd ? ends(end) : heads(head)
      if (all.some((part) => part.length < (isEnd ? TELLING_END : TELLING_HEAD))) return false
      return !own.some((key) => all.some((part) => (isEnd ? key.endsWith(part) : key.startsWith(part))))
    })
  )
}
