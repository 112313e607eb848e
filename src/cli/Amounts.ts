/** How people write durations and shares. Pure. */
import * as Duration from "effect/Duration"

const UNITS: ReadonlyArray<readonly [name: RegExp, millis: number]> = [
  [/^(ms|milli(second)?s?)$/i, 1],
  [/^(s|sec(ond)?s?)?$/i, 1000],
  [/^m(in(ute)?s?)?$/i, 60_000],
  [/^h(ours?)?$/i, 3_600_000],
  [/^d(ays?)?$/i, 86_400_000]
]

/** `60` (seconds), `90s`, `500ms`, `2m`, `30d`, or words such as `60 seconds`. */
export const parseDuration = (text: string): Duration.Duration | undefined => {
  const [, amount = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const [, millis] = UNITS.find(([name]) => name.test(unit)) ?? []
  return amount === "" || millis === undefined ? undefined : Duration.millis(Number(amount) * millis)
}

const RATE = /^\s*(\d+(?:\.\d+)?)\s*(%|bps?|)\s*$/i

/** A share, with its unit: whether 0.1 is a tenth or a thousandth is not left to guessing. Nothing is nothing in any unit. */
export const parseRate = (text: string): number | undefined => {
  const [, amount = "", unit = ""] = RATE.exec(text) ?? []
  const share = Number(amount) / (unit === "%" ? 100 : 10_000)
  return amount === "" || share >= 1 || (unit === "" && share > 0) ? undefined : share
}

/** What a text that is no rate should have been. */
export const wantedRate = (text: string): string =>
  `a rate ${RATE.exec(text)?.[2] === "" ? "with its unit, which is missing here," : "below 100%,"} such as 0.05% or 5bp`
