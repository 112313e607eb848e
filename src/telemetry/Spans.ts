/**
 * Spans for an application's own tracer. Effect's own tracer shows its spans to nobody, and a span costs as much as ten steps of an
 * answer's way: without another tracer none is made.
 */
import * as Context from "effect/Context"
import { liveServices } from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import * as Tracer from "effect/Tracer"

const NATIVE = Context.get(liveServices, Tracer.Tracer)

/** Runs an effect as a span; `seen` adds to it what only a span needs. */
export const span =
  (name: string, options: LazyArg<Tracer.SpanOptions> = () => ({})) =>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    seen: (self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = (same) => same
  ): Effect.Effect<A, E, R> =>
    Effect.withFiberRuntime((fiber) =>
      fiber.currentTracer === NATIVE
        ? self
        : Effect.withSpan(seen(self), name, { ...options(), captureStackTrace: false })
    )
