/** Chance that a seed repeats: the same seed throws the same numbers in every process and on every machine. */

export interface Dice {
  /** From 0 to 1, 1 excluded. */
  readonly next: () => number
  /** A whole number from 0, this one excluded. */
  readonly below: (count: number) => number
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(list: readonly [A, ...ReadonlyArray<A>]) => A
  /** Dice of their own: what they throw does not depend on how often others are thrown. */
  readonly fork: (name: string) => Dice
}

/** FNV-1a, with a last mix so that names that differ in one letter have nothing in common. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}

export const make = (name: string): Dice => {
  let state = hash(name)
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
    fork: (part) => make(`${name}/${part}`)
  }
}
