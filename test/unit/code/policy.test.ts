import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { good } from "./fixtures.js"
import { ACCEPTED, ENDINGS, REFUSED } from "./policies.js"
import { ENTRY } from "./structures.js"
import { NEAR, WAYS } from "./ways.js"

const { check } = make({ target: "3.11" })
const verdict = (source: string, service = { check }): string =>
  Either.match(service.check(source), {
    onLeft: ({ code, line, message, stage }) =>
      stage === "policy" ? "refused" : `${stage} ${code}, line ${line}: ${message}`,
    onRight: () => "accepted"
  })
const why = (source: string): string =>
  Either.match(check(source), { onLeft: ({ line, message }) => `line ${line}: ${message}`, onRight: () => "" })

describe("the policy", () => {
  it.each([...Object.entries(REFUSED), ...Object.entries(WAYS)])("refuses %s", (_, source) => {
    assert.strictEqual(verdict(`${source}\n${ENTRY}`), "refused")
  })

  it.each([...Object.entries(ACCEPTED), ...Object.entries(NEAR)])("accepts %s", (_, source) => {
    assert.strictEqual(why(`${source}\n${ENTRY}`), "")
  })

  it.each(Object.entries(ENDINGS))("accepts %s at the end", (_, source) => {
    assert.strictEqual(why(`${ENTRY}${source}\n`), "")
  })

  it.each(good.map((source) => [source]))("accepts what a model wrote: %#", (source) =>
    assert.strictEqual(why(source), "")
  )

  it("does not report an import that never runs", () => {
    const source = `import math, os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n${ENTRY}`
    const module = Either.getOrThrow(check(source))
    assert.deepStrictEqual(module.imports, ["math", "os", "typing"])
  })

  it("says which line and what instead", () => {
    const failure = Either.getOrThrow(Either.flip(check(`import enum\n\nx = [enum]\n${ENTRY}`)))
    assert.strictEqual(failure.code, "module-as-value")
    assert.strictEqual(failure.line, 3)
    assert.include(failure.message, "enum.")
  })
})

describe("imports that the user allows", () => {
  const more = make({ imports: ["pandas", "yfinance"] })
  const cases: ReadonlyArray<readonly [wanted: string, source: string]> = [
    ["accepted", "import pandas as pd\nimport yfinance as yf\npd.DataFrame(yf.download('A')).rolling(3).mean()"],
    ["accepted", "from pandas import DataFrame\nimport pandas.tseries.offsets\nDataFrame()"],
    [
      "accepted",
      "try:\n    import yfinance as yf\nexcept ImportError:\n    yf = None\nif yf is not None:\n    yf.Ticker('A')"
    ],
    ["refused", "import pandas as pd\nx = [pd]"],
    ["refused", "import pandas as pd\npd.io.common.os.getcwd()"],
    ["refused", "import pandas as pd\npd._libs"],
    ["refused", "import polars"]
  ]
  it.each(cases)("%s: %j", (wanted, source) => assert.strictEqual(verdict(`${source}\n${ENTRY}`, more), wanted))
})
