/**
 * Respects the server's limits instead of running into them: a gate that every request of a run passes. A request waits there
 * until it may go, while another one uses its permit. Requests without a chance are refused, and every result teaches the gate
 * something. Optional: without this service a run has its retries and nothing else. One layer may serve several runs at once,
 * which then share what they learn.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import { isHoldingFree } from "../domain/Consequence.js"
import { sha256 } from "../domain/Hash.js"
import * as Now from "../telemetry/Now.js"
import { type Admit, type Options, type Service, waitUntil } from "./Admission.js"
import { make } from "./Gatekeeper.js"
import { SharedQuota } from "./SharedQuota.js"
import * as Sharing from "./sharedQuota/Sharing.js"

export type { Admit, Options, Run, Service, Applicant } from "./Admission.js"
export { make } from "./Gatekeeper.js"
export { type LimitChange, type Snapshot, toJson } from "./Watch.js"

export class FlowControl extends Context.Tag("algogen/FlowControl")<FlowControl, Service>() {}

/** Requests to `:free` models, whichever they are, that OpenRouter takes of an account in a minute. */
const FREE_PER_MINUTE = 20

/** What a run does without flow control: each model keeps its place while it waits, and `:free` models share a minute. */
const plain = (): Pick<Service, "join" | "lanes"> => {
  /** No `:free` model is asked before this moment, in milliseconds since the epoch. */
  let freeFrom = Number.NEGATIVE_INFINITY
  const admit: Admit = (applicant) => (exchange) => {
    if (!applicant.isFree) return exchange
    const held = Effect.flatMap(Now.millis, (now) =>
      now < freeFrom ? Effect.zipRight(waitUntil(applicant, freeFrom), admit(applicant)(exchange)) : exchange
    )
    return Effect.tapError(held, (error) =>
      Effect.sync(() => {
        if (isHoldingFree(error)) freeFrom = Math.max(freeFrom, error.retryAt ?? freeFrom)
      })
    )
  }
  return { join: () => Effect.succeed(admit), lanes: (concurrency) => concurrency }
}

/** The application's flow control, or what a run does without it. */
export const current: Effect.Effect<Pick<Service, "join" | "lanes">> = Effect.map(
  Effect.serviceOption(FlowControl),
  Option.getOrElse(plain)
)

/** The limits are those of the server that is asked. */
const limitsAt = (baseUrl: string, options: Options): Options =>
  isOpenRouter(baseUrl) ? { ...options, freePerMinute: options.freePerMinute ?? FREE_PER_MINUTE } : options

export const layer = (options: Options = {}): Layer.Layer<FlowControl, never, OpenRouter> =>
  Layer.effect(
    FlowControl,
    Effect.flatMap(OpenRouter, ({ baseUrl }) => make(limitsAt(baseUrl, options)))
  )

/** The same, and what a minute takes of `:free` requests and of tokens is shared with other processes. */
export const layerShared = (options: Options = {}): Layer.Layer<FlowControl, never, OpenRouter | SharedQuota> =>
  Layer.effect(
    FlowControl,
    Effect.gen(function* () {
      const { baseUrl, identity } = yield* OpenRouter
      const limits = limitsAt(baseUrl, options)
      const account = sha256(identity).slice(0, 16)
      return yield* make(limits, Sharing.make({ ...limits, quota: yield* SharedQuota, account }))
    })
  )
