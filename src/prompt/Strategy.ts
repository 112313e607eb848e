/**
 * What keeps several models from writing the same algorithm: each request of a run gets a directive of its own, a family
 * with concrete numbers. Which one follows from the place of its model in the run and from the sample alone, so a model
 * keeps its directives when models are added behind it or more samples are asked for.
 */
import { shortHash } from "../domain/Hash.js"
import * as Measures from "../market/Measures.js"
import { FAMILIES } from "./Families.js"

export interface Strategy {
  /** Short and stable, for tables and headers: the family and its numbers, such as "momentum 6/0.8/3/20". */
  readonly name: string
  /** The family as it would stand in a sentence. */
  readonly family: string
  /** A few sentences that a prompt can carry as they are, together with `UNIT`. */
  readonly directive: string
}

/** What "v" in a directive means. */
export const UNIT = `v is the volatility of one tick: the standard deviation of the last ${Measures.VOLATILITY_WINDOW} returns from one price to the next, or of all of them while there are fewer; with less than ${Measures.VOLATILITY_LEAST}, or when it is 0, hold. "2 v above" a price means that price times (1 + 2 v).`

export const FAMILY_COUNT = FAMILIES.length

export const familyOf = (name: string): string => name.split(" ")[0] ?? name

/** Directives in each family that are dealt out. */
const VARIANTS = 1728

/** All directives: every number below this is another one. */
export const COUNT = FAMILIES.length * VARIANTS

/**
 * From one sample to the next: so many models can stand in a run before two share a directive, each with 100 samples. One
 * more than a multiple of the families, so that neighbouring samples come from neighbouring families.
 */
const MODELS = 17 * FAMILIES.length + 1

/** From one round through all families to the next every number of a directive changes: shares no divisor with the lists. */
const STRIDE = 1 + 6 + 36 + 216

/** The directive with a number; the first ones are of different families, each with its usual numbers. */
export const at = (number: number): Strategy => {
  const family = pick(FAMILIES, number)
  let rest = (Math.floor(number / FAMILIES.length) * STRIDE) % VARIANTS
  const next = (values: ReadonlyArray<number>): number => {
    const value = pick(values, rest)
    rest = Math.floor(rest / values.length)
    return value
  }
  const [as, bs, cs, shares] = family.numbers
  const [a, b, c, share] = [next(as), next(bs), next(cs), next(shares)]
  return {
    name: `${family.name} ${a}/${b}/${c}/${share}`,
    family: family.title,
    directive: family.directive(a, b, c, share)
  }
}

/**
 * The strategy of a model's n-th sample, counted from 1. `position` is the place of the model in the run, from 0; without
 * one a hash of the id stands in, and two models may then get the same directive.
 */
export const forModel = (model: string, sample = 1, position = Number.parseInt(shortHash(model), 16)): Strategy =>
  at((position + (sample - 1) * MODELS) % COUNT)

const pick = <A>(items: ReadonlyArray<A>, index: number): A => {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError("an empty list has no items")
  return item
}
