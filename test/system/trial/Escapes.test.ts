import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import { children, python3, withPython3 } from "./available.js"
import { attempt, attemptArmed, escapes, UNHEARD } from "./escapes.js"

let connections = 0
const server = createServer((socket) => {
  connections += 1
  socket.destroy()
})
const port = (): number => {
  const address = server.address()
  return address === null || typeof address === "string" ? 0 : address.port
}

const path = python3
  ? execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim()
  : ""

describe.skipIf(!python3)(`ways out of a trial${withPython3}`, () => {
  beforeAll(async () => {
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
  })
  afterAll(() => {
    server.close()
  })

  for (const [name, body] of Object.entries(escapes)) {
    it.scopedLive(`${name}: held, and a real way out elsewhere`, () =>
      Effect.gen(function* () {
        const folder = yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())
        const source = attempt(body, join(folder, "marker"), port())
        const root = readdirSync("/")
        connections = 0

        const outcome = yield* Trial.run(PythonModule.make({ arity: 3, source, imports: ["random"] }), "AAPL")
        assert.deepInclude(outcome, { _tag: "Passed", sandboxed: true })
        assert.deepStrictEqual(readdirSync(folder), [])
        assert.deepStrictEqual(readdirSync("/"), root)
        assert.deepStrictEqual(children(), [])
        assert.strictEqual(connections, 0)

        // The same module as a plain child, where the attempt must succeed: else it proves nothing above.
        const plain = spawn(path, ["-I", "-c", source], { stdio: "ignore" })
        const [code] = yield* Effect.promise(() => once(plain, "exit"))
        assert.notStrictEqual(code, 0)

        const armed = Trial.run(
          PythonModule.make({
            arity: 3,
            source: attemptArmed(body, join(folder, "marker"), port()),
            imports: ["random"]
          }),
          "AAPL"
        )
        const heard = yield* Effect.either(armed)
        assert.strictEqual(
          Either.isLeft(heard) ? heard.left.code : heard.right._tag,
          UNHEARD.has(name) ? "Passed" : "forbidden"
        )
      }).pipe(Effect.provide(Python3.layer({ interpreter: path })), Effect.provide(NodeContext.layer))
    )
  }
})
