/** A server over a socket that computes one answer at a time, and refuses all other requests meanwhile. */
import * as http from "node:http"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { createClient } from "../../../src/promise.js"
import { listen } from "./listen.js"

const ANSWER_MS = 400

const MODULE = '```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n```\n'

const models = ["m/1", "m/2", "m/3", "m/4", "m/5", "m/6"]

/** Says so many times that it is busy, and answers. */
const server = (seen: { refused: number; answered: number }) => {
  let isBusy = false
  return http.createServer((request, response) => {
    const say = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    }
    request.resume().on("end", () => {
      if (request.method === "GET") return say(200, { data: models.map((id) => ({ id })) })
      if (isBusy) {
        seen.refused += 1
        return say(503, { detail: { msg: "Server is busy; please try again later.", type: "service_unavailable" } })
      }
      isBusy = true
      setTimeout(() => {
        isBusy = false
        seen.answered += 1
        say(200, { choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: MODULE } }] })
      }, ANSWER_MS)
    })
  })
}

describe("a server that is busy with one request", () => {
  it.live("answers all, one after the other", () =>
    Effect.gen(function* () {
      const seen = { refused: 0, answered: 0 }
      const port = yield* listen(server(seen))
      const client = createClient({ apiKey: "key", baseUrl: `http://127.0.0.1:${port}/v1`, directory: null })
      const report = yield* Effect.promise(() => client.generateAlgorithms(models, "AAPL"))
      yield* Effect.promise(() => client.close())
      deepStrictEqual(
        report.outcomes.map(({ status }) => status),
        models.map(() => "ok")
      )
      deepStrictEqual(seen.answered, 6)
      assertTrue(seen.refused <= 12, `${seen.refused} refused`)
    }).pipe(Effect.scoped)
  )
})
