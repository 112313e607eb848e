/** The list of models. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Models from "../../../../src/cli/commands/Models.js"
import * as Look from "../../../../src/cli/view/Look.js"
import { said, type World } from "./said.js"

const LIST = [
  { id: "a/paid", context_length: 4096, pricing: { prompt: "0.000001", completion: "0.0000025" } },
  { id: "a/free:free", pricing: { prompt: "0", completion: "0" } },
  { id: "b/unknown" }
]

const flags: Commands.Models = {
  word: undefined,
  free: false,
  baseUrl: "http://own.test/v1",
  apiKeyEnv: undefined,
  simulate: false,
  json: false,
  verbose: false
}

const list = (
  given: Partial<Commands.Models> = {},
  server: World["server"] = { "GET /v1/models": [200, { data: LIST }] }
) => Effect.map(said(Models.list({ ...flags, ...given }), { server }), (text) => text.replace(/\n> GET .*$/, ""))

describe("the list of models", () => {
  it("leaves out columns where there is no room, so that ids can be copied", () => {
    const id = "meta-llama/llama-3.2-1b-instruct:free"
    const lines = (columns: number) => Models.table([{ id, contextLength: 4096 }], Look.terminal(columns)).split("\n")
    deepStrictEqual(lines(100).at(-1)?.split(/ {2,}/), [id, "4096", "?", "?"])
    deepStrictEqual(lines(60).at(-1)?.split(/ {2,}/), [id, "?"])
    deepStrictEqual(lines(40), ["model", id])
  })

  it.effect("has a row for each, with what is known of it", () =>
    Effect.gen(function* () {
      const header = "model        context  $ per 1M tokens in  out"
      const paid = "a/paid       4096     1.00                2.50"
      const free = "a/free:free  ?        0.00                0.00"
      const unknown = "b/unknown    ?        ?                   ?"
      strictEqual(yield* list(), [header, paid, free, unknown].join("\n"))
      strictEqual(yield* list({ free: true }), [header, free].join("\n"))
      strictEqual((yield* list({ word: "A/" })).split("\n").length, 3)
      strictEqual((yield* list({ word: "UNKNOWN" })).split("\n").length, 2)
    })
  )

  it.effect("counts those that are hidden, where nothing else is looked for", () =>
    Effect.gen(function* () {
      const hidden = [1, 2].map((n) => ({ id: `sim/${n}`, hidden: true }))
      const server = { "GET /v1/models": [200, { data: [...LIST, ...hidden] }] } as const
      const said = (given: Partial<Commands.Models> = {}) =>
        Effect.map(list(given, server), (text) => text.split("\n").slice(-1)[0])
      strictEqual(yield* said(), "and 2 ids with special behaviors: algogen simulate --list shows them")
      strictEqual((yield* list({}, server)).split("\n").length, 6)
      strictEqual(yield* said({ free: true }), "a/free:free  ?        0.00                0.00")
      strictEqual(yield* said({ word: "b/" }), "b/unknown  ?        ?                   ?")
      strictEqual((yield* list({ json: true }, server)).includes("sim/1"), false)
      strictEqual(
        yield* list({ word: "sim/2" }, server),
        "! The server lists no model with 'sim/2' in its id.\n1 id with special behaviors: algogen simulate --list shows them"
      )
    })
  )

  it.effect("is a document", () =>
    Effect.gen(function* () {
      const { baseUrl, models } = JSON.parse(yield* list({ json: true, free: true }))
      strictEqual(baseUrl, "http://own.test/v1")
      strictEqual(JSON.stringify(models), '[{"id":"a/free:free","price":{"prompt":0,"completion":0}}]')
    })
  )

  it.effect("may be empty, which is no failure", () =>
    Effect.gen(function* () {
      const empty = { "GET /v1/models": [200, { data: [] }] } as const
      const none = (what: string) => `! The server lists no ${what}.`
      strictEqual(yield* list({}, empty), none("model"))
      strictEqual(yield* list({ free: true }, empty), none("free model"))
      strictEqual(yield* list({ word: "x/y" }), none("model with 'x/y' in its id"))
      strictEqual(yield* list({ word: "paid", free: true }), none("free model with 'paid' in its id"))
      const { models } = JSON.parse(yield* list({ word: "x/y", json: true }))
      strictEqual(JSON.stringify(models), "[]")
    })
  )

  it.effect("fails where there is none, and says why", () =>
    Effect.gen(function* () {
      strictEqual(
        yield* list({}, {}),
        "! algogen: this server has no list of models (HTTP 404: No such page): its documentation has their names (exit code 1)"
      )
      strictEqual(
        yield* list({}, { "GET /v1/models": [503, { error: { message: "busy" } }] }),
        "! algogen: GET /models: HTTP 503: busy (exit code 1)"
      )
      strictEqual(
        yield* list({ baseUrl: "http://own.test" }, {}),
        "! algogen: GET /models: HTTP 404: No such page; the base URL has no API version: try http://own.test/v1 (exit code 1)"
      )
    })
  )
})
