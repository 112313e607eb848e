/** A server with which no encryption can be agreed on: nothing was sent to it, whichever client says so in whichever words. */
import * as net from "node:net"
import type { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import { listen } from "./listen.js"

const alert = (description: number) => Buffer.from([21, 3, 3, 0, 2, 2, description])

/** What the server says to the client's first bytes, and how the clients call it. */
const refusals: ReadonlyArray<
  readonly [name: string, says: Buffer | undefined, called: string, unsent: true | undefined]
> = [
  ["no common cipher", alert(40), "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", true],
  ["no common version", alert(70), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", true],
  ["no such name", alert(112), "ERR_SSL_TLSV1_UNRECOGNIZED_NAME", true],
  ["no common protocol", alert(120), "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", true],
  ["plain HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "ERR_SSL_WRONG_VERSION_NUMBER", true],
  ["nothing at all", undefined, "socket disconnected before secure TLS connection was established", true],
  ["a fault of its own", alert(80), "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", undefined]
]

const clients: Readonly<Record<string, Layer.Layer<HttpClient.HttpClient>>> = {
  "the pool": ConnectionPool.layerWith({ proxy: false }),
  "Node's own client": NodeHttpClient.layer
}

const asked = (says: Buffer | undefined, client: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.gen(function* () {
    const server = net.createServer((socket) => {
      socket.on("error", () => undefined).once("data", () => (says === undefined ? socket.end() : socket.end(says)))
    })
    const port = yield* listen(server)
    const context = yield* Layer.build(client)
    const { complete } = yield* Effect.provide(OpenRouter.make({ baseUrl: `https://localhost:${port}/v1` }), context)
    return (yield* Effect.flip(complete({ model: "x/1", messages: [{ role: "user", content: "a" }] }))).reason
  }).pipe(Effect.scoped)

describe("a handshake that fails", () => {
  for (const [client, layer] of Object.entries(clients)) {
    for (const [name, says, called, unsent] of refusals) {
      it.live(`${name}, over ${client}`, () =>
        Effect.gen(function* () {
          const reason = yield* asked(says, layer)
          const told = reason._tag === "ConnectionFailed" ? [reason.message.includes(called), reason.unsent] : reason
          deepStrictEqual(told, [true, unsent])
        })
      )
    }
  }
})
