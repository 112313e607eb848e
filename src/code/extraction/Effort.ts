/**
 * How much may be read to find the module in one answer. Readings are tried inside of other readings, so a crafted text could
 * keep the process busy for minutes. Each reading is counted by its length, and above a limit the answer is refused.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of, TOO_LONG } from "../../domain/CodeFailure.js"
import type { Steps } from "../Steps.js"

/** Counts characters that are about to be read. Throws where the limit is passed. */
export type Spend = (characters: number) => void

/** 128,000 tokens of thoughts and code are 500 kB; a module has 2 to 20 kB. */
const MAX_ANSWER = 1024 * 1024

/** Of all ways to dress a module that the tests know, the costliest is read 12 times. */
const TIMES = 24
const LEAST = 64 * 1024
/** Some two seconds of a processor: parsing a module builds a tree of it. */
const MOST = 2 * 1024 * 1024

class Spent extends Error {}

const tooLong = (): CodeFailure =>
  of("extract", TOO_LONG, `the answer is longer than ${MAX_ANSWER / 1024} kB: give the module alone`)

const tooComplex = (): CodeFailure =>
  of("extract", "too-complex", "the answer can be read in too many ways: put the module into one block, alone")

/** Runs what reads an answer, within the bounds. */
export function* bounded<A>(
  answer: string,
  read: (spend: Spend) => Steps<Either.Either<A, CodeFailure>>
): Steps<Either.Either<A, CodeFailure>> {
  if (answer.length > MAX_ANSWER) return Either.left(tooLong())
  let left = Math.min(MOST, LEAST + TIMES * answer.length)
  const spend: Spend = (characters) => {
    left -= characters
    if (left < 0) throw new Spent()
  }
  try {
    return yield* read(spend)
  } catch (error) {
    // Documents in documents can be deeper than the engine's stack.
    if (error instanceof Spent || error instanceof RangeError) return Either.left(tooComplex())
    throw error
  }
}
