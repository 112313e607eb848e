/** What is said of a database that cannot be used: what to install, and never a password. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { complaint, layer } from "../../../src/durable/Database.js"
import { describe as told } from "../../../src/durable/DatabaseError.js"

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
  })

  it("has no user and no password", () => {
    assert.strictEqual(told(new Error("no postgres://me:secret@host/x")), "no postgres://host/x")
    assert.strictEqual(told("no postgresql://me@host/x"), "no postgresql://me@host/x")
  })
})

describe("the address of a database", () => {
  it.effect("names PostgreSQL or a file", () =>
    Effect.gen(function* () {
      for (const address of ["", "mysql://x/y", "postgres", "sqlite:"]) {
        const failure = yield* Effect.flip(Effect.scoped(Layer.build(layer(address))))
        assert.include(failure.message, "sqlite:FILE", address)
      }
    })
  )
})
