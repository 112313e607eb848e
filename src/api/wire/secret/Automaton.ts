/**
 * Finds parts of given words in a text by its letters and digits alone: what stands between them, and their case, do not
 * matter. A suffix automaton knows at each letter the longest part that ends there, so the time is linear in the text. Pure.
 */

export interface Span {
  readonly start: number
  /** Behind the last character. */
  readonly end: number
}

export interface Found {
  readonly spans: ReadonlyArray<Span>
  /** What the text ends with: so many letters and digits of a word, and where they begin. */
  readonly tail: { readonly start: number; readonly length: number }
}

/** Letters, digits, and what separates two words. */
const KINDS = 37

/** The kind of a character: 0 is neither letter nor digit. */
const KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = parseInt(String.fromCharCode(code), 36)
  return Number.isNaN(digit) ? 0 : digit + 1
})

const kindAt = (text: string, at: number): number => KIND[text.charCodeAt(at)] ?? 0

export const lettersOf = (text: string): string => text.replace(/[^0-9a-zA-Z]+/g, "")

/** With fewer letters a text may end as it likes: every word has some in common with a key. */
const TELLING = 4

/** `least` letters and digits of a word in a row are enough to be found. */
export const make = (words: ReadonlyArray<string>, least: number): ((text: string) => Found) => {
  const { lengths, link, next } = build(words.map(lettersOf))
  const mayHold = filter(words.map(lettersOf), least)
  const longest = Math.max(...words.map((word) => word.length))
  /** Where the last letters stood. */
  const ring = new Int32Array(2 ** Math.ceil(Math.log2(longest + 1)))
  const mask = ring.length - 1
  return (text) => {
    if (!mayHold(text)) return { spans: [], tail: { start: text.length, length: 0 } }
    const spans: Array<{ start: number; end: number }> = []
    let last: { start: number; end: number } | undefined
    let state = 0
    let matched = 0
    let count = 0
    for (let at = 0; at < text.length; at += 1) {
      const kind = kindAt(text, at)
      if (kind === 0) continue
      ring[count & mask] = at
      count += 1
      let target = next[state * KINDS + kind] ?? 0
      while (target === 0 && state !== 0) {
        state = link[state] ?? 0
        matched = lengths[state] ?? 0
        target = next[state * KINDS + kind] ?? 0
      }
      if (target === 0) continue
      state = target
      matched += 1
      if (matched < least) continue
      const start = ring[(count - matched) & mask] ?? at
      if (last !== undefined && start < last.end) last.end = at + 1
      else {
        last = { start, end: at + 1 }
        spans.push(last)
      }
    }
    const length = matched < TELLING ? 0 : matched
    return { spans, tail: { start: length === 0 ? text.length : (ring[(count - length) & mask] ?? 0), length } }
  }
}

/** The last three letters as a number, of five bits of each: some share one, which costs a closer look and nothing else. */
const tripleOf = (before: number, kind: number): number => ((before << 5) | (kind & 31)) & 0x7fff

/** Says of most texts quickly that nothing is in them: no word has so many of their triples of letters one after the other. */
const filter = (words: ReadonlyArray<string>, least: number): ((text: string) => boolean) => {
  const known = new Uint8Array(0x8000)
  const wanted = least - 2
  for (const word of words) {
    let triple = 0
    for (let at = 0; at < word.length; at += 1) {
      triple = tripleOf(triple, kindAt(word, at))
      if (at >= 2) known[triple] = 1
    }
  }
  return (text) => {
    let triple = 0
    let run = 0
    for (let at = 0; at < text.length; at += 1) {
      const kind = kindAt(text, at)
      if (kind === 0) continue
      triple = tripleOf(triple, kind)
      run = known[triple] === 1 ? run + 1 : 0
      if (run >= wanted) return true
    }
    return run + 2 >= TELLING
  }
}

/** The automaton of all parts of the words; state 0 is the empty one, and no transition leads there. */
const build = (words: ReadonlyArray<string>) => {
  const size = 2 * words.reduce((sum, word) => sum + word.length + 1, 0) + 2
  const next = new Int32Array(size * KINDS)
  const link = new Int32Array(size).fill(-1)
  const length = new Int32Array(size)
  let states = 1
  let end = 0
  const add = (kind: number) => {
    const made = states++
    length[made] = (length[end] ?? 0) + 1
    let at = end
    while (at !== -1 && next[at * KINDS + kind] === 0) {
      next[at * KINDS + kind] = made
      at = link[at] ?? -1
    }
    const target = at === -1 ? 0 : (next[at * KINDS + kind] ?? 0)
    if (at === -1) link[made] = 0
    else if (length[target] === (length[at] ?? 0) + 1) link[made] = target
    else {
      const copy = states++
      length[copy] = (length[at] ?? 0) + 1
      next.copyWithin(copy * KINDS, target * KINDS, (target + 1) * KINDS)
      link[copy] = link[target] ?? 0
      while (at !== -1 && next[at * KINDS + kind] === target) {
        next[at * KINDS + kind] = copy
        at = link[at] ?? -1
      }
      link[target] = copy
      link[made] = copy
    }
    end = made
  }
  for (const word of words) {
    for (let at = 0; at < word.length; at += 1) add(kindAt(word, at))
    add(0)
  }
  return { next, link, lengths: length }
}
