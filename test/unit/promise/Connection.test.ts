/** One connection for all calls with the same settings, as long as any of them goes on. Nothing is sent. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { ConfigProvider, Effect, Exit, Redacted, Scope } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Connection from "../../../src/promise/Connection.js"

const within = <A, E, R>(settings: Readonly<Record<string, string>>, work: Effect.Effect<A, E, R>) =>
  Effect.withConfigProvider(work, ConfigProvider.fromMap(new Map(Object.entries(settings))))

const HOME = { OPENROUTER_BASE_URL: "http://127.0.0.1:9/v1", OPENROUTER_API_KEY: "the first key" }

const opened = (settings: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const connection = yield* within(settings, Scope.extend(Connection.current, scope))
    return { connection, close: Scope.close(scope, Exit.void) }
  })

/** A connection that was closed makes nothing any more. */
const isOpen = (connection: Connection.Connection) =>
  Effect.promise(() => connection.runPromise(Effect.succeed(true)).catch(() => false))

describe("the connection of the process", () => {
  it.live("is one as long as the settings are the same, and is closed after its last call when they are not", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* opened(HOME), yield* opened(HOME)]
      assert.strictEqual(one.connection, two.connection)
      const other = yield* opened({ ...HOME, OPENROUTER_API_KEY: "another key" })
      assert.notStrictEqual(other.connection, one.connection)
      yield* one.close
      const third = yield* opened({
        ...HOME,
        OPENROUTER_API_KEY: "another key",
        OPENROUTER_SITE_URL: "http://me.example"
      })
      assert.notStrictEqual(third.connection, other.connection)
      for (const { close } of [two, other, third]) yield* close
      // The latest stays for the next call.
      const again = yield* opened({
        ...HOME,
        OPENROUTER_API_KEY: "another key",
        OPENROUTER_SITE_URL: "http://me.example"
      })
      assert.strictEqual(again.connection, third.connection)
      yield* again.close
      assert.isFalse(yield* isOpen(one.connection))
      yield* again.connection.disposeEffect
    })
  )

  it.live("has a server and one flow control, and complains of the key by the name of its option", () =>
    Effect.gen(function* () {
      const of = (given: Parameters<typeof Connection.make>[0], limits?: Connection.Limits) =>
        Effect.gen(function* () {
          const connection = Connection.make(given, limits)
          const found = yield* Effect.exit(
            Effect.flatMap(connection.runtimeEffect, (runtime) =>
              Effect.provide(Effect.all([OpenRouter, FlowControl.FlowControl]), runtime)
            )
          )
          yield* connection.disposeEffect
          return Exit.match(found, {
            onFailure: (cause) => String(cause).split("\n")[0],
            onSuccess: ([{ baseUrl }]) => baseUrl
          })
        })
      const there = { baseUrl: "http://localhost:8/v2", apiKey: Redacted.make("own") }
      deepStrictEqual(yield* of(there, { concurrency: 20 }), "http://localhost:8/v2")
      const unsendable = Redacted.make("k\u20acy")
      assert.include(String(yield* of({ ...there, apiKey: unsendable })), "apiKey has characters that cannot be sent")
    })
  )
})
