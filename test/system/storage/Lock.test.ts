import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array, Clock, Effect, Exit, Scope, TestClock, TestServices } from "effect"
import { describe } from "vitest"
import * as Lock from "../../../src/storage/journal/Lock.js"

const named = (id: string, gone: ReadonlyArray<string> = []): Lock.Owner => ({
  id,
  isGone: (other) => Effect.succeed(gone.includes(other))
})

/** Owners that hold the lock until they are released, or are lost without releasing it. */
const inFolder = <A, E>(use: (file: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* use(`${yield* fs.makeTempDirectoryScoped()}/lock`, fs)
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))

const hold = (file: string, owner: Lock.Owner) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Scope.extend(Lock.acquire(file, owner), scope)
    return { release: Scope.close(scope, Exit.void) }
  })

/** What a killed run leaves: its lock, last touched now. */
const leave = (fs: FileSystem.FileSystem, file: string, owner: string) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* fs.writeFileString(file, `token\n${owner}\n`)
    yield* fs.utimes(file, now / 1000, now / 1000)
  })

describe("the lock of a folder", () => {
  it.effect("is held by one, tells the next by whom, and is given back", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        const first = yield* hold(file, named("first"))
        const refused = yield* Effect.flip(hold(file, named("second")))
        deepStrictEqual(refused, new Lock.Held({ owner: "first", lapsesIn: 15_000 }))
        yield* first.release
        assert.isFalse(yield* fs.exists(file))
        const second = yield* hold(file, named("second"))
        yield* second.release
      })
    )
  )

  it.effect("is kept by an owner that lives, however long it takes", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        const first = yield* hold(file, named("first"))
        const touched = Effect.map(fs.stat(file), ({ mtime }) => mtime)
        for (let minute = 0; minute < 3; minute++) {
          const before = yield* touched
          yield* TestClock.adjust(Lock.HEARTBEAT)
          // The clock is the test's, the file system is not.
          yield* TestServices.provideLive(
            Effect.sleep("10 millis").pipe(
              Effect.zipRight(touched),
              Effect.repeat({ until: (now) => JSON.stringify(now) !== JSON.stringify(before), times: 100 })
            )
          )
        }
        const refused = yield* Effect.flip(hold(file, named("second")))
        deepStrictEqual(refused, new Lock.Held({ owner: "first", lapsesIn: 15_000 }))
        yield* first.release
      })
    )
  )

  it.effect("lapses 15 s after its owner was last heard of, not before", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        yield* leave(fs, file, "killed")
        yield* TestClock.adjust(14_999)
        const refused = yield* Effect.flip(hold(file, named("second")))
        deepStrictEqual(refused, new Lock.Held({ owner: "killed", lapsesIn: 1 }))
        yield* TestClock.adjust(1)
        yield* Effect.flatMap(hold(file, named("second")), ({ release }) => release)
        assert.isFalse(yield* fs.exists(file))
      })
    )
  )

  it.effect("lapses also when the clock was set back", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000)
        yield* leave(fs, file, "killed")
        yield* TestClock.setTime(0)
        yield* Effect.flatMap(hold(file, named("second")), ({ release }) => release)
      })
    )
  )

  it.effect("is not kept by somebody who was killed while taking it over", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        yield* leave(fs, file, "killed")
        yield* leave(fs, `${file}.claim`, "killed too")
        assert.strictEqual((yield* Effect.flip(hold(file, named("second", ["killed"]))))._tag, "Held")
        yield* TestClock.adjust(Lock.LAPSE)
        yield* Effect.flatMap(hold(file, named("second")), ({ release }) => release)
        assert.isFalse(yield* fs.exists(`${file}.claim`))
      })
    )
  )

  it.effect("is taken over at once when its owner is known to be gone", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        yield* leave(fs, file, "killed")
        const refused = yield* Effect.flip(hold(file, named("second", ["somebody else"])))
        assert.strictEqual(refused._tag, "Held")
        const second = yield* hold(file, named("second", ["killed"]))
        assert.include(yield* fs.readFileString(file), "second")
        yield* second.release
      })
    )
  )

  it.effect("is not given back for somebody who has taken it over", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        const asleep = yield* hold(file, named("asleep"))
        yield* fs.remove(file)
        const next = yield* hold(file, named("next"))
        yield* asleep.release
        assert.include(yield* fs.readFileString(file), "next")
        yield* next.release
      })
    )
  )

  // On the real clock: that of the test starts in 1970, from where a file just made looks half a century off.
  it.live("goes to exactly one of many that find a dead one", () =>
    inFolder((file, fs) =>
      Effect.gen(function* () {
        for (let round = 0; round < 20; round++) {
          yield* leave(fs, file, "killed")
          const owners = yield* Effect.forEach(
            Array.makeBy(8, (index) => named(`${index}`, ["killed"])),
            (owner) => Effect.either(hold(file, owner)),
            { concurrency: "unbounded" }
          )
          const holding = Array.getRights(owners)
          assert.strictEqual(holding.length, 1)
          yield* Effect.forEach(holding, ({ release }) => release)
          deepStrictEqual(yield* fs.readDirectory(file.slice(0, -"/lock".length)), [])
        }
      })
    )
  )

  it.effect("fails as the file system does when it cannot be made", () =>
    inFolder((file) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(hold(`${file}/missing/lock`, named("first")))
        assert.strictEqual(error._tag, "SystemError")
      })
    )
  )
})
