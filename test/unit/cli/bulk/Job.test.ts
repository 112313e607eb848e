import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as Job from "../../../../src/cli/bulk/Job.js"
import * as Ticker from "../../../../src/domain/Ticker.js"

const parse = (value: unknown) => Job.parse(typeof value === "string" ? value : JSON.stringify(value))
const complaint = (value: unknown) => Either.getOrThrow(Either.flip(parse(value)))
const MODEL = 'the id of a model; its parameters are fields of their own, such as "effort": "low"'
const least = { model: "x/y", ticker: "aapl" }

describe("the line of a file of jobs", () => {
  it("names model and ticker, and may have a sample, words of its own and parameters", () => {
    deepStrictEqual(Either.getOrThrow(parse(least)), { model: "x/y", ticker: "AAPL" })
    const all: Job.Job = {
      model: "x/y",
      ticker: "BTC/USD",
      sample: 3,
      prompt: "Write it",
      system: "",
      effort: "low",
      maxCompletionTokens: 1,
      temperature: 2,
      serviceTier: "flex",
      id: "row 7"
    }
    deepStrictEqual(Either.getOrThrow(parse(all)), all)
    assert.sameMembers(Object.keys(all), Object.keys(Job.Job.fields))
  })

  it("is refused with what each field has to be", () => {
    const wanted: Readonly<Record<keyof Job.Job, readonly [wrong: unknown, wanted: string]>> = {
      model: [" ", MODEL],
      ticker: ["a b", Ticker.WANTED],
      sample: [0, "a whole number of at least 1"],
      prompt: ["", "a text that is not empty"],
      system: [1, "a text"],
      effort: ["lots", "one of none, minimal, low, medium, high, xhigh, max"],
      maxCompletionTokens: [0.5, "a whole number of at least 1"],
      temperature: [2.1, "a number from 0 to 2"],
      serviceTier: ["", "a name"],
      id: [null, "a text"]
    }
    for (const [name, [wrong, words]] of Object.entries(wanted)) {
      deepStrictEqual(
        complaint({ ...least, [name]: wrong }),
        `${JSON.stringify(wrong)} is not valid for '${name}': use ${words}`
      )
    }
    // Sent as an id it would be a model that no server has.
    for (const model of ["x/y@effort=low", "x/y@efort=low", "x/y@temperature=1,max-tokens=5"]) {
      assert.strictEqual(complaint({ ...least, model }), `"${model}" is not valid for 'model': use ${MODEL}`)
    }
    for (const model of ["x/y@preset/a", "x/y@20240101"]) assert.isTrue(Either.isRight(parse({ ...least, model })))
    for (const temperature of [-0.1, 2.1]) assert.include(complaint({ ...least, temperature }), "from 0 to 2")
    for (const temperature of [0, 2]) assert.isTrue(Either.isRight(parse({ ...least, temperature })))
    for (const sample of [1, 99]) assert.isTrue(Either.isRight(parse({ ...least, sample })))
    const quoted = (length: number) => complaint({ ...least, temperature: "x".repeat(length) }).split(" is not")[0]
    deepStrictEqual([quoted(58), quoted(59)], [`"${"x".repeat(58)}"`, `"${"x".repeat(59)}`])
  })

  it("is refused with the name of the field that is wrong, and what it should be", () => {
    for (const line of ["", "{", "7", "null", "[]", '"x"', "AAPL"]) {
      assert.match(complaint(line), /^this is not a JSON object(: it is not JSON from column \d+ on)?$/)
    }
    assert.strictEqual(complaint({ ticker: "A" }), "'model' is missing")
    assert.strictEqual(complaint({ model: "x/y" }), "'ticker' is missing")
    assert.strictEqual(
      complaint({ ...least, temprature: 1 }),
      "'temprature' is not a field of a job: did you mean 'temperature'?"
    )
    assert.match(
      complaint({ ...least, max_tokens: 1 }),
      /^'max_tokens' is not a field of a job: the fields are model, /
    )
    assert.strictEqual(
      complaint({ ...least, temperature: "hot" }),
      `"hot" is not valid for 'temperature': use a number from 0 to 2`
    )
    const bad: Readonly<Record<string, ReadonlyArray<unknown>>> = {
      model: ["", " ", 7, null],
      ticker: ["A B", "../x", ""],
      sample: [0, -1, 1.5, "1"],
      prompt: [" ", 7],
      system: [7],
      effort: ["hard"],
      maxCompletionTokens: [0, 2.5],
      temperature: [-0.1, 2.1],
      serviceTier: [""],
      id: [7]
    }
    for (const [name, values] of Object.entries(bad)) {
      for (const value of values)
        assert.include(complaint({ ...least, [name]: value }), ` is not valid for '${name}': `)
    }
  })
})

describe("the product", () => {
  it("goes through tickers, then models, then samples, one by one and as often as it is read", () => {
    const jobs = Job.product(["A", "B"], ["x/1", { model: "x/2", effort: "low" }], 2)
    const named = () => [...jobs].map(({ model, sample, ticker }) => `${ticker} ${model} ${sample}`)
    // Shards give a model the same strategy, so its place counts among all models.
    deepStrictEqual(
      new Set([...jobs].map(({ model, position }) => `${model} ${position}`)),
      new Set(["x/1 0", "x/2 1"])
    )
    deepStrictEqual(named(), ["A x/1 1", "A x/1 2", "A x/2 1", "A x/2 2", "B x/1 1", "B x/1 2", "B x/2 1", "B x/2 2"])
    deepStrictEqual(named(), named())
    assert.strictEqual([...jobs][2]?.effort, "low")
    // One that is named again goes on counting, for each ticker anew.
    const twice = Job.product(["A", "B"], ["x/1", { model: "x/2", effort: "low" }, "x/1", "x/2"], 2)
    const counted = ["x/1 1", "x/1 2", "x/2 1", "x/2 2", "x/1 3", "x/1 4", "x/2 3", "x/2 4"]
    deepStrictEqual(
      [...twice].map(({ model, sample, ticker }) => `${ticker} ${model} ${sample}`),
      ["A", "B"].flatMap((ticker) => counted.map((job) => `${ticker} ${job}`))
    )
    assert.strictEqual(new Set([...twice].map(Job.keyOf)).size, 16)
    // Nobody has the memory for all of these.
    const [first] = Job.product(["A"], ["x/1"], Number.MAX_SAFE_INTEGER)
    deepStrictEqual(first, { model: "x/1", ticker: "A", sample: 1, position: 0 })
  })
})

describe("the key of a job", () => {
  it("is that of the same job only", () => {
    const job = { model: "x/y", ticker: "A" }
    const others: ReadonlyArray<Job.Job> = [
      job,
      { ...job, ticker: "B" },
      { ...job, model: "x/z" },
      { ...job, sample: 2 },
      { ...job, prompt: "p" },
      { ...job, system: "p" },
      { ...job, effort: "low" },
      { ...job, maxCompletionTokens: 2 },
      { ...job, temperature: 2 },
      { ...job, serviceTier: "2" }
    ]
    assert.strictEqual(new Set(others.map(Job.keyOf)).size, others.length)
    for (const same of [
      { ...job, sample: 1 },
      { ...job, id: "7" },
      { ticker: "A", model: "x/y", prompt: undefined }
    ]) {
      assert.strictEqual(Job.keyOf(same), Job.keyOf(job))
    }
  })
})
