/**
 * What runs and the HTTP client tell each other about connections: a run says how many it needs, and the client how long one
 * may take and when a request waits for one. All is optional: with a client that knows nothing of this, every wait belongs to the request.
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"

export interface Service {
  /** Makes room for this many requests at once. Runs at the same time share it: they wait for each other's connections. */
  readonly reserve: (requests: number) => Effect.Effect<void>
  /** What the client gives a connection to come about; default 10 s. It is told of one that takes longer. */
  readonly connectTimeout?: Duration.Duration | undefined
}

export class Connections extends Context.Tag("algogen/Connections")<Connections, Service>() {}

/** Asks a server's HTTP client for room. Only a server that has the method is asked: a double may answer to any name. */
export const reserve = (
  server: { readonly reserve?: Service["reserve"] | undefined },
  requests: number
): Effect.Effect<void> =>
  Object.hasOwn(server, "reserve") && server.reserve !== undefined ? server.reserve(requests) : Effect.void

/** A clock that stands still while its request waits for a connection. */
export interface Wait {
  /** Called by the HTTP client when the request has to wait, and when it gets its connection. */
  readonly begin: () => void
  readonly end: () => void
  readonly isWaiting: () => boolean
  /** Milliseconds that the request has waited so far. */
  readonly waited: () => number
  /** The time in milliseconds, less what the request has waited. */
  readonly time: () => number
  /** Waits until this clock has gone on for so many milliseconds. */
  readonly elapsed: (millis: number) => Effect.Effect<void>
}

export const watch = (clock: Clock.Clock): Wait => {
  let total = 0
  let since: number | undefined
  const waited = () => (since === undefined ? total : total + clock.unsafeCurrentTimeMillis() - since)
  const time = () => clock.unsafeCurrentTimeMillis() - waited()
  const elapsed: Wait["elapsed"] = (millis) =>
    Effect.suspend(() => {
      const before = waited()
      // What the request waits meanwhile is known when the sleep is over.
      const rest = Effect.suspend(() => (waited() > before ? elapsed(waited() - before) : Effect.void))
      return Effect.zipRight(clock.sleep(Duration.millis(Math.max(0, millis))), rest)
    })
  return {
    begin: () => {
      since ??= clock.unsafeCurrentTimeMillis()
    },
    end: () => {
      total = waited()
      since = undefined
    },
    isWaiting: () => since !== undefined,
    waited,
    time,
    elapsed
  }
}

/** The clock of the request that a fiber sends. Entry points may have a copy of this module each, and share this. */
export const current: FiberRef.FiberRef<Wait | undefined> = globalValue("algogen/Connections/current", () =>
  FiberRef.unsafeMake<Wait | undefined>(undefined)
)
