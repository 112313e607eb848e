/** Limits shared through a real Redis, where the machine has one: two connections are two processes to it. */
import { spawn, spawnSync } from "node:child_process"
import * as net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Exit, Layer } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import { type Demand, SharedQuota } from "../../../src/flow/SharedQuota.js"
import * as RedisQuota from "../../../src/flow/sharedQuota/Redis.js"
import * as Tickets from "../../unit/flow/tickets.js"
import { emptyFolder } from "../command/command.js"

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0
const why = hasRedis ? "" : " (not run: needs redis-server on the PATH)"
if (!hasRedis) process.stdout.write(`Sharing limits through Redis${why}\n`)

const freePort = Effect.async<number>((resume) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** By the real clock, whatever the test's own says. */
const isUp = (port: number) =>
  Effect.async<void>((resume) => {
    const attempt = () => {
      const socket = net.connect(port, "127.0.0.1")
      socket.once("connect", () => resume(Effect.sync(() => socket.destroy())))
      socket.once("error", () => setTimeout(attempt, 25))
    }
    attempt()
  })

/** A Redis that keeps nothing on disk. */
const startRedis = (port: number) =>
  Effect.gen(function* () {
    const cwd = yield* emptyFolder
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""], { cwd, stdio: "ignore" })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
    yield* isUp(port)
    return {
      kill: Effect.promise(() => {
        child.kill("SIGKILL")
        return ended
      }),
      freeze: Effect.sync(() => child.kill("SIGSTOP"))
    }
  })

const demand: Demand = { key: "a", quota: 7, cost: 1, rememberMs: 60_000 }

const connect = (port: number) =>
  Effect.flatMap(Layer.build(RedisQuota.layer({ port, prefix: "test:" })), (context) =>
    Effect.provide(SharedQuota, context)
  )

describe.skipIf(!hasRedis)(`limits shared through Redis${why}`, () => {
  it.scoped("are one for two processes, whatever the quota, until the minute is over", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      yield* startRedis(port)
      const api = Layer.mock(OpenRouter, { baseUrl: "double", identity: "double" })
      const process = FlowControl.layerShared({ concurrency: 9, freePerMinute: 7, tokensPerMinute: 100_000 }).pipe(
        Layer.provide(RedisQuota.layer({ port })),
        Layer.provide(api),
        Layer.build,
        Effect.flatMap((context) => Effect.provide(FlowControl.FlowControl, context))
      )
      const [one, two] = [yield* process, yield* process]
      const subject = { model: "x/1:free", isFree: true, tokens: 4_321 }
      const [first, second] = [yield* Tickets.open(one), yield* Tickets.open(two)]
      const turns = [first, second, first, second, first, second, first, second, first]
      const admissions = yield* Effect.forEach(turns, (admit) => admit(subject))
      deepStrictEqual(
        admissions.map((admission) => admission._tag),
        [...Array.from({ length: 7 }, () => "Go"), "Wait", "Wait"]
      )
      const untils = admissions.flatMap((admission) => (admission._tag === "Wait" ? [admission.until] : []))
      assert.isTrue(untils.every((until) => until >= 60_000 && until <= 60_250))
    })
  )

  it.scopedLive("are tried again when Redis is back, and fail at once while it is away", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const first = yield* startRedis(port)
      const { take } = yield* connect(port)
      assert.isTrue(yield* take(demand))
      yield* first.kill
      const [lasted, failed] = yield* Effect.timed(Effect.exit(take(demand)))
      assert.isTrue(Exit.isFailure(failed))
      assert.isBelow(Duration.toMillis(lasted), 500)
      yield* startRedis(port)
      assert.isTrue(yield* take(demand))
    })
  )

  it.scopedLive("neither hold up nor fail the end of a program when Redis is gone or has stopped answering", () =>
    Effect.gen(function* () {
      const use = (redis: Effect.Effect.Success<ReturnType<typeof startRedis>>, trouble: "kill" | "freeze") =>
        Effect.gen(function* () {
          const { take } = yield* SharedQuota
          yield* take(demand)
          yield* redis[trouble]
          yield* Effect.ignore(Effect.timeout(take(demand), 100))
          return "its result"
        })
      for (const trouble of ["kill", "freeze"] as const) {
        const port = yield* freePort
        const redis = yield* startRedis(port)
        const program = Effect.provide(use(redis, trouble), RedisQuota.layer({ port }))
        const [lasted, result] = yield* Effect.timed(program)
        assert.strictEqual(result, "its result")
        assert.isBelow(Duration.toMillis(lasted), 2_500)
      }
    })
  )
})
