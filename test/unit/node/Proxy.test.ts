import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual, throws } from "@effect/vitest/utils"
import * as Proxy from "../../../src/node/Proxy.js"

const of = (environment: Readonly<Record<string, string>>, url: string) =>
  Proxy.forUrl(Proxy.fromEnvironment(environment), new URL(url))?.href

const API = "https://openrouter.ai/api/v1"
const P = "http://proxy.example:3128/"

describe("the proxy", () => {
  it("is the one for the scheme, or the one for all, in either case of letters, the lower one first", () => {
    strictEqual(of({ HTTPS_PROXY: P }, API), P)
    strictEqual(of({ https_proxy: P, HTTPS_PROXY: "http://other/" }, API), P)
    strictEqual(of({ https_proxy: " ", HTTPS_PROXY: P }, API), P)
    strictEqual(of({ ALL_PROXY: P }, API), P)
    strictEqual(of({ all_proxy: P, HTTPS_PROXY: "http://other/" }, API), "http://other/")
    strictEqual(of({ HTTP_PROXY: P }, "http://api.example/v1"), P)
    strictEqual(of({ HTTP_PROXY: P }, API), undefined)
    strictEqual(of({ HTTPS_PROXY: P }, "http://api.example/v1"), undefined)
    strictEqual(of({}, API), undefined)
  })

  it("may be written without http://, and may speak SOCKS 5", () => {
    strictEqual(of({ HTTPS_PROXY: "proxy.example:3128" }, API), P)
    strictEqual(of({ ALL_PROXY: "socks5h://proxy.example:1080" }, API), "socks5://proxy.example:1080")
  })

  it("is named in the complaint when it is no address, without its password", () => {
    throws(
      () => of({ HTTPS_PROXY: "ftp://me:secret@proxy.example" }, API),
      new Error("the proxy '...@proxy.example' is not a valid address; use one such as http://proxy.example:3128")
    )
    strictEqual(Proxy.shown(new URL("http://me:secret@proxy.example:3128")), "http://proxy.example:3128")
  })

  it("of SOCKS 5 has room for a user and a password of 255 bytes each", () => {
    for (const [user, password] of [
      ["u", "p".repeat(256)],
      ["u".repeat(256), "p"],
      ["u", "%C3%A9".repeat(128)]
    ] as const)
      throws(
        () => of({ ALL_PROXY: `socks5://${user}:${password}@proxy.example` }, API),
        new Error(
          "the proxy '...@proxy.example' is not a valid address; SOCKS5 takes a user and a password of 255 bytes"
        )
      )
    for (const proxy of [`socks5://u:${"p".repeat(255)}@proxy.example`, `http://u:${"p".repeat(256)}@proxy.example/`])
      strictEqual(of({ ALL_PROXY: proxy }, API), proxy)
  })

  it("hears user and password, or either alone", () => {
    const basic = (text: string) => ({ token: `Basic ${Buffer.from(text).toString("base64")}` })
    deepStrictEqual(Proxy.authorization(new URL("http://me:s%40fe@p")), basic("me:s@fe"))
    deepStrictEqual(Proxy.authorization(new URL("http://me@p")), basic("me:"))
    deepStrictEqual(Proxy.authorization(new URL("http://p")), {})
  })

  it("is never used for this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "model.localhost", "0.0.0.0"]) {
      strictEqual(of({ ALL_PROXY: P }, `http://${host}:11434/v1`), undefined, host)
    }
    strictEqual(of({ ALL_PROXY: P }, "http://128.0.0.1/v1"), P)
    strictEqual(of({ ALL_PROXY: P }, "http://localhost.example/v1"), P)
  })
})

describe("NO_PROXY", () => {
  const isDirect = (except: string, host: string) =>
    of({ ALL_PROXY: P, NO_PROXY: except }, `https://${host}/v1`) === undefined

  it("has names, each with all below it, a port if it has one, and * for everything", () => {
    for (const [except, host, expected] of [
      ["*", "openrouter.ai", true],
      ["openrouter.ai", "openrouter.ai", true],
      ["OpenRouter.AI", "openrouter.ai", true],
      ["openrouter.ai", "eu.openrouter.ai", true],
      [".openrouter.ai", "openrouter.ai", true],
      ["*.openrouter.ai", "eu.openrouter.ai", true],
      ["router.ai", "openrouter.ai", false],
      ["eu.openrouter.ai", "openrouter.ai", false],
      ["a.example, openrouter.ai", "openrouter.ai", true],
      ["a.example openrouter.ai", "openrouter.ai", true],
      ["openrouter.ai:443", "openrouter.ai", true],
      ["openrouter.ai:8443", "openrouter.ai", false],
      ["openrouter.ai:8443", "openrouter.ai:8443", true],
      [",", "openrouter.ai", false],
      [".", "openrouter.ai", false],
      ["*,a.example", "openrouter.ai", false]
    ] as const) {
      strictEqual(isDirect(except, host), expected, `${except} ${host}`)
    }
  })

  it("has addresses, and ranges of them", () => {
    for (const [except, host, expected] of [
      ["10.0.0.5", "10.0.0.5", true],
      ["10.0.0.5", "10.0.0.50", false],
      ["10.0.0.0/8", "10.20.30.40", true],
      ["10.0.0.0/8", "11.0.0.1", false],
      ["10.0.0.0/8", "ten.example", false],
      ["0.0.0.5", "10.0.0.0.5", false],
      ["10.0.0.0/99", "10.0.0.1", false],
      ["10.0.0.0/8:443", "10.1.1.1", true],
      ["fd00::1", "[fd00::1]", true],
      ["[fd00::1]", "[fd00::1]", true],
      ["[fd00::1]:8443", "[fd00::1]", false],
      ["fd00::/8", "[fd12::9]", true],
      ["fd00::/8", "[fe80::1]", false]
    ] as const) {
      let direct: boolean | undefined
      try {
        direct = isDirect(except, host)
      } catch {
        // 10.0.0.0.5 is not an address for `URL` either.
        direct = false
      }
      strictEqual(direct, expected, `${except} ${host}`)
    }
  })
})
