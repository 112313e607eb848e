/** What the properties have in common. */
import { FastCheck as fc } from "effect"

const FACTOR = Number(process.env["ALGOGEN_CASES"] ?? 1)

/**
 * How many cases a property tries. The numbers in the tests are for the run that is repeated all day: enough to meet every
 * kind of case. `npm run test:long` tries ten times as many, `ALGOGEN_CASES=100 npm run test:unit` a hundred times.
 */
export const times = (cases: number): number => Math.ceil(cases * FACTOR)

/** Whether more is tried than in the run that is repeated all day. */
export const isLong = FACTOR > 1

/** Any character. The unit "binary" of fast-check means the same, and lists all 1.1 million of them first. */
export const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))
