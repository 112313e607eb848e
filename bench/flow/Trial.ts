/** One policy under one regime: the real `Generation`, in virtual time, against the regime's server. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import { OpenRouter } from "../../src/api/OpenRouter.js"
import * as CodeCheck from "../../src/code/CodeCheck.js"
import * as Generation from "../../src/generation/Generation.js"
import * as MemoryStore from "../../src/storage/algorithmStore/Memory.js"
import type { Policy } from "./Policy.js"
import type { Regime } from "./Regime.js"
import * as Server from "./Server.js"
import * as VirtualTime from "./VirtualTime.js"

export interface Result {
  readonly jobs: number
  /** Jobs of models that are alive, and those that came to their end. */
  readonly finished: number
  /** When the run was over, and when the last algorithm was there; milliseconds from the start. */
  readonly durationMs: number
  readonly lastSuccessMs: number
  readonly requests: number
  readonly rateLimited: number
  readonly latenessMs: number
  readonly peak: number
  readonly reasons: Readonly<Record<string, number>>
}

export const DEADLINE_MS = 400_000

const checks = CodeCheck.make()
let verdict: ReturnType<CodeCheck.Service["accept"]> | undefined

/** Every server gives the same answer, so that it is checked once. */
const checked = Layer.succeed(CodeCheck.CodeCheck, {
  ...checks,
  accept: (answer) => (verdict ??= checks.accept(answer))
})

export const play = async (policy: Policy, regime: Regime): Promise<Result> => {
  const server = Server.make(regime)
  const api = Layer.succeed(OpenRouter, server.openRouter)
  const flow = policy.flow(server)
  const surroundings = Layer.mergeAll(
    MemoryStore.layer,
    checked,
    flow === undefined ? api : Layer.provideMerge(flow, api)
  )
  const exit = await VirtualTime.run(
    Generation.generateAlgorithms({
      ticker: "AAPL",
      // Sample by sample, so that no model is asked for all of its own before the next one is asked at all.
      models: Array.from({ length: regime.samples }, () => regime.models.map(({ id }) => id)).flat(),
      concurrency: regime.concurrency,
      deadline: DEADLINE_MS,
      maxRetries: policy.maxRetries,
      patience: policy.patience
    }).pipe(
      Effect.provide(surroundings),
      Effect.withRandom(Random.make(regime.seed)),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  )
  if (Exit.isFailure(exit)) throw new Error(`${policy.name} under ${regime.name}: ${String(exit.cause)}`)
  const { durationMs, outcomes, startedAt } = exit.value
  const alive = outcomes.filter(({ model }) => !server.isDead(model))
  const done = alive.filter(({ algorithm }) => Option.isSome(algorithm))
  const ends = done.map(({ attempts }) => {
    const last = attempts.at(-1)
    return last === undefined ? 0 : last.startedAt + last.durationMs - startedAt
  })
  const reasons: Record<string, number> = {}
  for (const { reason } of alive) {
    if (Option.isSome(reason)) reasons[reason.value._tag] = (reasons[reason.value._tag] ?? 0) + 1
  }
  return {
    jobs: outcomes.length,
    finished: done.length,
    durationMs,
    lastSuccessMs: Math.max(0, ...ends),
    requests: server.requests(),
    rateLimited: server.rateLimited(),
    latenessMs: Math.max(0, durationMs - DEADLINE_MS),
    peak: server.peak(),
    reasons
  }
}
