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

/** Somebody else may take over at the same moment; nobody loses that race this often. */
const ATTEMPTS = 5

interface Found {
  readonly text: string
  readonly owner: string
  readonly lapsesIn: number
}

const hasReason = (reason: SystemErrorReason) => (error: Held | PlatformError) =>
  error._tag === "SystemError" && error.reason === reason

const ownerIn = (text: string): string => text.split("\n")[1] ?? ""

/** Holds the lock until the scope closes. */
export const acquire = (
  file: string,
  owner: Owner
): Effect.Effect<void, Held | PlatformError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    // Not drawn from Random: two processes with the same seed must not get the same one.
    const mine = `${crypto.randomUUID()}\n${owner.id}\n`

    const touch = Effect.flatMap(Clock.currentTimeMillis, (now) => fs.utimes(file, now / 1000, now / 1000))

    const create = fs.open(file, { flag: "wx", mode: 0o600 }).pipe(
      Effect.flatMap((handle) =>
        handle.writeAll(new TextEncoder().encode(mine)).pipe(
          Effect.zipRight(touch),
          Effect.onError(() => Effect.ignore(fs.remove(file)))
        )
      ),
      Effect.scoped
    )

    const look = Effect.gen(function* () {
      const { mtime } = yield* fs.stat(file)
      const text = yield* fs.readFileString(file)
      const now = yield* Clock.currentTimeMillis
      // A clock that was set back must not keep a lock for ever, so a touch in the future is as old as it is far.
      const age = Option.match(mtime, { onNone: () => 0, onSome: (at) => Math.abs(now - at.getTime()) })
      const found: Found = { text, owner: ownerIn(text), lapsesIn: Duration.toMillis(LAPSE) - age }
      return found
    })

    const isMine = Effect.map(fs.readFileString(file), (text) => text === mine)

    /** Moving it away is what only one can do. Who then holds a lock that came after the dead one puts it back. */
    const moveAway = ({ text }: Found) =>
      Effect.gen(function* () {
        const away = `${file}.${crypto.randomUUID()}`
        yield* fs.rename(file, away)
        if ((yield* fs.readFileString(away)) !== text) {
          yield* Effect.ignore(fs.link(away, file))
        }
        yield* fs.remove(away)
      })

    const challenge = (attemptsLeft: number) =>
      Effect.gen(function* () {
        const found = yield* look
        const free = found.lapsesIn <= 0 || (yield* owner.isGone(found.owner))
        if (!free || attemptsLeft === 0) {
          return yield* new Held({ owner: found.owner, lapsesIn: Math.max(0, found.lapsesIn) })
        }
        yield* moveAway(found)
      })

    const attempt = (attemptsLeft: number): Effect.Effect<void, Held | PlatformError> =>
      Effect.catchIf(create, hasReason("AlreadyExists"), () =>
        challenge(attemptsLeft).pipe(
          // Not found: it was given back, or somebody was quicker.
          Effect.catchIf(hasReason("NotFound"), () => Effect.void),
          Effect.zipRight(Effect.suspend(() => attempt(Math.max(0, attemptsLeft - 1))))
        )
      )

    yield* Effect.acquireRelease(attempt(ATTEMPTS), () => Effect.ignore(Effect.whenEffect(fs.remove(file), isMine)))
    yield* Effect.whenEffect(touch, isMine).pipe(
      Effect.ignore,
      Effect.repeat(Schedule.spaced(HEARTBEAT)),
      Effect.forkScoped
    )
  })
