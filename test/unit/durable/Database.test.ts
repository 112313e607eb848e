/** What is said of a database that cannot be used: what to install, and never a password. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as Alive from "../../../src/durable/Alive.js"
import { complaint, layer, parse } from "../../../src/durable/Database.js"
import { describe as told } from "../../../src/durable/DatabaseError.js"
import { postgres } from "./databases.js"

describe("a driver that is not installed", () => {
  it("is named with the command that installs it, for the command and for the library", () => {
    const missing = (name: string) => new Error(`Cannot find package '${name}' imported from /x/y.js`)
    assert.match(complaint(missing("pg")), /npm install pg@\^8\.16\.3 pg-cursor@\^2\.15\.3$/)
    assert.match(complaint(missing("@libsql/client")), /npm install @libsql\/client@\^0\.12\.0$/)
    // The command has the client built in, which then misses its part for this machine.
    const part = new Error("Cannot find module '@libsql/linux-x64-gnu'\nRequire stack:\n- /app/command.cjs")
    assert.match(complaint(part), /not installed.*npm install @libsql\/client@\^0\.12\.0$/s)
    assert.match(complaint(missing("@effect/sql-pg")), /npm install @effect\/sql-pg@\^0\.53\.0$/)
  })

  it("is no excuse for another failure", () => {
    assert.strictEqual(
      complaint(new Error("Cannot find package 'leftpad' imported from /x")),
      "the driver of the database could not be loaded: Cannot find package 'leftpad' imported from /x"
    )
    const broken = complaint(new Error("the file is too short"))
    assert.strictEqual(broken, "the driver of the database could not be loaded: the file is too short")
  })
})

describe("the reason of a failure", () => {
  it("is the innermost one that has words", () => {
    const refused = Object.assign(new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")]), { message: "" })
    assert.strictEqual(told({ message: "outer", cause: refused }), "connect ECONNREFUSED 127.0.0.1:1")
    assert.strictEqual(told(undefined), "it gave no reason")
  })

  it("is looked for four failures deep", () => {
    const behind = (depth: number): unknown =>
      depth === 0 ? { message: "the innermost" } : { message: "one of them", cause: behind(depth - 1) }
    assert.strictEqual(told(behind(4)), "the innermost")
    assert.strictEqual(told(behind(5)), "one of them")
    assert.strictEqual(told({ cause: "a word" }), "a word")
    const among = (depth: number): unknown =>
      depth === 0 ? { message: "the innermost" } : { message: "one of them", errors: [among(depth - 1)] }
    assert.strictEqual(told(among(4)), "the innermost")
    assert.strictEqual(told(among(5)), "one of them")
  })

  it("has no user and no password", () => {
    assert.strictEqual(told(new Error("no postgres://me:secret@host/x")), "no postgres://host/x")
    assert.strictEqual(told("no postgresql://me@host/x"), "no postgresql://me@host/x")
  })
})

describe("the session of a worker", () => {
  it.effect("is held from beat to beat, and let go after a failure and at the end", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      let fails = false
      const database = postgres(log, () => {
        if (fails) throw new Error("gone")
        return []
      })
      const words = () => log.splice(0).map((line) => (line.startsWith("INSERT") ? "beat" : line))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const alive = yield* Effect.provide(Alive.make("w"), database)
          yield* alive.beat("here", 6)
          yield* alive.beat("here", 6)
          deepStrictEqual(words(), ["(a connection is taken)", "beat", "beat"])
          fails = true
          yield* Effect.exit(alive.beat("here", 6))
          fails = false
          words()
          yield* alive.beat("here", 6)
          deepStrictEqual(words().at(-1), "beat")
        })
      )
      deepStrictEqual(words(), ["(it is given back)"])
      yield* Effect.scoped(Alive.make("w"))
      deepStrictEqual(words(), [])
    }).pipe(Effect.provide(postgres([])))
  )
})

describe("the address of a database", () => {
  it.effect("in memory is one of SQLite, whose statements wait for others, behind a transaction as well", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const patience = Effect.map(sql`PRAGMA busy_timeout`, ([row]) => Number(row?.["timeout"]))
      deepStrictEqual(yield* sql`SELECT version FROM algogen_meta`.pipe(Effect.map((rows) => rows.length)), 1)
      assert.strictEqual(yield* patience, 5000)
      yield* sql.withTransaction(Effect.void)
      assert.strictEqual(yield* patience, 5000)
    }).pipe(Effect.provide(layer("sqlite::memory:")))
  )

  it("says which it is", () => {
    deepStrictEqual(
      [
        "postgres://a/b",
        "postgresql://a/b",
        "sqlite:x.db",
        "sqlite://x.db",
        "file:x.db",
        "x.db",
        "postgres:/a",
        "sqlite:",
        "my sqlite:x"
      ].map(parse),
      [
        { url: "postgres://a/b" },
        { url: "postgresql://a/b" },
        { file: "x.db" },
        { file: "x.db" },
        { file: "x.db" },
        undefined,
        undefined,
        undefined,
        undefined
      ]
    )
  })

  it.effect("names PostgreSQL or a file", () =>
    Effect.gen(function* () {
      for (const address of ["", "mysql://x/y", "postgres", "sqlite:"]) {
        const failure = yield* Effect.flip(Effect.scoped(Layer.build(layer(address))))
        assert.include(failure.message, "sqlite:FILE", address)
      }
    })
  )
})
