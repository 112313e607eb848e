/** A page that is served while something goes on: drawn anew a few times a second, as long as somebody looks at it. */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as LivePage from "../../report/live/LivePage.js"
import type * as Sections from "../../report/Sections.js"
import * as Now from "../../telemetry/Now.js"
import * as Browser from "../Browser.js"
import type { Failure } from "../Failure.js"
import * as Notice from "../Notice.js"
import * as Server from "./Server.js"

/** Often enough to see text grow. */
const FRAME_MS = 250

/** Drawing takes at most this part of the time. */
const SHARE = 0.1

/** A browser that was started has this long to ask for the page, and a page to get the end of it. */
const FIRST_LIMIT = Duration.seconds(10)
const END_LIMIT = Duration.seconds(2)

export interface Viewer {
  /** Shows the end, and returns when every open page has it. A page that is not open yet is waited for until `hurry`. */
  readonly finish: (page: Sections.Page, hurry: Effect.Effect<void>) => Effect.Effect<void>
}

export interface Options {
  readonly port: number
  /** What the page shows at this moment. */
  readonly draw: (now: number) => Sections.Page
  readonly words: LivePage.Words
}

export const make = ({ draw, port, words }: Options): Effect.Effect<Viewer, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = Now.steady(yield* Effect.clock)
    const opened = yield* Deferred.make<void>()
    let last: Sections.Page | undefined
    const page = (): Sections.Page => last ?? draw(clock.unsafeCurrentTimeMillis())
    const runtime = yield* Effect.runtime()
    let isSaid = false
    /** Said once: what cannot be drawn now cannot be drawn a moment later. */
    const failed = (error: unknown) =>
      Effect.suspend(() => {
        if (isSaid) return Effect.void
        isSaid = true
        return Effect.logWarning("the page could not be drawn; the command goes on", Cause.die(error))
      })
    const server = yield* Server.make({
      port,
      page: () => LivePage.render(page(), words),
      onOpen: () => Deferred.unsafeDone(opened, Effect.void),
      onError: (error) => void Runtime.runFork(runtime)(failed(error))
    })
    const frame = Effect.gen(function* () {
      if (last !== undefined || server.clients() === 0) return FRAME_MS
      const before = yield* Now.millis
      yield* Effect.catchAllDefect(
        Effect.sync(() => server.push(LivePage.picture(page()))),
        failed
      )
      return Math.max(FRAME_MS, ((yield* Now.millis) - before) / SHARE)
    })
    yield* Effect.forkScoped(Effect.forever(Effect.flatMap(frame, Effect.sleep)))
    yield* Notice.say(`View: ${server.address}`)
    const { isStarted } = yield* Browser.open(server.address)
    return {
      finish: (page, hurry) =>
        Effect.gen(function* () {
          last = page
          const first = Effect.raceFirst(Deferred.await(opened), hurry)
          if (isStarted()) yield* Effect.timeoutOption(first, FIRST_LIMIT)
          const end = Effect.promise(async () => server.end(LivePage.picture(page)))
          yield* Effect.catchAllDefect(Effect.timeoutOption(end, END_LIMIT), failed)
        })
    }
  })
