import { assert, describe, it } from "@effect/vitest"
import { assertNone, assertSome, deepStrictEqual } from "@effect/vitest/utils"
import { Either, Option } from "effect"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { Attempt, totalUsage } from "../../../src/domain/Attempt.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import {
  BadCode,
  GenerationError,
  Interrupted,
  ModelUnavailable,
  RateLimited,
  TimedOut,
  type Reason
} from "../../../src/domain/GenerationError.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import * as Report from "../../../src/generation/Report.js"
import * as Slot from "../../../src/generation/Slot.js"
import { StoreError } from "../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"

const usage = (cost?: number) =>
  new Usage({ promptTokens: 10, completionTokens: 20, ...(cost === undefined ? {} : { cost }) })

const attempt = (facts: Partial<typeof Attempt.Type>) =>
  new Attempt({ number: 1, cause: "first", waitedMs: 0, startedAt: 1_000, durationMs: 500, outcome: "ok", ...facts })

interface Facts extends Partial<Omit<Slot.Saved, "saved" | keyof Verdict>> {
  readonly settled?: Verdict
  readonly saved?: Either.Either<string, StoreError>
}

const slot = ({ saved, settled, ...facts }: Facts, attempts: ReadonlyArray<Attempt> = []): Slot.Saved => ({
  ...Slot.settle(
    {
      index: 0,
      model: "x/1:free",
      ticker: "AAPL",
      sample: 1,
      seed: undefined,
      promptHash: "ab12",
      parameters: {},
      ...facts
    },
    {
      askedModel: "x/1:free",
      key: () => undefined,
      attempts,
      resumed: false,
      rounds: [],
      simulated: false,
      ...(settled ?? failed(new Interrupted())),
      ...facts
    }
  ),
  saved: Option.fromNullable(saved)
})

type Verdict = Pick<Slot.Settled, "at" | "result">

const generated: Verdict = {
  at: 3_000,
  result: Either.right({
    module: new PythonModule({ source: "x = 1\n", arity: 5, imports: [] }),
    answer: new Answer({ text: "x = 1\n", model: "x/1" }),
    resumed: false,
    kept: false,
    answeredAt: 2_500,
    trial: Option.none()
  })
}
const failed = (reason: Reason, retryAt?: number): Verdict => ({
  at: 2_000,
  result: Either.left(new GenerationError({ model: "x/1:free", reason, ...(retryAt === undefined ? {} : { retryAt }) }))
})
const limited = new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: true })
const noRoom = new StoreError({ path: "out/a.py", reason: diskFull("ENOSPC") })

const report = (...slots: ReadonlyArray<Slot.Saved>): Report.GenerationReport => ({
  ticker: "AAPL",
  startedAt: 0,
  durationMs: 9_000,
  success: true,
  algorithms: slots.map(({ algorithm }) => algorithm),
  outcomes: slots.map(Slot.outcomeOf)
})

describe("the outcome of a slot", () => {
  it("is ok with its algorithm and file, from the first request to the verdict", () => {
    const outcome = Slot.outcomeOf(
      slot({ settled: generated, saved: Either.right("out/a.py") }, [
        attempt({ outcome: "ServerFailed", usage: usage(0.5) }),
        attempt({ number: 2, startedAt: 2_500, servedModel: "x/other", usage: usage() })
      ])
    )
    assert.strictEqual(outcome.status, "ok")
    assertSome(
      Option.map(outcome.algorithm, ({ code, generatedAt }) => `${code} at ${generatedAt.epochMillis}`),
      "x = 1\n at 2500"
    )
    assertNone(outcome.reason)
    assertNone(outcome.retryAt)
    assertSome(outcome.file, "out/a.py")
    assertSome(outcome.servedModel, "x/other")
    assertSome(outcome.usage, new Usage({ promptTokens: 20, completionTokens: 40, cost: 0.5 }))
    assert.strictEqual(outcome.durationMs, 2_000)
    assert.strictEqual(outcome.attempts.length, 2)
  })

  it("names the model that served only where it is not the one that was asked", () => {
    const served = (askedModel: string) =>
      Slot.outcomeOf(slot({ askedModel, settled: generated }, [attempt({ servedModel: "x/1" })])).servedModel
    assertNone(served("x/1"))
    assertSome(served("x/1:free"), "x/1")
  })

  it("knows the dated name that the list has for it", () => {
    const served = (canonicalSlug: string | undefined) =>
      Slot.outcomeOf(slot({ canonicalSlug, settled: generated }, [attempt({ servedModel: "x/other-20260416" })]))
        .servedModel
    assertNone(served("x/other-20260416"))
    assertSome(served("x/other-20260417"), "x/other-20260416")
    assertSome(served(undefined), "x/other-20260416")
  })

  it("has an algorithm that names the model that answered, where it is not called as requested", () => {
    const answeredBy = (model: string) =>
      Option.map(slot({ model, settled: generated }).algorithm, ({ servedModel }) => servedModel)
    assertSome(answeredBy("x/1:free"), "x/1")
    assertSome(answeredBy("x/1"), undefined)
  })

  it("is failed with its reason and when to come back", () => {
    const outcome = Slot.outcomeOf(slot({ settled: failed(limited, 60_000) }, [attempt({ outcome: "RateLimited" })]))
    assert.strictEqual(outcome.status, "failed")
    assertSome(outcome.reason, limited)
    assertSome(outcome.retryAt, 60_000)
    assertNone(outcome.algorithm)
    assertNone(outcome.file)
    assertNone(outcome.usage)
    assert.strictEqual(outcome.durationMs, 1_000)
  })

  it("is skipped when there is no such model, and took no time", () => {
    const outcome = Slot.outcomeOf(slot({ settled: failed(new ModelUnavailable({ message: "gone" })) }))
    assert.strictEqual(outcome.status, "skipped")
    assert.strictEqual(outcome.durationMs, 0)
    deepStrictEqual(outcome.attempts, [])
  })

  it("is failed when the algorithm could not be saved, which is still there", () => {
    const outcome = Slot.outcomeOf(slot({ settled: generated, saved: Either.left(noRoom) }, [attempt({})]))
    assert.strictEqual(outcome.status, "failed")
    assertSome(outcome.reason, noRoom)
    assert.isTrue(Option.isSome(outcome.algorithm))
    assertNone(outcome.file)
  })
})

describe("usage", () => {
  it("of several attempts is the sum of what is known, and unknown cost is not zero", () => {
    assert.isUndefined(totalUsage([]))
    assert.isUndefined(totalUsage([attempt({})]))
    deepStrictEqual(totalUsage([attempt({ usage: usage() }), attempt({})]), usage())
    deepStrictEqual(
      totalUsage([attempt({ usage: usage(0) }), attempt({ usage: usage(0.25) }), attempt({ usage: usage() })]),
      new Usage({ promptTokens: 30, completionTokens: 60, cost: 0.25 })
    )
  })
})

describe("the totals", () => {
  const ok = slot({ settled: generated, saved: Either.right("out/a.py") }, [
    attempt({ usage: usage(0.25) }),
    attempt({ number: 2, usage: usage() })
  ])
  const fails = slot({ settled: failed(limited) }, [attempt({}), attempt({ number: 2, usage: usage(0.5) })])
  const skipped = slot({ settled: failed(new ModelUnavailable({ message: "gone" })) })

  it("count models, requests and retries, and the cost of failed attempts too", () => {
    deepStrictEqual(Report.totals(report(ok, fails, fails, skipped)), {
      ok: 1,
      failed: 2,
      skipped: 1,
      left: undefined,
      requests: 6,
      retries: 3,
      successRate: 1 / 3,
      retryRate: 0.5,
      cost: 1.25,
      requestsOfUnknownCost: 3
    })
  })

  it("count a model that was asked before it was skipped as one without an algorithm", () => {
    const asked = slot({ settled: failed(new ModelUnavailable({ message: "gone" })) }, [attempt({ status: 404 })])
    const { skipped: count, successRate } = Report.totals(report(ok, skipped, asked))
    deepStrictEqual([count, successRate], [2, 1 / 2])
  })

  it("leave out rates of which there is nothing to be a part of", () => {
    const { retryRate, successRate } = Report.totals(report(skipped))
    assert.deepStrictEqual([retryRate, successRate], [undefined, undefined])
  })

  it("leave out a cost of which nothing is known, and say zero where it is known to be zero", () => {
    const unknown = Report.totals(report(slot({ settled: generated }, [attempt({ usage: usage() }), attempt({})])))
    assert.isUndefined(unknown.cost)
    assert.strictEqual(unknown.requestsOfUnknownCost, 2)
    const free = Report.totals(report(slot({ settled: generated }, [attempt({ usage: usage(0) })])))
    assert.strictEqual(free.cost, 0)
    assert.strictEqual(free.requestsOfUnknownCost, 0)
    assert.strictEqual(Report.totals(report(skipped)).cost, 0)
  })

  it("take an error with a status for free, which leaves what ended without one unknown", () => {
    const { cost, requestsOfUnknownCost } = Report.totals(
      report(slot({ settled: failed(limited) }, [attempt({ status: 400 }), attempt({ status: 399 }), attempt({})]))
    )
    deepStrictEqual([cost, requestsOfUnknownCost], [undefined, 2])
  })
})

describe("the JSON document", () => {
  const written = (...slots: ReadonlyArray<Slot.Saved>): unknown =>
    JSON.parse(JSON.stringify(Report.toJson(report(...slots))))

  it("holds the results in the order of the request, times as ISO 8601, and leaves out what is not known", () => {
    deepStrictEqual(
      written(
        slot({ askedModel: "x/1", settled: generated, saved: Either.right("out/a.py") }, [
          attempt({ servedModel: "x/2", firstTokenMs: 80, status: 200, generationId: "gen-1", usage: usage(0.5) })
        ]),
        slot({ index: 1, sample: 2, settled: failed(limited, 60_000) }, [
          attempt({ outcome: "RateLimited", status: 429 })
        ]),
        slot({ index: 2, sample: 3, settled: failed(new TimedOut({ clock: "silence", limitMs: 5 })) })
      ),
      {
        success: true,
        ticker: "AAPL",
        startedAt: "1970-01-01T00:00:00.000Z",
        durationMs: 9_000,
        results: [
          {
            index: 0,
            model: "x/1:free",
            sample: 1,
            promptHash: "ab12",
            status: "ok",
            file: "out/a.py",
            askedModel: "x/1",
            servedModel: "x/2",
            attempts: 1,
            durationMs: 2_000,
            usage: { promptTokens: 10, completionTokens: 20, cost: 0.5 },
            attemptLog: [
              {
                number: 1,
                cause: "first",
                waitedMs: 0,
                startedAt: "1970-01-01T00:00:01.000Z",
                durationMs: 500,
                firstTokenMs: 80,
                outcome: "ok",
                status: 200,
                servedModel: "x/2",
                generationId: "gen-1",
                usage: { promptTokens: 10, completionTokens: 20, cost: 0.5 }
              }
            ]
          },
          {
            index: 1,
            model: "x/1:free",
            sample: 2,
            promptHash: "ab12",
            status: "failed",
            reason: { _tag: "RateLimited", message: "slow down", status: 429, retryAt: "1970-01-01T00:01:00.000Z" },
            attempts: 1,
            durationMs: 1_000,
            attemptLog: [
              {
                number: 1,
                cause: "first",
                waitedMs: 0,
                startedAt: "1970-01-01T00:00:01.000Z",
                durationMs: 500,
                outcome: "RateLimited",
                status: 429
              }
            ]
          },
          {
            index: 2,
            model: "x/1:free",
            sample: 3,
            promptHash: "ab12",
            status: "failed",
            reason: { _tag: "TimedOut", message: "no further token for 5 ms" },
            attempts: 0,
            durationMs: 0,
            attemptLog: []
          }
        ],
        totals: {
          ok: 1,
          failed: 2,
          skipped: 0,
          requests: 2,
          retries: 0,
          successRate: 1 / 3,
          retryRate: 0,
          cost: 0.5,
          requestsOfUnknownCost: 0
        }
      }
    )
  })

  it("says as fields where and by which rule code was refused", () => {
    const failure = CodeFailure.of("names", "undefined-name", "'x' is not defined", { line: 3 })
    const wanting = CodeFailure.of("extract", "no-code", "there is no code")
    const json = written(
      slot({ settled: failed(new BadCode({ failure })) }),
      slot({ index: 1, settled: failed(new BadCode({ failure: wanting })) })
    )
    assert.deepNestedInclude(json, {
      "results[0].reason": {
        _tag: "BadCode",
        message: "names: line 3: 'x' is not defined",
        stage: "names",
        code: "undefined-name",
        line: 3
      },
      "results[1].reason": {
        _tag: "BadCode",
        message: "extract: there is no code",
        stage: "extract",
        code: "no-code"
      }
    })
  })

  it("says why an algorithm has no file", () => {
    const json = written(slot({ settled: generated, saved: Either.left(noRoom) }))
    assert.deepNestedInclude(json, {
      "results[0].reason": { _tag: "StoreError", message: noRoom.message },
      "results[0].status": "failed"
    })
  })
})
