/**
 * Whose key it is that a server shows with its middle left out: a gateway passes on what the server behind it said of the
 * gateway's own key, in the words that would mean ours. Pure.
 */

/** `sk-abc*****wxyz`, and after the word for it `sk-...wxyz`; only from the beginning of a word, so that it is linear. */
const SHOWN: ReadonlyArray<RegExp> = [
  /(?<![\w*-])([\w-]{0,64})\*{3,}([\w-]{0,64})/g,
  /\b(?:key|token|provided) ?[:=] ?["'`(]?([\w-]{1,64})(?:\.{3}|…)([\w-]{1,64})/gi
]

/** As many letters at its end as tell a key: LiteLLM shows four, behind an `sk-` that the key may not have. */
const TELLING_END = 3

/** As many at its beginning, where no end is shown: more than a prefix that all keys have. */
const TELLING_HEAD = 8

/** Does a text show a key that is none of these. What is too little to tell is nobody's. */
export const isForeign = (text: string, keys: ReadonlyArray<string>): boolean =>
  SHOWN.some((pattern) =>
    [...text.matchAll(pattern)].some(([, head = "", end = ""]) => {
      if (end.length >= TELLING_END) return !keys.some((key) => key.endsWith(end))
      return head.length >= TELLING_HEAD && !keys.some((key) => key.startsWith(head))
    })
  )
