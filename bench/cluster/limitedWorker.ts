/** A worker with limits of a minute that it shares with all others on its database. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as OpenRouter from "../../src/api/OpenRouter.js"
import { Durable } from "../../src/durable.js"
import * as ConnectionPool from "../../src/node/ConnectionPool.js"

const [url = "", baseUrl = "", freePerMinute = "", concurrency = "6"] = process.argv.slice(2)
const limits = freePerMinute === "" ? {} : { freePerMinute: Number(freePerMinute) }

await Effect.runPromise(
  Durable.work({ concurrency: Number(concurrency), limits }).pipe(
    Effect.provide(
      Layer.mergeAll(
        Durable.layer(url),
        OpenRouter.layer({ baseUrl, stream: false }).pipe(Layer.provide(ConnectionPool.layer))
      )
    )
  )
)
