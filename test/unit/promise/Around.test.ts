import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Effect, Either } from "effect"
import { CodeCheck } from "../../../src/code/CodeCheck.js"
import * as Around from "../../../src/promise/Around.js"

const MODULE = "import pandas\ndef execute_trade(a, b, c):\n    return 'HOLD'\n"

describe("the checks of the promise door", () => {
  const codeOf = (options: Parameters<typeof Around.checks>[0]) =>
    Effect.map(CodeCheck, ({ check }) =>
      Either.match(check(MODULE), { onLeft: ({ code }) => code, onRight: () => "ok" })
    ).pipe(Effect.provide(Around.checks(options)))

  it.effect("allow the packages that are named, and no others", () =>
    Effect.gen(function* () {
      strictEqual(yield* codeOf({}), "forbidden-import")
      strictEqual(yield* codeOf({ imports: ["yfinance"] }), "forbidden-import")
      strictEqual(yield* codeOf({ imports: ["pandas"] }), "ok")
    })
  )
})
