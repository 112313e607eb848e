/**
 * What is made of all that servers say, written down as a whole: answers, failures, moments, sentences. It was read and found
 * right, and stands in `test/golden/wire`. Where it is meant to change, `npx vitest run --project unit
 * test/unit/api/wire/Golden.test.ts -u` writes it anew.
 */
import { RequestError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import * as Busy from "../../../../src/api/wire/Busy.js"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as ErrorName from "../../../../src/api/wire/ErrorName.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Excerpt from "../../../../src/api/wire/Excerpt.js"
import * as Finish from "../../../../src/api/wire/Finish.js"
import * as Heard from "../../../../src/api/wire/Heard.js"
import * as Lenient from "../../../../src/api/wire/Lenient.js"
import * as Moment from "../../../../src/api/wire/Moment.js"
import * as NetworkFailure from "../../../../src/api/wire/NetworkFailure.js"
import * as RetryHint from "../../../../src/api/wire/RetryHint.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import * as TokenLimit from "../../../../src/api/wire/TokenLimit.js"
import { ANSWERS } from "./bodies.js"
import { CAUSES, EXCERPTS, FINISHES, HINTS, LIMITS, MOMENTS, NAMED, REFUSALS, STATUSES, WORDED } from "./refusals.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../../golden/wire/${name}.txt`)

const NOW = Date.UTC(2026, 7, 20, 12)
const SENT = ["stream", "stream_options", "max_tokens", "temperature", "seed", "reasoning_effort", "provider"]
const ASKED = { model: "asked", maxCompletionTokens: 4000, sent: SENT }

const shown = (judged: ReturnType<typeof Classify.classify>): string =>
  Either.match(judged, {
    onRight: (answer) => `answer ${JSON.stringify(answer)}`,
    onLeft: ({ reason, retryAt, ...rest }) => {
      const { _tag, ...fields } = reason
      const wait = retryAt === undefined ? "" : ` in ${retryAt - NOW} ms`
      const more = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`
      return `${_tag}${wait} ${JSON.stringify({ ...fields, message: reason.message })}${more}`
    }
  })

const judge = (exchange: Classify.Exchange, unlisted = false) =>
  shown(Classify.classify(exchange, { ...ASKED, unlisted }, NOW, Secret.NONE))

/** What several have in common stands once. */
const grouped = (all: ReadonlyArray<readonly [name: string, outcome: string]>): ReadonlyArray<string> => {
  const outcomes = [...new Set(all.map(([, outcome]) => outcome))]
  return outcomes.map((outcome) => {
    const names = all.flatMap(([name, of]) => (of === outcome ? [name] : []))
    return `  ${names.join(" ")}: ${outcome}`
  })
}

/** Without the status, so that what is alike stands once. */
const under = (status: number, text: string, given: Readonly<Record<string, string>>, unlisted = false): string =>
  judge({ _tag: "Body", status, headers: given, text }, unlisted).replaceAll(
    new RegExp(`("status":|HTTP )${status}\\b`, "g"),
    "$1~"
  )

/** `200-299` of 200 to 299. */
const ranges = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) =>
    line.replace(/^ *(?:\d+ )*\d+:/, (list) => {
      const numbers = [...list.matchAll(/\d+/g)].map(Number)
      const firsts = numbers.filter((number, n) => numbers[n - 1] !== number - 1)
      const lasts = numbers.filter((number, n) => numbers[n + 1] !== number + 1)
      return `  ${firsts.map((first, n) => (first === lasts[n] ? first : `${first}-${lasts[n]}`)).join(" ")}:`
    })
  )

const headers = {}

describe("what is made of what servers say is what it was:", () => {
  it("answers, as they end and as they break off", async () => {
    const lines = ANSWERS.flatMap(([name, text]) => {
      const half = (take: (reader: EventStream.Reader) => void) => {
        const reader = EventStream.make(1000)
        // In two pieces, as it may come.
        const middle = text.length >> 1
        const fits = [text.slice(0, middle), text.slice(middle)].map((piece) => reader.push(piece))
        take(reader)
        return { reader, fits }
      }
      const whole = half(({ end }) => end()).reader
      const { fits, reader } = half(({ breakOff }) => breakOff())
      const head = { status: 200, headers }
      const cut = half(() => undefined).reader
      const {
        text: _,
        reasoning: __,
        grown: ___,
        pieces: ____,
        choice: _____,
        choicesApart: _______,
        choiceSize: ________,
        block: ______,
        ...state
      } = whole.transcript
      return [name, `  ${whole.isStream() ? "stream" : "body"} ${JSON.stringify(state)}`].concat(
        grouped([
          ["whole", judge({ _tag: "Body", ...head, text })],
          ["in pieces", judge(Heard.of(whole, Secret.NONE, head))],
          ["broken", judge({ _tag: "Broken", message: "reset", transcript: reader.transcript })],
          ["interrupted", judge(Heard.cutShort(cut, Secret.NONE, head, 5))]
        ]),
        `  ${fits.join(" ")}, is whole: ${Heard.isWhole(reader)}`
      )
    })
    await golden("answers", lines)
  })

  it("failures, under each status", async () => {
    const lines = REFUSALS.flatMap(([name, said, given = {}]) => {
      const text = typeof said === "string" ? said : JSON.stringify(said)
      const statuses = [200, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503]
      const all = statuses.map((status) => [String(status), under(status, text, given)] as const)
      return [name].concat(grouped([...all, ["404 unlisted", under(404, text, given, true)]]))
    })
    await golden("failures", lines)
  })

  it("statuses", async () => {
    const lines = STATUSES.flatMap(([name, said, given = {}]) => {
      const statuses = Array.from({ length: 410 }, (_, n) => 195 + n).filter((status) => (status + 8) % 100 < 50)
      const all = statuses.map((status) => [String(status), under(status, JSON.stringify(said), given)] as const)
      return [name].concat(ranges(grouped(all)))
    })
    await golden("statuses", lines)
  })

  it("names and words of failures", async () => {
    const named = NAMED.map((name) => `${name}: ${ErrorName.statusFor({ error: { type: name, message: "x" } })}`)
    const numbers = Array.from({ length: 1100 }, (_, n) => 990 + n).flatMap((code) => {
      const status = ErrorName.statusFor({ base_resp: { status_code: code, status_msg: "x" } })
      return status === undefined ? [] : [`MiniMax ${code}: ${status}`]
    })
    const worded = WORDED.map((words) => {
      const root = { error: { message: words } }
      const facts = [
        ErrorName.statusFor(root) ?? "no status",
        ErrorName.isLimit(root) ? "a limit" : "",
        ErrorName.passes(root) || Busy.isLoading(root) ? "passes" : ""
      ]
      return `${words}: ${facts.filter((fact) => fact !== "").join(", ")}`
    })
    const codes = [399, 400, 599, 600, 400.5].map((code) => `code ${code}: ${ErrorName.statusFor({ error: { code } })}`)
    await golden("names", [...named, ...numbers, ...worded, ...codes])
  })

  it("finish reasons", async () => {
    await golden(
      "finishes",
      FINISHES.map((word) => `${word}: ${Finish.word(word) === undefined ? "says nothing" : Finish.of(word)}`)
    )
  })

  it("moments", async () => {
    const lines = MOMENTS.map((value) => {
      const [seconds, millis] = [1000, 1].map((unit) => Moment.at(NOW, value, unit))
      const ahead = (at: number | undefined) => (at === undefined ? "none" : at - NOW)
      return `${JSON.stringify(value)}: ${ahead(seconds)}${millis === seconds ? "" : `, in milliseconds ${ahead(millis)}`}, span ${Moment.span(value, 1)}`
    })
    const hints = HINTS.flatMap(([given, said]) =>
      [`${JSON.stringify(given)} ${JSON.stringify(said)}`].concat(
        grouped(
          [200, 429, 503].map((status) => {
            const at = RetryHint.retryAt({ now: NOW, status, headers: given, root: said })
            return [String(status), at === undefined ? "none" : `${at - NOW} ms`]
          })
        )
      )
    )
    await golden("moments", [...lines, ...hints])
  })

  it("limits of tokens", async () => {
    const lines = LIMITS.map((text) => {
      const fits = [undefined, 100, 4000, 100_000].map((asked) => TokenLimit.fits(text, asked) ?? "none")
      return `${text}: ${fits.join(" ")}`
    })
    await golden("limits", lines)
  })

  it("excerpts and failures of the network", async () => {
    const short = (text: string) =>
      JSON.stringify(text).replaceAll(/(.)\1{9,}/g, (all, one: string) => `(${all.length} ${one})`)
    const excerpts = EXCERPTS.map(
      (text) =>
        `${short(text)}: ${short(Excerpt.line(text))}${Excerpt.line(text) === Excerpt.page(text) ? "" : `, a page: ${short(Excerpt.page(text))}`}`
    )
    const failures = CAUSES.map((cause) => {
      const error = new RequestError({ request: HttpClientRequest.get("http://x"), reason: "Transport", cause })
      return `${JSON.stringify(cause)}: ${JSON.stringify(NetworkFailure.of(error))}`
    })
    await golden("excerpts", [...excerpts, ...failures])
  })

  it("how far foreign values are looked through", () => {
    const nested = (levels: number): unknown => (levels === 0 ? "deep" : { a: nested(levels - 1) })
    expect([8, 9].map((levels) => Lenient.texts(nested(levels)))).toEqual(["deep", ""])
    const wide = (fields: number) => Object.fromEntries(Array.from({ length: fields }, (_, n) => [`k${n}`, "v"]))
    expect([499, 500, 501].map((fields) => Lenient.entries(wide(fields)).length)).toEqual([500, 501, 501])
    // A level more is looked at as long as there are fewer than 500.
    const below = (fields: number) => ({ ...wide(fields), last: { inner: "x" } })
    expect([497, 498].map((fields) => Lenient.texts(below(fields)).includes("x"))).toEqual([true, false])
    const long = { a: "x".repeat(8001), b: "y".repeat(8001), c: "z" }
    expect(Lenient.texts(long).length).toBe(16_000)
    expect(Lenient.texts({ a: "x".repeat(8001) }).length).toBe(8000)
  })
})
