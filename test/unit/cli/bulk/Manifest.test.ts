import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Option, Schema } from "effect"
import * as Manifest from "../../../../src/cli/bulk/Manifest.js"
import { Passed, Skipped } from "../../../../src/code/trial/Trial.js"
import { toPython } from "../../../../src/domain/Algorithm.js"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import { BadCode, Interrupted, RateLimited } from "../../../../src/domain/GenerationError.js"
import { algorithm, attempt, costing, failed, outcome } from "./outcomes.js"

const context: Manifest.Context = {
  startedAt: 0,
  simulated: false,
  folder: "out"
}
const job = { model: "x/1", ticker: "AAPL", id: "row 7" }
const lineOf = (of: Parameters<typeof Manifest.lineOf>[1]) => Manifest.lineOf(job, of, context)
/** As it is read back. */
const written = (line: Manifest.Line): unknown => JSON.parse(JSON.stringify(line))

describe("the line of a job", () => {
  it("has file, hash, cost and verdict of one that is ok", () => {
    const line = lineOf(outcome({ attempts: [attempt(1, { status: 500 }), costing(0.25)], resumed: true }))
    deepStrictEqual(written(line), {
      job: line.job,
      id: "row 7",
      run: "1970-01-01T00:00:00.000Z",
      ticker: "AAPL",
      model: "x/1",
      sample: 1,
      status: "ok",
      file: "AAPL/generated_algo_x_1.py",
      sha256: createHash("sha256").update(toPython(algorithm), "utf8").digest("hex"),
      cost: 0.25,
      attempts: 2,
      requests: [
        { cause: "first", waitedMs: 0, startedAt: 0, durationMs: 5, outcome: "ok", status: 500 },
        {
          cause: "first",
          waitedMs: 0,
          startedAt: 0,
          durationMs: 5,
          outcome: "ok",
          status: 200,
          promptTokens: 1,
          completionTokens: 1
        }
      ],
      durationMs: 5,
      check: "passed",
      resumed: true,
      simulated: false
    })
    deepStrictEqual(Schema.decodeUnknownSync(Manifest.Line)(written(line)), written(line))
  })

  it("says that an algorithm is simulated, also where the run does not know it", () => {
    const simulated = { ...algorithm, simulated: true }
    assert.isTrue(lineOf(outcome({ algorithm: Option.some(simulated) })).simulated)
    assert.isFalse(lineOf(outcome({})).simulated)
  })

  it("says in the server's words why there is none", () => {
    const reason = new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: true })
    const line = lineOf(failed(reason, { retryAt: Option.some(60_000) }))
    assert.strictEqual(line.status, "failed")
    assert.isUndefined(line.check)
    deepStrictEqual(written(line), {
      ...JSON.parse(JSON.stringify(lineOf(failed(new Interrupted(), { attempts: failed(reason).attempts })))),
      reason: { _tag: "RateLimited", message: "slow down", status: 429, retryAt: "1970-01-01T00:01:00.000Z" }
    })
  })

  it("has no cost where none is known, and 0 where nothing was sent", () => {
    assert.isUndefined(lineOf(outcome({ attempts: [attempt(1, { status: 200 })] })).cost)
    assert.strictEqual(lineOf(outcome({ attempts: [] })).cost, 0)
    const both = lineOf(outcome({ attempts: [costing(0), attempt(2, {})] }))
    assert.deepStrictEqual([both.cost, both.requestsOfUnknownCost], [0, 1])
    assert.isUndefined(lineOf(outcome({ attempts: [costing(0)] })).requestsOfUnknownCost)
    // A refusal costs nothing, which says nothing of the answer after it.
    assert.isUndefined(lineOf(outcome({ attempts: [attempt(1, { status: 429 }), attempt(2, { status: 200 })] })).cost)
  })

  it("tells the verdicts of check and trial apart", () => {
    const verdicts = (of: Parameters<typeof Manifest.lineOf>[1]) => {
      const { check, trial } = lineOf(of)
      return [check, trial]
    }
    const bad = (stage: CodeFailure.Stage) =>
      failed(new BadCode({ failure: CodeFailure.of(stage, "a-rule", "wrong", { line: 3 }) }))
    deepStrictEqual(verdicts(bad("syntax")), ["failed", undefined])
    deepStrictEqual(verdicts(bad("trial")), ["passed", "failed"])
    deepStrictEqual(lineOf(bad("names")).reason, {
      _tag: "BadCode",
      message: "names: line 3: wrong",
      status: undefined,
      retryAt: undefined,
      stage: "names",
      code: "a-rule",
      line: 3
    })
    const passed = new Passed({ interpreter: "python3", ticks: 1, sandboxed: true, durationMs: 1 })
    deepStrictEqual(verdicts(outcome({ trial: Option.some(passed) })), ["passed", "passed"])
    const skipped = new Skipped({ reason: "no python3" })
    deepStrictEqual(verdicts(outcome({ trial: Option.some(skipped) })), ["passed", "skipped"])
  })
})

describe("the lines that hold", () => {
  const line = (run: number, job: string, file?: string) =>
    JSON.stringify({ run: `run ${run}`, job, file, status: "ok" })
  const holding = (...lines: ReadonlyArray<string>) => {
    const { holds, see } = Manifest.currency()
    lines.forEach(see)
    return lines.map(holds)
  }

  it("are those of the latest run of a job, wherever they are, and all of that run", () => {
    deepStrictEqual(holding(line(1, "a"), line(1, "b"), line(2, "a")), [false, true, true])
    deepStrictEqual(holding(line(2, "a"), line(1, "a")), [true, false])
    // What is asked for twice has two lines.
    deepStrictEqual(holding(line(1, "a", "f"), line(1, "a", "f_2")), [true, true])
    deepStrictEqual(holding(line(1, "a", "f"), line(1, "a", "f_2"), line(2, "a", "f")), [false, false, true])
  })

  it("of what was interrupted stand as long as no run has made anything of the job", () => {
    const left = (run: number, job: string) =>
      JSON.stringify({ run: `run ${run}`, job, status: "failed", reason: { _tag: "Interrupted" } })
    deepStrictEqual(holding(left(1, "a"), left(1, "b"), left(2, "b")), [true, false, true])
    deepStrictEqual(holding(line(1, "a", "f"), left(2, "a")), [true, false])
    deepStrictEqual(holding(left(1, "a"), line(2, "a", "f")), [false, true])
  })

  it("are, of runs at the same time, those that say what is in the file", () => {
    const line = (run: number, job: string, file: string, sha256: string) =>
      JSON.stringify({ run: `run ${run}`, job, file, sha256, status: "ok" })
    const lines = [line(1, "a", "f", "A"), line(2, "a", "f", "B"), line(1, "b", "g", "C"), line(2, "b", "g", "C")]
    const { compare, disputed, holds, see } = Manifest.currency()
    lines.forEach(see)
    deepStrictEqual(lines.map(holds), [false, true, false, true])
    deepStrictEqual([...disputed], ["f"])
    const found = new Map([["f", "A"]])
    lines.forEach((each) => compare(each, found))
    deepStrictEqual(lines.map(holds), [true, false, false, true])
  })

  it("are not those of a file that a later run has replaced with another job's", () => {
    deepStrictEqual(holding(line(1, "a", "f"), line(1, "b", "g"), line(2, "c", "f")), [false, true, true])
    // A failure leaves the file alone.
    deepStrictEqual(holding(line(1, "a", "f"), line(2, "c")), [true, true])
  })

  it("are no broken ones", () => {
    deepStrictEqual(holding('{"job":"a","ru', "", "7", "{}", line(1, "a")), [false, false, false, false, true])
  })
})
