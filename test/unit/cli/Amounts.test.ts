import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Duration } from "effect"
import * as Amounts from "../../../src/cli/Amounts.js"

const millis = (text: string) => {
  const duration = Amounts.parseDuration(text)
  return duration && Duration.toMillis(duration)
}

describe("a duration", () => {
  it("is a number of seconds, or a number with a unit, short or in words", () => {
    const cases: Readonly<Record<string, number>> = {
      "60": 60_000,
      "0": 0,
      "1.5": 1_500,
      "90s": 90_000,
      " 2 seconds ": 2_000,
      "1 Second": 1_000,
      "10sec": 10_000,
      "500ms": 500,
      "500 milliseconds": 500,
      "20 millis": 20,
      "2m": 120_000,
      "1 min": 60_000,
      "5 mins": 300_000,
      "2 minutes": 120_000,
      "1h": 3_600_000,
      "2 hours": 7_200_000,
      "30d": 2_592_000_000,
      "1 day": 86_400_000
    }
    deepStrictEqual(
      Object.keys(cases).map((text) => [text, millis(text)]),
      Object.entries(cases)
    )
  })

  it("is nothing else", () => {
    for (const text of ["", " ", "s", "soon", "-5s", "5 weeks", "1e3", "5s5", "1,5", "5constructor", "5 ss", "∞"]) {
      deepStrictEqual([text, millis(text)], [text, undefined])
    }
  })
})
