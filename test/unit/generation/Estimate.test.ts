/** What a dry run says: who would be asked, and what that may cost, with nothing sent but the question for the models. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Option } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import { DEFAULT_BASE_URL, OpenRouter } from "../../../src/api/OpenRouter.js"
import * as Price from "../../../src/api/Price.js"
import * as Lines from "../../../src/cli/view/Lines.js"
import * as Look from "../../../src/cli/view/Look.js"
import { GenerationError, Rejected, ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Estimate from "../../../src/generation/Estimate.js"
import type * as Plan from "../../../src/generation/Plan.js"
import * as Prompt from "../../../src/prompt/Prompt.js"

/** Ten characters, of which one takes three bytes. */
const PROMPT = "write it ✓"
const catalog: ReadonlyArray<ModelInfo> = [
  { id: "x/paid", price: { prompt: 1e-6, completion: 2e-6 } },
  { id: "x/small", price: { prompt: 1e-6, completion: 2e-6 }, maxCompletionTokens: 100 },
  { id: "x/twin", price: { prompt: 0, completion: 1e-6 } },
  { id: "x/unpriced" },
  { id: "x/free:free", price: { prompt: 0, completion: 0 } }
]

const estimate = (options: Partial<Plan.Options> & Pick<Plan.Options, "models">) =>
  Effect.gen(function* () {
    let asked = 0
    const models = Effect.sync(() => {
      asked += 1
      return catalog
    })
    // Any request would die: the double has nothing else.
    const estimates = yield* Estimate.estimate({ ticker: "AAPL", ...options }).pipe(
      Effect.provide(
        Layer.merge(
          Layer.mock(OpenRouter, { baseUrl: DEFAULT_BASE_URL, identity: "", models }),
          Prompt.layer({ build: () => PROMPT })
        )
      )
    )
    assert.strictEqual(asked, 1)
    return estimates
  })

describe("an estimate", () => {
  it.effect("reckons the worst with every byte a token and a full answer, the likely with usual ones", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* estimate({ models: ["x/paid"] }), [
        {
          model: "x/paid",
          sample: 1,
          askedModel: Option.some("x/paid"),
          listed: true,
          note: undefined,
          price: Option.some({ prompt: 1e-6, completion: 2e-6 }),
          promptTokens: 3,
          maxCompletionTokens: 4_096,
          worst: Option.some(1e-6 * (12 + 16) + 2e-6 * 4_096),
          likely: Option.some(1e-6 * 3 + 2e-6 * 900)
        }
      ])
    })
  )

  it("counts what a request costs by itself", () => {
    const price = { prompt: 0.25, completion: 0.5, request: 2 }
    deepStrictEqual(Price.of({ price }, { prompt: 10, completion: 100 }), Option.some(54.5))
  })

  it.effect("keeps to the ceiling of the request and to the model's own", () =>
    Effect.gen(function* () {
      const of = (slots: ReadonlyArray<Estimate.Estimate>) =>
        slots.map(({ likely, maxCompletionTokens, worst }) => [
          maxCompletionTokens,
          Option.getOrThrow(worst),
          Option.getOrThrow(likely)
        ])
      const room = (tokens: number) => [tokens, 1e-6 * 28 + 2e-6 * tokens, 1e-6 * 3 + 2e-6 * tokens]
      deepStrictEqual(of(yield* estimate({ models: ["x/paid", "x/small"], maxCompletionTokens: 500 })), [
        room(500),
        room(100)
      ])
    })
  )

  it.effect("names the twin that would be asked, what is not on offer, and what has no price", () =>
    Effect.gen(function* () {
      const slots = yield* estimate({ models: ["x/twin:free", "x/unpriced", "y/none", "x/free:free"], budget: 1 })
      deepStrictEqual(
        slots.map(({ askedModel, worst }) => [askedModel, Option.map(worst, (cost) => cost.toFixed(6))]),
        [
          [Option.some("x/twin"), Option.some("0.004096")],
          [Option.some("x/unpriced"), Option.none()],
          [Option.none(), Option.none()],
          [Option.some("x/free:free"), Option.some("0.000000")]
        ]
      )
      deepStrictEqual(Estimate.totals(slots), { likely: 0.0009, worst: 0.004096, unknown: 1 })
    })
  )

  it.effect("has a line for each sample and a sum, as text and as a document", () =>
    Effect.gen(function* () {
      const slots = yield* estimate({
        models: ["x/paid", "x/twin:free", "x/unpriced", "y/none"],
        samples: 2,
        budget: 1
      })
      const lines = Lines.estimates(slots, { resume: true }, Look.plain).split("\n")
      deepStrictEqual(
        lines.slice(1, 9).map((line) => line.split(/ {2,}/)),
        [
          ["x/paid", "on offer", "1.00 / 2.00", "3 / 4096", "$0.001803", "$0.008220"],
          ["x/paid #2", "on offer", "1.00 / 2.00", "3 / 4096", "$0.001803", "$0.008220"],
          ["x/twin:free", "as x/twin", "0.00 / 1.00", "3 / 4096", "$0.000900", "$0.004096"],
          ["x/twin:free #2", "as x/twin", "0.00 / 1.00", "3 / 4096", "$0.000900", "$0.004096"],
          ["x/unpriced", "on offer", "unknown", "3 / 4096", "unknown", "unknown"],
          ["x/unpriced #2", "on offer", "unknown", "3 / 4096", "unknown", "unknown"],
          ["y/none", "not on offer", "–", "3 / 4096", "–", "–"],
          ["y/none #2", "not on offer", "–", "3 / 4096", "–", "–"]
        ]
      )
      deepStrictEqual(lines.slice(10), [
        "likely $0.005406, at most $0.0246 for one request each; the price of 2 requests is not known; 2 models not on offer",
        "    would be skipped",
        "x/twin:free is not on offer; asking x/twin",
        "y/none: this model is not on offer; algogen models lists all models",
        "Retries, longer answers, repairs and rounds cost extra; --budget limits the total.",
        "Answers already in the journal are not subtracted; they will cost nothing."
      ])
      const { estimates, totals } = JSON.parse(JSON.stringify(Estimate.toJson(slots.slice(1, 7))))
      deepStrictEqual(
        estimates.map(({ askedModel, index, sample }: Record<string, unknown>) => [index, sample, askedModel]),
        [
          [0, 2, "x/paid"],
          [1, 1, "x/twin"],
          [2, 2, "x/twin"],
          [3, 1, "x/unpriced"],
          [4, 2, "x/unpriced"],
          [5, 1, null]
        ]
      )
      deepStrictEqual(Object.keys(estimates[3]), [
        "index",
        "model",
        "sample",
        "listed",
        "promptTokens",
        "maxCompletionTokens",
        "askedModel"
      ])
      assert.strictEqual(totals.unknown, 2)
    })
  )

  it.effect("complains of a request that makes no sense before it asks anybody, and of a list that cannot be had", () =>
    Effect.gen(function* () {
      const options = { models: ["x/1"], ticker: "AAPL" }
      const down = new GenerationError({
        model: "GET /models",
        reason: new ServerFailed({ status: 503, message: "HTTP 503" })
      })
      const withModels = (models: Effect.Effect<never, GenerationError>) =>
        Effect.provide(Layer.mock(OpenRouter, { baseUrl: DEFAULT_BASE_URL, identity: "", models }))
      const wrong = yield* Effect.flip(
        withModels(Effect.dieMessage("asked"))(Estimate.estimate({ ...options, ticker: "not a ticker" }))
      )
      assert.strictEqual(wrong._tag, "InvalidRequest")
      assert.strictEqual((yield* Effect.flip(withModels(down)(Estimate.estimate(options)))).message, down.message)
    })
  )

  it.effect("tells what is asked for though the server's list, if it has one, does not have it", () =>
    Effect.gen(function* () {
      const at = (models: Effect.Effect<ReadonlyArray<ModelInfo>, GenerationError>) =>
        Effect.provide(
          Estimate.estimate({ models: ["llama3.2", "other"], ticker: "AAPL" }),
          Layer.mock(OpenRouter, { baseUrl: "http://127.0.0.1:1/v1", identity: "", models })
        )
      const noList = new GenerationError({
        model: "GET /models",
        reason: new Rejected({ status: 404, message: "404 page not found", fallbackModels: [] })
      })
      const there = (slots: ReadonlyArray<Estimate.Estimate>) =>
        Lines.estimates(slots, {}, Look.plain)
          .split("\n")
          .slice(1, 3)
          .map((line) => line.split(/ {2,}/)[1])
      deepStrictEqual(there(yield* at(Effect.succeed([{ id: "llama3.2:latest" }]))), ["on offer", "not listed"])
      deepStrictEqual(there(yield* at(noList)), ["not listed", "not listed"])
      const said = Lines.estimates(yield* at(noList), {}, Look.plain)
      assert.match(said, /^the price of 2 requests is not known$/m)
      assert.notInclude(said, "$0.0000")
    })
  )
})
