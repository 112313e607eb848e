/**
 * One writer at a time in a folder: a file that names its owner, made so that only one can make it, and touched while the
 * owner lives. A lock whose owner is known to be gone is taken over at once, one that is no longer touched after a while.
 */
import type { PlatformError, SystemErrorReason } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"

/** What an operating system knows about processes, where there is one to ask. */
export interface Owner {
  /** Names this process to the reader of a message, and to `isGone` of another process. */
  readonly id: string
  /** True only when it is certain. */
  readonly isGone: (id: string) => Effect.Effect<boolean>
}

/** Somebody who cannot ask: only time tells whether another one is gone. */
export const anonymous: Owner = { id: "unnamed", isGone: () => Effect.succeed(false) }

export class Held extends Data.TaggedError("Held")<{ readonly owner: string; readonly lapsesIn: number }> {}

/** How often the owner touches its lock. */
export const HEARTBEAT = Duration.seconds(3)

/** A process that did not get to its heartbeat for that long is gone, or asleep with the whole machine. */
export const LAPSE = Duration.seconds(15)

/** Somebody else may take over at the same moment; this often is enough to see how that ended. */
const ATTEMPTS = 20

const hasReason = (reason: SystemErrorReason) => (error: Held | PlatformError) =>
  error._tag === "SystemError" && error.reason === reason

/** Holds the lock until the scope closes. */
export const acquire = (
  file: string,
  owner: Owner
): Effect.Effect<void, Held | PlatformError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    // Not drawn from Random: two processes with the same seed must not get the same one.
    const mine = `${crypto.randomUUID()}\n${owner.id}\n`

    // Who judges a lock dead and then removes it must be alone at it, or it removes the lock of somebody quicker.
    const claim = `${file}.claim`

    const touch = (path: string) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => fs.utimes(path, now / 1000, now / 1000))

    const create = (path: string) =>
      fs.open(path, { flag: "wx", mode: 0o600 }).pipe(
        Effect.flatMap((handle) =>
          handle.writeAll(new TextEncoder().encode(mine)).pipe(
            Effect.zipRight(touch(path)),
            Effect.onError(() => Effect.ignore(fs.remove(path)))
          )
        ),
        Effect.scoped
      )

    const look = (path: string) =>
      Effect.gen(function* () {
        const { mtime, type } = yield* fs.stat(path)
        // Whoever opens a pipe waits until somebody else does.
        const [, found = ""] = type === "FIFO" ? [] : (yield* fs.readFileString(path)).split("\n")
        const now = yield* Clock.currentTimeMillis
        // A clock that was set back must not keep a lock for ever, so a touch in the future is as old as it is far.
        const age = Option.match(mtime, { onNone: () => 0, onSome: (at) => Math.abs(now - at.getTime()) })
        const lapsesIn = Math.max(0, Duration.toMillis(LAPSE) - age)
        return { owner: found, lapsesIn, dead: lapsesIn === 0 || (yield* owner.isGone(found)) }
      })

    const removeIfDead = (path: string) =>
      Effect.flatMap(look(path), ({ dead }) => Effect.when(fs.remove(path), () => dead))

    const takeOver = create(claim).pipe(
      Effect.zipRight(Effect.ensuring(removeIfDead(file), Effect.ignore(fs.remove(claim)))),
      Effect.catchIf(hasReason("AlreadyExists"), () => removeIfDead(claim))
    )

    const challenge = (attemptsLeft: number) =>
      Effect.gen(function* () {
        const { dead, lapsesIn, owner: other } = yield* look(file)
        if (!dead || attemptsLeft === 0) {
          return yield* new Held({ owner: other, lapsesIn })
        }
        yield* takeOver
      })

    const attempt = (attemptsLeft: number): Effect.Effect<void, Held | PlatformError> =>
      Effect.catchIf(create(file), hasReason("AlreadyExists"), () =>
        challenge(attemptsLeft).pipe(
          // Not found: it was given back, or somebody was quicker.
          Effect.catchIf(hasReason("NotFound"), () => Effect.void),
          Effect.zipRight(Effect.suspend(() => attempt(Math.max(0, attemptsLeft - 1))))
        )
      )

    const isMine = Effect.map(fs.readFileString(file), (text) => text === mine)

    yield* Effect.acquireRelease(attempt(ATTEMPTS), () => Effect.ignore(Effect.whenEffect(fs.remove(file), isMine)))
    yield* Effect.whenEffect(touch(file), isMine).pipe(
      Effect.ignore,
      Effect.repeat(Schedule.spaced(HEARTBEAT)),
      Effect.forkScoped
    )
  })
