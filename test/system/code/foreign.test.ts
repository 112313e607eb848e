/** What a server sends may be meant to keep the process busy: no body takes much longer than its length. */
import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as Classify from "../../../src/api/wire/Classify.js"
import * as Secret from "../../../src/api/wire/Secret.js"

const SIZE = 1_000_000
/** The most is 70 times as long as for letters; bodies of many fields took thousands of times as long. */
const TIMES = 150
const KEY = Redacted.make("sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef")
const secret = Secret.make(KEY)

const judge = (status: number, body: string) => () =>
  Classify.classify({ _tag: "Body", status, headers: {}, text: secret.scrub(body) }, { model: "m/x" }, 0, secret)

/** By the time of the processor, of which what else the machine does takes nothing. */
const shortest = (run: () => void): number => {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage()
    run()
    const { system, user } = process.cpuUsage(before)
    return (system + user) / 1000
  })
  return Math.min(...times)
}

const many = (value: unknown) => {
  const length = Math.floor(SIZE / (JSON.stringify(value).length + 9))
  return Object.fromEntries(Array.from({ length }, (_, n) => [`k${n}`, value]))
}

describe("a body of a megabyte is judged soon, whatever it consists of", () => {
  const letters = shortest(() => secret.scrub("abcdefg ".repeat(SIZE / 8)))

  for (const [name, body] of [
    ...["\\", '\\"', "\\u0061", "%41", "&amp;", "\\101"].map((escape) => [
      `of ${escape}`,
      `{"a":"${escape.repeat(SIZE / escape.length)}`
    ]),
    ["of fields", JSON.stringify(many({ m: "retry in 5" }))],
    ["of fields in its error", JSON.stringify({ error: many({ m: "retry in 5" }) })],
    ["of fields in its message", JSON.stringify({ message: many(["x"]) })],
    ["of JSON in a string", JSON.stringify({ error: { message: JSON.stringify(many({ m: "x" })) } })]
  ] as const) {
    it.each([200, 400])(`${name}, %i`, (status) => {
      const took = shortest(judge(status, body ?? ""))
      assert.isBelow(took / letters, TIMES, `${took} ms, and ${letters} ms for letters`)
    })
  }
})
