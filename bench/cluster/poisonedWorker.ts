/** A worker that dies when it checks the answer to one job, as of a fault in its sandbox. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as OpenRouter from "../../src/api/OpenRouter.js"
import * as CodeCheck from "../../src/code/CodeCheck.js"
import { Durable } from "../../src/durable.js"
import * as ConnectionPool from "../../src/node/ConnectionPool.js"

const [url = "", baseUrl = "", poison = ""] = process.argv.slice(2)

const real = CodeCheck.make()
const deadly = Layer.succeed(CodeCheck.CodeCheck, {
  ...real,
  accept: (answer: string, options?: CodeCheck.AcceptOptions) => {
    if (answer.includes(poison)) process.kill(process.pid, "SIGKILL")
    return real.accept(answer, options)
  }
})

await Effect.runPromise(
  Durable.work({ concurrency: 3 }).pipe(
    Effect.provide(
      Layer.mergeAll(
        Durable.layerPostgres({ url }),
        OpenRouter.layer({ baseUrl, stream: false }).pipe(Layer.provide(ConnectionPool.layer)),
        deadly
      )
    )
  )
)
