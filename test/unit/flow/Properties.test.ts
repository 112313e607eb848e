/** What holds whatever a server does, in virtual time over many servers. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, FastCheck as fc, Fiber, Layer, Logger, LogLevel, Random, Scope } from "effect"
import * as VirtualTime from "../../../bench/flow/VirtualTime.js"
import * as Models from "../../../src/api/Models.js"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import { Answer } from "../../../src/domain/Answer.js"
import {
  ConnectionFailed,
  GenerationError,
  RateLimited,
  type Reason,
  ServerFailed
} from "../../../src/domain/GenerationError.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { HOLD } from "../generation/doubles.js"
import { times } from "../properties.js"
import * as Tickets from "./tickets.js"

const DEADLINE = 300_000

/** A hint of so many milliseconds holds back the request that was refused, and nobody else for sure. */
const SOON = 2_000

/** What the server does with one request. */
interface Reply {
  readonly takes: number
  readonly reason: Reason | undefined
  /** Milliseconds from the answer on. */
  readonly hint: number | undefined
}

const limited = (scope: "model" | "free-per-minute" | "account", hint: number | undefined): Reason =>
  new RateLimited({ status: 429, scope, message: "slow down", hinted: hint !== undefined })

const replies: fc.Arbitrary<ReadonlyArray<Reply>> = fc.array(
  fc
    .record({
      takes: fc.integer({ min: 0, max: 8000 }),
      hint: fc.option(fc.integer({ min: 1, max: 70_000 }), { nil: undefined, freq: 2 }),
      kind: fc.constantFrom("ok", "ok", "ok", "model", "free-per-minute", "account", "busy", "broken")
    })
    .map(({ hint, kind, takes }): Reply => {
      switch (kind) {
        case "ok":
          return { takes, reason: undefined, hint: undefined }
        case "busy":
          return { takes, reason: new ServerFailed({ status: 503, message: "busy" }), hint }
        case "broken":
          return { takes, reason: new ConnectionFailed({ message: "reset" }), hint: undefined }
        default:
          return {
            takes,
            reason: limited(kind === "model" || kind === "account" ? kind : "free-per-minute", hint),
            hint
          }
      }
    }),
  { minLength: 1, maxLength: 40 }
)

const scenario = fc.record({
  replies,
  models: fc.array(fc.constantFrom("a/1", "a/2", "a/3", "a/4:free", "a/5:free", "a/6:free"), {
    minLength: 1,
    maxLength: 30
  }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  patience: fc.integer({ min: 0, max: 6 }),
  interruptAt: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
  seed: fc.integer()
})

type Given = typeof scenario extends fc.Arbitrary<infer S> ? S : never

/** A run under flow control, watched from the server's side at the moment each request goes out. */
const play = (given: Given) =>
  Effect.gen(function* () {
    const flow = yield* FlowControl.make({ freePerMinute: 20 })
    const faults: Array<string> = []
    const gates = new Map<string, { readonly since: number; readonly until: number }>()
    let asked = 0
    let flying = 0
    const complete = ({ model }: { readonly model: string }) =>
      Effect.gen(function* () {
        const sentAt = yield* Clock.currentTimeMillis
        const { inFlight, limit } = yield* flow.state
        flying += 1
        if (flying > given.concurrency) faults.push(`${flying} in flight`)
        if (inFlight > limit) faults.push(`${inFlight} in flight under a limit of ${limit}`)
        for (const key of [model, "account", ...(Models.isFree(model) ? ["free"] : [])]) {
          const gate = gates.get(key)
          // Within the millisecond of the refusal either may have come first.
          if (gate !== undefined && sentAt > gate.since && sentAt < gate.until) faults.push(`${model} passed ${key}`)
        }
        const reply = given.replies[asked % given.replies.length]
        asked += 1
        yield* Effect.sleep(reply?.takes ?? 0)
        if (reply?.reason === undefined) return new Answer({ text: HOLD, model })
        const now = yield* Clock.currentTimeMillis
        if (reply.hint !== undefined && (reply.hint > SOON || reply.reason._tag !== "RateLimited")) {
          const scope = reply.reason._tag === "RateLimited" ? reply.reason.scope : "model"
          const key = scope === "model" ? model : scope === "account" ? "account" : "free"
          const until = Math.max(now + reply.hint, gates.get(key)?.until ?? 0)
          gates.set(key, { since: now, until })
        }
        return yield* new GenerationError({
          model,
          reason: reply.reason,
          retryAt: reply.hint === undefined ? undefined : now + reply.hint
        })
      }).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            flying -= 1
          })
        )
      )
    const api = Layer.mock(OpenRouter, {
      baseUrl: "double",
      identity: "double",
      complete,
      models: Effect.succeed([...new Set(given.models)].map((id) => ({ id })))
    })
    const fiber = yield* Effect.fork(
      Generation.generateAlgorithms({
        ticker: "AAPL",
        models: given.models,
        concurrency: given.concurrency,
        patience: given.patience,
        deadline: DEADLINE
      }).pipe(Effect.provide(Layer.mergeAll(api, MemoryStore.layer, Layer.succeed(FlowControl.FlowControl, flow))))
    )
    if (given.interruptAt !== undefined) {
      yield* Effect.raceFirst(Effect.sleep(given.interruptAt), Fiber.await(fiber))
      yield* Fiber.interrupt(fiber)
    }
    const exit = yield* Fiber.await(fiber)
    return { faults, exit, after: yield* flow.state, flying }
  }).pipe(Effect.withRandom(Random.make(given.seed)), Logger.withMinimumLogLevel(LogLevel.None))

/** The limit is lowered to one while a request that has its permit waits for its turn, and another one is on its way. */
const lowered: Given = {
  replies: [
    { takes: 0, reason: limited("account", 1), hint: 1 },
    { takes: 47, reason: limited("free-per-minute", undefined), hint: undefined },
    { takes: 0, reason: undefined, hint: undefined }
  ],
  models: ["a/1", "a/4:free", "a/1", "a/1"],
  concurrency: 3,
  patience: 0,
  interruptAt: undefined,
  seed: 0
}

describe("whatever the server does", () => {
  it("no limit and no gate is passed, every job ends, and every place is given back", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { after, exit, faults, flying } = Exit.getOrElse(await VirtualTime.run(play(given)), (cause) => {
          throw new Error(String(cause))
        })
        assert.deepStrictEqual(faults, [])
        assert.deepStrictEqual([flying, after.inFlight, after.waiting], [0, 0, 0])
        assert.isTrue(after.limit >= 1 && after.limit <= given.concurrency)
        if (Exit.isFailure(exit)) {
          assert.isTrue(given.interruptAt !== undefined && Exit.isInterrupted(exit), String(exit.cause))
          return
        }
        assert.strictEqual(exit.value.outcomes.length, given.models.length)
        assert.isTrue(exit.value.durationMs <= DEADLINE)
      }),
      { numRuns: times(25), examples: [[lowered]] }
    )
  })

  it("no place is lost, wherever those who hold or await one are interrupted", async () => {
    const users = fc.array(
      fc.record({
        arrives: fc.integer({ min: 0, max: 20 }),
        holds: fc.integer({ min: 0, max: 20 }),
        interrupted: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined })
      }),
      { minLength: 1, maxLength: 25 }
    )
    await fc.assert(
      fc.asyncProperty(users, fc.integer({ min: 1, max: 6 }), async (given, concurrency) => {
        const exit = await VirtualTime.run(
          Effect.gen(function* () {
            const flow = yield* FlowControl.make({ concurrency })
            const { state } = flow
            const admit = yield* Scope.extend(flow.join({ jobs: 0, concurrency: 100 }), yield* Scope.make())
            const subject = { model: "x/1", isFree: false, tokens: 1, endsAt: Number.POSITIVE_INFINITY }
            let most = 0
            let flying = 0
            const use = (holds: number) =>
              Effect.acquireUseRelease(
                Effect.sync(() => {
                  flying += 1
                  most = Math.max(most, flying)
                }),
                () => Effect.sleep(holds),
                () => Effect.sync(() => (flying -= 1))
              ).pipe(admit(subject), Effect.ignore)
            const fibers = yield* Effect.forEach(given, ({ arrives, holds, interrupted }) =>
              Effect.gen(function* () {
                const fiber = yield* Effect.fork(Effect.delay(use(holds), arrives))
                if (interrupted !== undefined) {
                  yield* Effect.forkDaemon(Effect.delay(Fiber.interrupt(fiber), interrupted))
                }
                return fiber
              })
            )
            yield* Effect.forEach(fibers, Fiber.await)
            const take = yield* Tickets.open(flow)
            const places = yield* Effect.forEach(Array.from({ length: concurrency }), () => take(subject))
            return { most, free: places.every(({ _tag }) => _tag === "Go"), state: yield* state }
          })
        )
        const { free, most, state } = Exit.getOrElse(exit, (cause) => {
          throw new Error(String(cause))
        })
        assert.isAtMost(most, concurrency)
        assert.isTrue(free)
        assert.deepStrictEqual([state.inFlight, state.waiting], [concurrency, 0])
      }),
      { numRuns: times(60) }
    )
  })
})
