import { it } from "@effect/vitest"
import { assertFalse, assertTrue, strictEqual } from "@effect/vitest/utils"
import { FastCheck as fc, Redacted } from "effect"
import { describe } from "vitest"
import * as Secret from "../../../../src/api/wire/Secret.js"
import { character, times } from "../../properties.js"

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const MARK = "<redacted key>"

/** As the services make them: a name, then letters and digits, now and then with a sign between. */
const anyKey = fc
  .tuple(
    fc.constantFrom("sk-or-v1-", "sk-", "sk-proj-", "gsk_", "AIza", "sk-ant-api03-", ""),
    fc.array(fc.constantFrom(...LETTERS, ...LETTERS, ..."-_.+/"), { minLength: 32, maxLength: 90 })
  )
  .map(([name, letters]) => name + letters.join(""))
  .filter((key) => lettersOf(key).length >= 32)

const lettersOf = (text: string) => text.replace(/[^0-9a-zA-Z]/g, "").toLowerCase()

const each = (write: (letter: string, code: number) => string) => (text: string) =>
  Array.from(text, (letter) => write(letter, letter.charCodeAt(0))).join("")
const hex = (code: number, length = 2) => code.toString(16).padStart(length, "0")

/** What servers, shells, pages and programs do to a key that they repeat. */
const ESCAPES: ReadonlyArray<readonly [string, (text: string) => string]> = [
  ["as it is", (text) => text],
  ["percent", each((_, code) => `%${hex(code)}`)],
  ["percent, where needed", encodeURIComponent],
  ["JSON", JSON.stringify],
  ["JSON, as codes", each((_, code) => `\\u${hex(code, 4)}`)],
  ["Python, as codes", each((_, code) => `\\x${hex(code)}`)],
  ["Perl, as codes", each((_, code) => `\\x{${hex(code)}}`)],
  ["Perl, as octal codes", each((_, code) => `\\o{${code.toString(8)}}`)],
  ["octal", each((_, code) => `\\${code.toString(8).padStart(3, "0")}`)],
  ["octal, without noughts", each((_, code) => `\\${code.toString(8)}`)],
  ["octal, as echo reads it", each((_, code) => `\\0${code.toString(8).padStart(3, "0")}`)],
  ["backslashes before signs", (text) => text.replace(/[^0-9a-zA-Z]/g, "\\$&")],
  ["entities", each((_, code) => `&#${code};`)],
  ["entities in hexadecimal", each((_, code) => `&#x${hex(code)};`)]
]

/** And what may have been done to it before: an escape that is torn apart is none any more. */
const WRAPPINGS: typeof ESCAPES = [
  ...ESCAPES,
  ["underscores", (text) => text.replace(/[^0-9a-zA-Z]+/g, "_")],
  ["line breaks", each((letter) => `${letter}\n`)],
  ["quotes between", each((letter) => `${letter}" + "`)],
  ["capitals", (text) => text.toUpperCase()],
  ["a host", (text) => text.toLowerCase().replace(/[^0-9a-z]/g, ".")]
]

/** These lose the key's own characters, and nothing can be around them but themselves. */
const CODES: ReadonlyArray<readonly [string, (text: string) => string]> = [
  ["base64", (text) => Buffer.from(text).toString("base64")],
  ["base64 for URLs", (text) => Buffer.from(text).toString("base64url")],
  ["Basic", (text) => Buffer.from(`user:${text}@somewhere`).toString("base64")],
  ["base64 of Bearer", (text) => Buffer.from(`Bearer ${text}`).toString("base64")],
  ["hexadecimal", (text) => Buffer.from(text).toString("hex")],
  ["a list of codes", (text) => Array.from(text, (letter) => letter.charCodeAt(0)).join(", ")],
  ["a list of hexadecimal codes", each((_, code) => `0x${hex(code)}, `)],
  ["backwards", (text) => Array.from(text).toReversed().join("")]
]

const wrapping = fc.constantFrom(...WRAPPINGS).map(([, write]) => write)
const escape = fc.constantFrom(...ESCAPES).map(([, write]) => write)
const around = fc
  .array(fc.oneof(character, fc.constantFrom("\\", "%", "&", "%25", "sk-", "\\u00")))
  .map((all) => all.join(""))

/** A text that ends in an escape or a letter would run into the key. */
const apart = (before: string, written: string, after: string) => `${before} | ${written} | ${after}`

const holds = (text: string, key: string) => {
  const letters = lettersOf(text)
  return Array.from({ length: lettersOf(key).length - 15 }, (_, at) => lettersOf(key).slice(at, at + 16)).some((part) =>
    letters.includes(part)
  )
}

describe("a key that is written in another way", () => {
  for (const [name, write] of [...WRAPPINGS, ...CODES]) {
    it(`${name}, once and twice over`, () =>
      fc.assert(
        fc.property(anyKey, around, around, (key, before, after) => {
          const { scrub } = Secret.make(Redacted.make(key))
          for (const written of [write(key), JSON.stringify(write(key)), encodeURIComponent(write(key))]) {
            const text = apart(before, written, after)
            const clean = scrub(text)
            assertTrue(clean.includes(MARK), clean)
            assertFalse(clean.includes(written), clean)
            // What surrounds it is as it was.
            assertTrue(clean.startsWith(`${before} | `) && clean.endsWith(` | ${after}`), clean)
          }
        }),
        { numRuns: times(20) }
      ))
  }

  it("in any two ways, one in the other", () =>
    fc.assert(
      fc.property(anyKey, wrapping, escape, around, around, (key, inner, outer, before, after) => {
        const text = apart(before, outer(inner(key)), after)
        const clean = Secret.make(Redacted.make(key)).scrub(text)
        assertTrue(clean.includes(MARK), clean)
        assertFalse(holds(clean.replaceAll(MARK, ""), key), clean)
      }),
      { numRuns: times(300) }
    ))

  it("half of it, from either end or the middle", () =>
    fc.assert(
      fc.property(anyKey, wrapping, fc.double({ min: 0, max: 0.5, noNaN: true }), (key, write, from) => {
        const letters = key.replace(/[^0-9a-zA-Z]/g, "")
        const start = Math.floor(from * letters.length)
        const half = letters.slice(start, start + Math.ceil(letters.length / 2))
        const clean = Secret.make(Redacted.make(key)).scrub(`:// ${write(half)} @/`)
        assertFalse(holds(clean.replaceAll(MARK, ""), key), clean)
        assertTrue(clean.startsWith(":// ") && clean.endsWith(" @/"), clean)
      }),
      { numRuns: times(200) }
    ))

  it("in a text that grows or breaks off, wherever it does", () =>
    fc.assert(
      fc.property(anyKey, wrapping, fc.nat(), (key, write, cut) => {
        const { scrubGrowing, scrubTorn } = Secret.make(Redacted.make(key))
        const text = `before ${write(key)} after`
        for (const clean of [
          scrubGrowing(text.slice(0, cut % text.length)),
          scrubTorn(text.slice(0, cut % text.length))
        ]) {
          assertFalse(holds(clean.replaceAll(MARK, ""), key), clean)
        }
      }),
      { numRuns: times(200) }
    ))
})

describe("what is not the key", () => {
  it("is not touched, be it made of the same characters", () =>
    fc.assert(
      fc.property(
        anyKey,
        fc.array(fc.oneof(character, fc.constantFrom(...LETTERS, "\\", "%", "&#", "sk-", "\\u00")), { maxLength: 300 }),
        (key, parts) => {
          const text = parts.join("")
          fc.pre(!holds(text, key))
          const { scrub } = Secret.make(Redacted.make(key))
          strictEqual(scrub(text), text)
        }
      ),
      { numRuns: times(300) }
    ))

  it("is not touched though a few letters of the key are in it", () => {
    const key = "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40"
    const { scrub } = Secret.make(Redacted.make(key))
    for (const text of [
      "Get a key (sk-or-v1-...) at openrouter.ai",
      "sk-or-v1-xxxx",
      "5f0c2b7be",
      "#5f0c2b",
      key.slice(9, 18)
    ]) {
      strictEqual(scrub(text), text)
    }
    strictEqual(scrub(`x ${key.slice(9, 19)} y`), `x ${MARK} y`)
  })

  it("is not touched by a key that could be a word", () => {
    const { scrub } = Secret.make(Redacted.make("lm-studio"))
    strictEqual(scrub("LM Studio, lm_studio, lm studi"), "LM Studio, lm_studio, lm studi")
    strictEqual(scrub('{"key":"lm\\u002dstudio"}'), `{"key":"${MARK}"}`)
  })
})

describe("the time it takes", () => {
  const key = "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40"
  const { scrub, scrubGrowing, scrubTorn } = Secret.make(Redacted.make(key))
  const taken = (text: string) => {
    const start = performance.now()
    scrub(text)
    scrubGrowing(text)
    scrubTorn(text)
    return performance.now() - start
  }

  for (const piece of [
    "%25",
    "\\",
    "\\u005c",
    "&amp;",
    "sk-or-v1-5f0c2b7b ",
    `${key} `,
    "s k - o r ",
    key.slice(4, 14)
  ]) {
    it(`grows with the text alone: ${piece}`, () => {
      let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      // Eight times the text; a quadratic pattern would take 64 times as long. The machine can only make it longer.
      for (let attempt = 0; attempt < 3 && !(large < 30 * Math.max(small, 20)); attempt += 1) {
        small = Math.min(small, taken(piece.repeat(40_000 / piece.length)))
        large = Math.min(large, taken(piece.repeat(320_000 / piece.length)))
      }
      assertTrue(large < 30 * Math.max(small, 20), `${small} ms, then ${large} ms`)
    })
  }
})
