/**
 * Which proxy an address gets, which packages will do, and what a response can be read as: what stands in `test/golden/node`,
 * as it was read and found right. Where it is meant to change, `npx vitest run --project unit test/unit/node/Golden.test.ts -u`
 * writes it anew.
 */
import { readFileSync } from "node:fs"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Fiber, Option, Record, Stream } from "effect"
import { expect } from "vitest"
import * as Peers from "../../../src/node/Peers.js"
import * as Proxy from "../../../src/node/Proxy.js"
import * as TextFile from "../../../src/node/TextFile.js"
import { UndiciResponse } from "../../../src/node/UndiciResponse.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/node/${name}.txt`)

describe("what it was:", () => {
  it("proxies", async () => {
    const hosts = [
      "a.example",
      "b.a.example",
      "xa.example",
      "a.example:8443",
      "10.0.0.1",
      "10.0.1.1",
      "[2001:db8::1]",
      "[2001:db9::1]",
      "localhost",
      "127.0.0.1",
      "128.0.0.1",
      "0.0.0.0",
      "1.127.0.0",
      "[::1]",
      "x.localhost"
    ]
    const exceptions = [
      "",
      "*",
      "a.example",
      ".a.example",
      "*.a.example",
      "a.example.",
      "a.example:443",
      "a.example:80",
      "A.EXAMPLE",
      "b.a.example, 10.0.0.1",
      "10.0.0.0/24",
      "10.0.0.1/32",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/x",
      "0.0.0.0/0",
      "10.0.0.1:443",
      "2001:db8::/32",
      "[2001:db8::1]:443",
      "2001:db8::1/129",
      "example",
      ":443",
      "a.example/8"
    ]
    const lines = exceptions.map((no_proxy) => {
      const settings = Proxy.fromEnvironment({ ALL_PROXY: "proxy:1", no_proxy })
      const direct = hosts.filter((host) => Proxy.forUrl(settings, new URL(`https://${host}/`)) === undefined)
      return `${JSON.stringify(no_proxy)}: ${direct.join(" ")}; over http ${Proxy.forUrl(settings, new URL("http://a.example/")) === undefined}`
    })
    const addresses = [
      "proxy",
      "proxy:1",
      "http://proxy",
      "HTTPS://proxy",
      "socks5://proxy:1",
      "socks5h://proxy:1",
      "socks://proxy:1",
      "socks4://proxy",
      "ftp://proxy",
      "",
      "a b",
      "me:pw@proxy",
      "ftp://me:pw@proxy"
    ]
    const parsed = addresses.map((address) => {
      const found = Either.try(() => Proxy.parse(address))
      return `${address}: ${Either.match(found, { onLeft: String, onRight: (url) => `${url.href}, shown as ${Proxy.shown(url)}, ${Proxy.authorization(url).token ?? "nobody"}` })}`
    })
    const environments = [
      {},
      { http_proxy: "a" },
      { HTTP_PROXY: "a" },
      { http_proxy: "a", HTTP_PROXY: "b" },
      { http_proxy: " ", HTTP_PROXY: " b " },
      { https_proxy: "a", all_proxy: "b" },
      { ALL_PROXY: "b", NO_PROXY: "c" }
    ]
    await golden("proxies", [
      ...lines,
      ...parsed,
      ...environments.map((one) => `${JSON.stringify(one)}: ${JSON.stringify(Proxy.fromEnvironment(one))}`)
    ])
  })

  it("packages", async () => {
    const { peerDependencies }: { readonly peerDependencies: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync("package.json", "utf8")
    )
    const needed = Record.map(peerDependencies, (range) => range.replace(">=", ""))
    const lines = Object.entries(needed).map(([name, oldest]) => {
      const [major = 0, minor = 0, patch = 0] = oldest.split(".").map(Number)
      const versions = [
        `${major}.${minor}.${patch - 1}`,
        oldest,
        `${oldest}-beta`,
        `${major}.${minor}.${patch + 1}`,
        `${major}.${minor - 1}.${patch + 9}`,
        `${major}.${minor + 1}.0`,
        `${major + 1}.0.0`,
        `${major - 1}.${minor}.${patch}`,
        `${major}`,
        ""
      ]
      const good = versions.filter(
        (version) => Peers.complaint("algogen", { [name]: oldest }, () => version) === undefined
      )
      return `${name}: ${good.join(" ")}`
    })
    const found = (name: string) => (name === "effect" ? "4.0.0" : name === "ioredis" ? "5.11.1" : undefined)
    await golden("packages", [
      ...lines,
      Peers.complaint("algogen/x", needed, found) ?? "fine",
      Peers.complaint("algogen/x", {}, found) ?? "fine"
    ])
  })

  it("loads what is behind a door only where its packages are there", async () => {
    expect(await Peers.load("algogen", { effect: "3.22.4" }, async () => 5)).toBe(5)
    await expect(Peers.load("algogen/x", { "unheard-of": "1.0.0" }, async () => 6)).rejects.toThrow("no unheard-of")
  })

  it("texts in several encodings", () => {
    const bytes = [
      [],
      [0x61],
      [0x61, 0],
      [0, 0x61],
      [0xff, 0xfe, 0x61, 0],
      [0xfe, 0xff, 0, 0x61],
      [0xff, 0x61],
      [0xfe, 0x61],
      [0, 0],
      [0xef, 0xbb, 0xbf, 0x61],
      [0x61, 0x62, 0]
    ]
    expect(bytes.map((each) => TextFile.decode(Uint8Array.from(each)))).toEqual([
      "",
      "a",
      "a",
      "\0a",
      "a",
      "a",
      "\uFFFDa",
      "\uFFFDa",
      "\0\0",
      "a",
      "ab\0"
    ])
  })
})

describe("a response", () => {
  const make = (pieces: ReadonlyArray<string | Error>, headers: Record<string, string | Array<string>> = {}) => {
    const left: Array<string> = []
    const rest = [...pieces]
    const response = new UndiciResponse(
      HttpClientRequest.get("http://x.example/"),
      { status: 201, headers },
      {
        pull: Effect.suspend(() => {
          const next = rest.shift()
          if (next === undefined) return Effect.fail(Option.none())
          return typeof next === "string"
            ? Effect.succeed(Chunk.of(new TextEncoder().encode(next)))
            : Effect.fail(Option.some(next))
        }),
        leave: () => void left.push("left"),
        isOver: () => rest.length === 0
      }
    )
    return { left, response }
  }

  it.effect("is read as a text, JSON, bytes or a form, and left at its end", () =>
    Effect.gen(function* () {
      const text = make(['{"a":', "1}"], { "content-type": "application/json" })
      expect([text.response.status, yield* text.response.text]).toEqual([201, '{"a":1}'])
      expect(text.left).toEqual(["left"])
      // What was read is remembered.
      expect(yield* text.response.text).toBe('{"a":1}')
      expect(yield* make(['{"a":', "1}"]).response.json).toEqual({ a: 1 })
      expect((yield* make(["ab"]).response.arrayBuffer).byteLength).toBe(2)
      const form = { "content-type": "application/x-www-form-urlencoded" }
      expect((yield* make(["a=1"], form).response.formData).get("a")).toBe("1")
      expect(yield* make(["a=1"], form).response.urlParamsBody).toEqual([["a", "1"]])
      const pieces = yield* Stream.runCollect(make(["a", "b"]).response.stream)
      expect(Chunk.toReadonlyArray(pieces).length).toBe(2)
    })
  )

  it.effect("fails with what breaks it off, and is left by a reader that stops", () =>
    Effect.gen(function* () {
      const broken = yield* Effect.flip(Stream.runDrain(make(["a", new Error("reset")]).response.stream))
      expect([broken.reason, broken.response.status, String(broken.cause)]).toEqual(["Decode", 201, "Error: reset"])
      const left: Array<string> = []
      const hangs = new UndiciResponse(
        HttpClientRequest.get("http://x.example/"),
        { status: 200, headers: {} },
        { pull: Effect.never, leave: () => void left.push("left"), isOver: () => false }
      )
      const reading = yield* Effect.fork(hangs.text)
      yield* Effect.yieldNow({ priority: 1 })
      yield* Fiber.interrupt(reading)
      expect(left.length).toBeGreaterThan(0)
    })
  )

  it("has its cookies and headers, and is shown without its body", () => {
    const { response } = make([], { "set-cookie": ["a=1", "b=2"], "x-one": "1" })
    expect([response.headers["x-one"], Object.keys(response.cookies.cookies)]).toEqual(["1", ["a", "b"]])
    expect(make([]).response.cookies.cookies).toEqual({})
    expect(response.toJSON()).toMatchObject({
      _id: "@effect/platform/HttpClientResponse",
      status: 201,
      request: { method: "GET", url: "http://x.example/" }
    })
  })
})
