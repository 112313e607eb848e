/**
 * Seeded chance as plain values: the same parts always draw the same numbers, so two runs of the simulator are alike
 * whatever else happened in between. It keeps no state beyond one draw and knows no clock.
 */
import * as Hash from "effect/Hash"
import * as Utils from "effect/Utils"

export interface Draw {
  /** A real number in [min, max). */
  readonly between: (min: number, max: number) => number
  /** A whole number in [min, max]. */
  readonly integer: (min: number, max: number) => number
  readonly pick: <A>(items: readonly [A, ...ReadonlyArray<A>]) => A
}

/** Spreads a hash over all its bits: names that differ in one letter must not draw neighboring numbers. */
const mixed = (hash: number): number => {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35)
  return (second ^ (second >>> 16)) >>> 0
}

/** A number for a name: stable between processes and versions of Node. */
export const hash = (...parts: ReadonlyArray<string | number>): number => mixed(Hash.string(parts.join("/")))

export const make = (...parts: ReadonlyArray<string | number>): Draw => {
  const source = new Utils.PCGRandom(hash(...parts))
  const integer = (min: number, max: number) => min + Math.floor(source.number() * (max - min + 1))
  return {
    between: (min, max) => min + source.number() * (max - min),
    integer,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0]
  }
}
