/** What the entry points promise, as types: the compiler is the test. */
import type { FileSystem, HttpClient, Path } from "@effect/platform"
import { describe, expectTypeOf, it } from "@effect/vitest"
import type { Duration, Effect, Layer, Option } from "effect"
import type * as Algogen from "../../../src/index.js"
import type * as promise from "../../../src/promise.js"

type Run = ReturnType<typeof Algogen.Generation.generateAlgorithms>
type One = ReturnType<typeof Algogen.Generator.generateAlgorithm>

describe("Generation.generateAlgorithms", () => {
  it("fails for the request's or the store's sake, never for a model's", () => {
    expectTypeOf<Effect.Effect.Error<Run>>().toEqualTypeOf<
      Algogen.Plan.InvalidRequest | Algogen.AlgorithmStore.StoreError
    >()
    expectTypeOf<Extract<Effect.Effect.Error<Run>, Algogen.GenerationError.GenerationError>>().toBeNever()
  })

  it("yields an Option for each model, outcomes and success", () => {
    type Report = Effect.Effect.Success<Run>
    expectTypeOf<Report>().toEqualTypeOf<Algogen.Report.GenerationReport>()
    expectTypeOf<Report["algorithms"]>().toEqualTypeOf<ReadonlyArray<Option.Option<Algogen.Algorithm.Algorithm>>>()
    expectTypeOf<Report["outcomes"]>().toEqualTypeOf<ReadonlyArray<Algogen.Report.Outcome>>()
    expectTypeOf<Report["success"]>().toEqualTypeOf<boolean>()
  })

  it("needs the API and a store, and no more", () => {
    expectTypeOf<Effect.Effect.Context<Run>>().toEqualTypeOf<
      Algogen.OpenRouter.OpenRouter | Algogen.AlgorithmStore.AlgorithmStore
    >()
  })

  it("asks for models and a ticker; all else may be left out", () => {
    type Options = Parameters<typeof Algogen.Generation.generateAlgorithms>[0]
    expectTypeOf<{ models: ReadonlyArray<string>; ticker: string }>().toExtend<Options>()
    expectTypeOf<{ models: ReadonlyArray<string> }>().not.toExtend<Options>()
    expectTypeOf<Options["deadline"]>().toEqualTypeOf<Duration.DurationInput | undefined>()
    expectTypeOf<ReturnType<NonNullable<Options["onProgress"]>>>().toEqualTypeOf<Effect.Effect<void>>()
  })
})

describe("Generator.generateAlgorithm", () => {
  it("fails with a GenerationError, and needs the API alone", () => {
    expectTypeOf<Effect.Effect.Error<One>>().toEqualTypeOf<Algogen.GenerationError.GenerationError>()
    expectTypeOf<Effect.Effect.Context<One>>().toEqualTypeOf<Algogen.OpenRouter.OpenRouter>()
    expectTypeOf<Effect.Effect.Success<One>["module"]>().toEqualTypeOf<Algogen.PythonModule.PythonModule>()
  })
})

describe("the reason of a failure", () => {
  it("is a union to match on, and closed", () => {
    expectTypeOf<Algogen.GenerationError.Reason["_tag"]>().toEqualTypeOf<
      | "RateLimited"
      | "ServerFailed"
      | "Rejected"
      | "AccountRefused"
      | "TimedOut"
      | "ConnectionFailed"
      | "MalformedAnswer"
      | "CutOff"
      | "EmptyAnswer"
      | "Refused"
      | "AnswerTooLarge"
      | "BadCode"
      | "ModelUnavailable"
      | "DeadlineExceeded"
      | "NotAsked"
      | "OverBudget"
      | "CircuitOpen"
      | "RetryBudgetExhausted"
      | "Interrupted"
    >()
  })
})

describe("the layers", () => {
  it("say what they need, and that settings may be wrong", () => {
    expectTypeOf<ReturnType<typeof Algogen.OpenRouter.layer>>().toEqualTypeOf<
      Layer.Layer<Algogen.OpenRouter.OpenRouter, Algogen.OpenRouter.ConfigurationError, HttpClient.HttpClient>
    >()
    expectTypeOf<ReturnType<typeof Algogen.FileSystemStore.layer>>().toEqualTypeOf<
      Layer.Layer<Algogen.AlgorithmStore.AlgorithmStore, never, FileSystem.FileSystem | Path.Path>
    >()
    expectTypeOf<typeof Algogen.MemoryStore.layer>().toEqualTypeOf<
      Layer.Layer<Algogen.AlgorithmStore.AlgorithmStore | Algogen.MemoryStore.Saved>
    >()
  })
})

describe("the promises", () => {
  it("have the arguments of the functions they stand for", () => {
    type Many = typeof promise.generateAlgorithmsForAgents
    expectTypeOf<Many>().toEqualTypeOf<
      (
        selectedAgents: ReadonlyArray<string | promise.Agent>,
        ticker: string,
        progressCallback?: ((percent: number, message: string) => void) | null,
        options?: promise.RunOptions
      ) => Promise<boolean>
    >()
    type Reporting = typeof promise.generateAlgorithms
    expectTypeOf<Parameters<Reporting>>().toEqualTypeOf<Parameters<Many>>()
    expectTypeOf<Awaited<ReturnType<Reporting>>>().toEqualTypeOf<promise.Report>()
    expectTypeOf<promise.ReasonTag>().toEqualTypeOf<Algogen.GenerationError.Reason["_tag"] | "StoreError">()
    expectTypeOf<NonNullable<promise.Outcome["reason"]>["_tag"]>().toEqualTypeOf<promise.ReasonTag>()
    type One = typeof promise.generateAlgorithm
    expectTypeOf<One>().toEqualTypeOf<
      (modelId: string, promptText: string, options?: promise.GenerateOptions) => Promise<string | null>
    >()
  })
})
