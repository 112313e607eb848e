/** Which mutants are tried, and what their number says about all of them. */
import type { Mutant } from "./Source.js"

export interface Candidate {
  /** In `src`. */
  readonly file: string
  readonly mutant: Mutant
}

/** The generator known as mulberry32: the same seed gives the same numbers, from 0 to below 1, on every machine. */
export const dice = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const shuffled = <A>(items: ReadonlyArray<A>, roll: () => number): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, by: roll() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ item }) => item)

/**
 * As many lines as asked for, each with one of its mutants: every line of the sources that has mutants is as likely as any
 * other, so that a table of a thousand names does not crowd out the rest, and each room gets its share. Whatever part of the
 * sample is tried, from its beginning, is a sample too.
 */
export const sample = (candidates: ReadonlyArray<Candidate>, count: number, seed: number): ReadonlyArray<Candidate> => {
  const lines = new Map<string, Array<Candidate>>()
  for (const candidate of candidates) {
    const line = `${candidate.file}:${candidate.mutant.line}`
    lines.set(line, [...(lines.get(line) ?? []), candidate])
  }
  const roll = dice(seed)
  return shuffled([...lines.values()], roll)
    .slice(0, count)
    .flatMap((line) => line[Math.floor(roll() * line.length)] ?? [])
}

/** The quantile of the normal distribution for 95 %. */
const Z = 1.96

/** Wilson's interval of a share. */
export const interval = (hits: number, tries: number): readonly [from: number, to: number] => {
  if (tries === 0) return [0, 1]
  const share = hits / tries
  const middle = share + Z ** 2 / (2 * tries)
  const half = Z * Math.sqrt((share * (1 - share)) / tries + Z ** 2 / (4 * tries ** 2))
  const whole = 1 + Z ** 2 / tries
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)]
}
