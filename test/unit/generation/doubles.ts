/**
 * What surrounds the core, as doubles that are made afresh for each test: an API that answers by script and writes down
 * what it was asked, a store, and a run whose events are kept. Nothing here waits for real.
 */
import { Clock, Deferred, type Duration, Effect, Fiber, Layer, Option, Random, TestClock } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import { DEFAULT_BASE_URL, OpenRouter, type ChatRequest, type Service } from "../../../src/api/OpenRouter.js"
import { classify, type Exchange } from "../../../src/api/wire/Classify.js"
import type { OnToken } from "../../../src/api/wire/Exchange.js"
import * as Secret from "../../../src/api/wire/Secret.js"
import { Answer } from "../../../src/domain/Answer.js"
import { GenerationError, type Reason } from "../../../src/domain/GenerationError.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Generation from "../../../src/generation/Generation.js"
import type * as Plan from "../../../src/generation/Plan.js"
import type { Event, Progress } from "../../../src/generation/Progress.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import { AlgorithmStore, StoreError } from "../../../src/storage/AlgorithmStore.js"
import * as Turns from "../../../src/storage/Turns.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"
import * as Now from "../../../src/telemetry/Now.js"

export const HOLD = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

/** What a model does with one request. */
export type Reply = (request: ChatRequest, onToken: OnToken) => Effect.Effect<Answer, GenerationError>

export const answers =
  (facts: Partial<typeof Answer.Type> = {}): Reply =>
  ({ model }) =>
    Effect.succeed(new Answer({ text: HOLD, model, ...facts }))

export const fails =
  (reason: Reason, facts: Partial<Pick<GenerationError, "retryAt" | "usage" | "generationId">> = {}): Reply =>
  ({ model }) =>
    new GenerationError({ model, reason, ...facts })

/** An exchange over HTTP, judged as a real one would be. */
export const exchanges =
  (exchange: Exchange): Reply =>
  (request) =>
    Effect.clockWith((clock) =>
      Effect.mapError(
        classify(exchange, request, clock.unsafeCurrentTimeMillis(), Secret.NONE),
        (failure) => new GenerationError({ model: request.model, ...Now.inTime(clock, failure) })
      )
    )

export const http = (status: number, headers: Readonly<Record<string, string>> = {}, text = ""): Reply =>
  exchanges({ _tag: "Body", status, headers, text })

export const after =
  (ms: number, reply: Reply): Reply =>
  (request, onToken) =>
    Effect.delay(reply(request, onToken), ms)

export const never: Reply = () => Effect.never

/** `x/1`, `x/2`, .. */
export const ids = (n: number): ReadonlyArray<string> => Array.from({ length: n }, (_, index) => `x/${index + 1}`)

export interface Asked extends ChatRequest {
  /** When the request went out, in milliseconds. */
  readonly at: number
}

export interface Api {
  readonly layer: Layer.Layer<OpenRouter>
  /** Every request, in the order in which they went out. */
  readonly requests: ReadonlyArray<Asked>
  readonly inFlight: () => { readonly now: number; readonly most: number }
}

/** Answers each model's requests from its own list; the last reply is repeated. The catalogue lists the scripted models. */
export const api = (
  script: Readonly<Record<string, ReadonlyArray<Reply>>>,
  models: Service["models"] = Effect.succeed(Object.keys(script).map((id): ModelInfo => ({ id }))),
  baseUrl = DEFAULT_BASE_URL
): Api => {
  const requests: Array<Asked> = []
  let now = 0
  let most = 0
  const complete: Service["complete"] = (request, onToken = () => Effect.void) =>
    Effect.gen(function* () {
      const replies = script[request.model] ?? []
      const earlier = requests.filter(({ model }) => model === request.model).length
      const reply = replies[Math.min(earlier, replies.length - 1)]
      if (reply === undefined) return yield* Effect.dieMessage(`nobody expected a request to ${request.model}`)
      requests.push({ ...request, at: yield* Clock.currentTimeMillis })
      now += 1
      most = Math.max(most, now)
      return yield* Effect.ensuring(
        reply(request, onToken),
        Effect.sync(() => {
          now -= 1
        })
      )
    })
  return {
    layer: Layer.mock(OpenRouter, { baseUrl, identity: "double", complete, models }),
    requests,
    inFlight: () => ({ now, most })
  }
}

/** The same replies from each of several models. */
export const each = (models: ReadonlyArray<string>, ...replies: ReadonlyArray<Reply>) =>
  Object.fromEntries(models.map((model) => [model, replies] as const))

/** Flow control as the command provides it: a model that waits gives its place to another one. */
export const flowControl = Layer.effect(FlowControl.FlowControl, FlowControl.make())

export interface Store {
  readonly layer: Layer.Layer<AlgorithmStore>
  /** The models whose algorithms were saved, in the order of saving. */
  readonly saved: ReadonlyArray<string>
  /** Algorithms that were being saved at the same time. */
  readonly most: () => number
  readonly prepared: () => boolean
}

/** Saves at once unless told how long it takes; has no room for the algorithms of the models in `full`. */
export const store = ({ full = [], takes = 0 }: { full?: ReadonlyArray<string>; takes?: number } = {}): Store => {
  const saved: Array<string> = []
  const turns = Turns.make()
  let prepared = false
  let now = 0
  let most = 0
  const opened = <A>(self: Effect.Effect<A>) =>
    Effect.suspend(() => {
      now += 1
      most = Math.max(most, now)
      return self
    })
  const layer = Layer.succeed(AlgorithmStore, {
    prepare: Effect.sync(() => {
      prepared = true
    }),
    save: (name, { model }) =>
      turns.thenInTurn(opened(Effect.sleep(takes)), () =>
        Effect.suspend(() => {
          now -= 1
          if (full.includes(model)) return new StoreError({ path: `out/${name}`, reason: diskFull("ENOSPC") })
          saved.push(model)
          return Effect.succeed(`out/${name}`)
        })
      )
  })
  return { layer, saved, most: () => most, prepared: () => prepared }
}

export interface Started {
  readonly fiber: Fiber.RuntimeFiber<GenerationReport, Plan.InvalidRequest | StoreError>
  readonly progress: ReadonlyArray<Progress>
  /** The events of one kind. */
  readonly heard: <Tag extends Event["_tag"]>(tag: Tag) => ReadonlyArray<Extract<Event, { readonly _tag: Tag }>>
}

/**
 * Starts a run and comes back when it is about to ask: hashing the prompts takes real time, on which the test's clock must
 * not be moved. Chance is pinned to the middle of the jitter: waits of 525, 1050 and 2100 ms.
 */
export const start = (
  options: Partial<Generation.Options> & Pick<Generation.Options, "models">,
  doubles: { readonly api: Api; readonly store?: Store }
): Effect.Effect<Started> =>
  Effect.gen(function* () {
    const begun = yield* Deferred.make<void>()
    const progress: Array<Progress> = []
    const fiber = yield* Generation.generateAlgorithms({
      ticker: "AAPL",
      ...options,
      onProgress: (heard) => {
        progress.push(heard)
        Deferred.unsafeDone(begun, Effect.void)
        return options.onProgress?.(heard) ?? Effect.void
      }
    }).pipe(
      Effect.provide(Layer.merge(doubles.api.layer, (doubles.store ?? store()).layer)),
      Effect.withRandom(Random.fixed([0.5])),
      Effect.fork
    )
    yield* Effect.raceFirst(Deferred.await(begun), Fiber.await(fiber))
    const heard: Started["heard"] = (tag) => progress.flatMap(({ event }) => (isOf(tag)(event) ? [event] : []))
    return { fiber, progress, heard }
  })

/** The report of a run that is over within this time. */
export const finish = ({ fiber }: Started, within: Duration.DurationInput = 0) =>
  Effect.gen(function* () {
    yield* TestClock.adjust(within)
    const exit = yield* Fiber.poll(fiber)
    return yield* Option.getOrElse(exit, () => Effect.dieMessage("the run goes on"))
  })

const isOf =
  <Tag extends Event["_tag"]>(tag: Tag) =>
  (event: Event): event is Extract<Event, { readonly _tag: Tag }> =>
    event._tag === tag
