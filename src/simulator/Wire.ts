/**
 * One reply as data: what is put on the wire, in which order and when. A script is pure and can be compared; `play` is
 * the one place that turns it into bytes, delays and closed sockets on a Node response. What a script means is not
 * known here.
 */
import type * as Http from "node:http"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export type Json = Readonly<Record<string, unknown>>
export type Headers = Readonly<Record<string, string>>

export type Step =
  /** Nothing before this many milliseconds have passed since the request came. Absolute, so that delays do not add up. */
  | { readonly _tag: "At"; readonly millis: number }
  | { readonly _tag: "Head"; readonly status: number; readonly headers: Headers }
  | { readonly _tag: "Bytes"; readonly bytes: string | Uint8Array }
  /** The same text at intervals, until the client goes away. */
  | { readonly _tag: "Forever"; readonly text: string; readonly every: number }
  /** Nothing more, ever; the socket stays open. */
  | { readonly _tag: "Hang" }
  /** The socket is reset (RST). */
  | { readonly _tag: "Reset" }
  /** The socket is closed (FIN) before the reply is complete. */
  | { readonly _tag: "Cut" }

/** A script that runs out of steps ends the reply in good order. */
export type Script = ReadonlyArray<Step>

export const at = (millis: number): Step => ({ _tag: "At", millis })
export const head = (status: number, headers: Headers): Step => ({ _tag: "Head", status, headers })
export const bytes = (data: string | Uint8Array): Step => ({ _tag: "Bytes", bytes: data })
export const forever = (text: string, every: number): Step => ({ _tag: "Forever", text, every })
export const hang: Step = { _tag: "Hang" }
export const reset: Step = { _tag: "Reset" }
export const cut: Step = { _tag: "Cut" }

const write = (response: Http.ServerResponse, data: string | Uint8Array): Effect.Effect<void> =>
  Effect.suspend(() =>
    response.write(data)
      ? Effect.void
      : Effect.async<void>((resume) => {
          const drained = () => resume(Effect.void)
          response.once("drain", drained)
          return Effect.sync(() => response.off("drain", drained))
        })
  )

/** Told while a script is played. */
export interface Observer {
  /** The head went out with this status. */
  readonly headed: (status: number) => void
  /** It is the script that ends the exchange early, not the client. */
  readonly brokenOff: () => void
}

const perform = (
  response: Http.ServerResponse,
  step: Step,
  started: number,
  observer: Observer
): Effect.Effect<void> => {
  switch (step._tag) {
    case "At":
      return Effect.flatMap(Clock.currentTimeNanos, (now) => {
        const left = started + step.millis - Number(now) / 1e6
        return left > 0 ? Effect.sleep(left) : Effect.void
      })
    case "Head":
      return Effect.sync(() => {
        response.writeHead(step.status, step.headers).flushHeaders()
        observer.headed(step.status)
      })
    case "Bytes":
      return write(response, step.bytes)
    case "Forever":
      return Effect.forever(Effect.zipRight(write(response, step.text), Effect.sleep(step.every)))
    case "Hang":
      return Effect.never
    case "Reset":
      observer.brokenOff()
      return Effect.zipRight(
        Effect.sync(() => response.socket?.resetAndDestroy()),
        Effect.never
      )
    case "Cut":
      observer.brokenOff()
      return Effect.zipRight(
        Effect.sync(() => response.socket?.destroySoon()),
        Effect.never
      )
  }
}

/**
 * Plays a script as the answer to a request. It writes to Node's response itself, since most of the faults cannot be
 * said in a well-formed response; the platform leaves a response alone that has ended. A script that never ends is
 * interrupted when the socket closes.
 */
export const play = (
  request: HttpServerRequest.HttpServerRequest,
  script: Script,
  observer: Observer
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.gen(function* () {
    const response = NodeHttpServerRequest.toServerResponse(request)
    const started = Number(yield* Clock.currentTimeNanos) / 1e6
    yield* Effect.forEach(script, (step) => perform(response, step, started, observer), { discard: true }).pipe(
      // Also after an interruption: the platform would try to write a second head.
      Effect.ensuring(Effect.sync(() => response.end()))
    )
    return HttpServerResponse.empty()
  })
