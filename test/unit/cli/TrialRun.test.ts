/** Flags of a score where nothing is scored. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as TrialRun from "../../../src/cli/TrialRun.js"
import { said } from "./commands/said.js"

const NONE = { trial: false, trialUnsandboxed: false }
const NOT = "nothing is scored without --trial."

describe("the costs of a trade", () => {
  it.effect("are said to be of no use where nothing is scored, and only there", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [TrialRun.Flags, TrialRun.Scoring, string]> = [
        [NONE, {}, ""],
        [NONE, { fee: 0.01 }, `! --fee is not used: ${NOT}`],
        [NONE, { fee: 0, slippage: 0 }, `! --fee and --slippage are not used: ${NOT}`],
        [NONE, { slippage: 0.01, rounds: false }, `! --slippage is not used: ${NOT}`],
        [NONE, { slippage: 0.01, rounds: true }, ""],
        [NONE, { slippage: 0.01, series: [] }, ""],
        [{ ...NONE, trial: true }, { fee: 0.01 }, ""],
        [{ ...NONE, trialUnsandboxed: true }, { fee: 0.01 }, ""]
      ]
      for (const [flags, scoring, text] of cases) {
        strictEqual(yield* said(TrialRun.saysUnused(flags, scoring, "--trial")), text)
      }
    })
  )
})
