/** A server whose certificate nobody knows: refused once, and accepted where NODE_EXTRA_CA_CERTS names it, tunnel or not. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { algogen, emptyFolder, models, PATIENCE } from "../command/command.js"
import { parse } from "../command/document.js"
import { listen } from "./listen.js"

const CODE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

const scene = Effect.gen(function* () {
  const folder = yield* emptyFolder
  const file = (name: string) => path.join(folder, name)
  const subject = ["-subj", "/CN=api.inside.example", "-addext", "subjectAltName=DNS:api.inside.example,DNS:localhost"]
  const to = ["-keyout", file("key.pem"), "-out", file("cert.pem"), "-days", "2"]
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...to, ...subject], { stdio: "ignore" })
  let connections = 0
  const tls = { key: readFileSync(file("key.pem")), cert: readFileSync(file("cert.pem")) }
  const message = { role: "assistant", content: CODE }
  const api = https.createServer(tls, (request, response) => {
    request.resume().on("end", () => {
      response.statusCode = request.url === "/v1/chat/completions" ? 200 : 404
      response.end(JSON.stringify({ choices: [{ index: 0, finish_reason: "stop", message }] }))
    })
  })
  api.on("connection", () => (connections += 1)).on("tlsClientError", () => undefined)
  const port = yield* listen(api)
  const tunnels: Array<string> = []
  const proxy = http.createServer()
  proxy.on("connect", (request, socket) => {
    tunnels.push(request.url ?? "")
    const up = net.connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n")
      up.pipe(socket).pipe(up)
    })
    for (const end of [up, socket]) end.on("error", () => up.destroy())
  })
  const proxyPort = yield* listen(proxy)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      api.closeAllConnections()
      proxy.closeAllConnections()
    })
  )
  const generate = (baseUrl: string, env: Readonly<Record<string, string>>) =>
    Effect.map(
      algogen(["generate", ...models("m"), "--base-url", baseUrl, "--json", "--no-stream"], { folder, env }),
      ({ stderr, stdout }) => ({ stderr, result: parse(stdout).results[0] })
    )
  return {
    generate,
    trust: { NODE_EXTRA_CA_CERTS: file("cert.pem") },
    local: `https://localhost:${port}/v1`,
    proxied: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` },
    tunnels,
    connections: () => connections
  }
})

describe("a certificate that nobody knows", () => {
  it.scopedLive(
    "is refused once, with a word about the variable that helps, and accepted with it",
    () =>
      Effect.gen(function* () {
        const { connections, generate, local, trust } = yield* scene
        const { result } = yield* generate(local, {})
        assert.strictEqual(result?.reason?._tag, "ConnectionFailed")
        assert.match(result?.reason?.message ?? "", /DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/)
        // Once for the list of models and once for the model.
        deepStrictEqual([result?.attempts, connections()], [1, 2])
        assert.strictEqual((yield* generate(local, trust)).result?.status, "ok")
      }),
    PATIENCE
  )

  it.scopedLive(
    "is judged through a tunnel as well",
    () =>
      Effect.gen(function* () {
        const { generate, proxied, trust, tunnels } = yield* scene
        const far = "https://api.inside.example/v1"
        const refused = yield* generate(far, proxied)
        assert.match(refused.result?.reason?.message ?? "", /NODE_EXTRA_CA_CERTS/)
        assert.strictEqual(refused.result?.attempts, 1)
        const { result, stderr } = yield* generate(far, { ...proxied, ...trust })
        assert.strictEqual(result?.status, "ok", stderr)
        assert.isTrue(tunnels.length >= 3 && tunnels.every((to) => to === "api.inside.example:443"), tunnels.join())
      }),
    PATIENCE
  )
})
