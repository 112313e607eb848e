/** The body of an answer while it comes: what can be read of it so far, and how to leave it. */
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

export interface Body<E = HttpClientError> {
  /** Everything that has come since the last time, as soon as there is anything; fails with `None` at the end. */
  readonly pull: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E>>
  /** Closes the connection, unless the body has come to its end. */
  readonly leave: Effect.Effect<void>
  /** Is it known, without waiting for it, that nothing more comes. */
  readonly isOver: () => boolean
}

/**
 * A response of an HTTP client that knows of this has its body here. Reading it costs a few operations; reading a stream
 * and closing its scope costs as much as everything else that an exchange does.
 */
export const Direct: unique symbol = Symbol.for("algogen/Body")

interface WithBody {
  readonly [Direct]: Body
}

const isDirect = (response: object): response is WithBody => Direct in response

export const of = (response: HttpClientResponse): Effect.Effect<Body> =>
  isDirect(response) ? Effect.succeed(response[Direct]) : fromStream(response.stream)

export const fromStream = (stream: Stream.Stream<Uint8Array, HttpClientError>): Effect.Effect<Body> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const pull = yield* Scope.extend(Stream.toPull(stream), scope)
    return { pull, leave: Scope.close(scope, Exit.void), isOver: () => false }
  })
