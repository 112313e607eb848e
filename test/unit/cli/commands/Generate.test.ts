/**
 * What `algogen generate` says where it sends no prompt, as it was read and found right: what stands in
 * `test/golden/command/generate.txt`. `npx vitest run --project unit test/unit/cli/commands/Generate.test.ts -u` writes it anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { expect } from "vitest"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Generate from "../../../../src/cli/commands/Generate.js"
import { flags } from "./generateFlags.js"
import { pages, said, type World } from "./said.js"

const KEY = { OPENROUTER_API_KEY: "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40" }
const OWN = "http://own.test/v1"

const priced = (id: string) => ({ id, pricing: { prompt: "0.000001", completion: "0.000002" } })
const free = (id: string) => ({ id, pricing: { prompt: "0", completion: "0" } })
const listOf = (...models: ReadonlyArray<object>) => [200, { data: models }] as const

const HOME = {
  "GET /api/v1/models": listOf(priced("a/b"), { id: "c/d" }, free("meta-llama/llama-3.2-1b-instruct:free"))
}
const many = Array.from({ length: 7 }, (_, index) => priced(`m/${index}`))

const dry = { dryRun: true, models: [{ model: "a/b" }, { model: "c/d" }, { model: "e/f" }] }
const shown = { showPrompt: true, models: [{ model: "a/b" }] }
const world = { env: KEY, server: HOME }
const more = ["AAPL", "TSLA"]

const cases: ReadonlyArray<readonly [title: string, flags: Partial<Commands.Generate>, world: World]> = [
  ["a dry run", dry, world],
  ["a dry run, as a document", { ...dry, json: true }, world],
  ["a dry run with answers in a journal", { ...dry, resume: true }, world],
  ["a dry run that is quiet", { ...dry, models: [], quiet: true }, world],
  ["a dry run with a budget", { ...dry, budget: 1 }, world],
  ["a dry run with a budget that may not do", { ...dry, budget: 0.001 }, world],
  ["a dry run with a budget that may not do, for two tickers", { ...dry, budget: 0.001, tickers: more }, world],
  ["a dry run with a budget where all have a price", { ...dry, budget: 1, models: [{ model: "a/b" }] }, world],
  ["a dry run with a budget for two tickers", { ...dry, budget: 1, tickers: more }, world],
  [
    "a dry run with a budget of many models without a price",
    { ...dry, budget: 1, samples: 2, models: Array.from({ length: 12 }, (_, n) => ({ model: `u/${n}` })) },
    { env: KEY, server: { "GET /api/v1/models": listOf(...Array.from({ length: 12 }, (_, n) => ({ id: `u/${n}` }))) } }
  ],
  ["a dry run of the default models", { dryRun: true }, world],
  ["a dry run with pages", { ...dry, report: "r.html", open: true, view: true }, world],
  ["a dry run with one page", { ...dry, view: true }, world],
  ["a dry run of a model twice", { ...dry, samples: 2, models: [{ model: "a/b" }] }, world],
  ["a dry run for two tickers", { ...dry, tickers: more }, world],
  ["a dry run for two tickers, as a document", { ...dry, tickers: more, json: true }, world],
  ["a dry run for two tickers, with answers in a journal", { ...dry, tickers: more, resume: true }, world],
  ["a dry run of one ticker's part", { ...dry, shard: { index: 1, of: 2 }, samples: 4 }, world],
  [
    "a dry run of many models for two tickers",
    {
      dryRun: true,
      tickers: more,
      models: Array.from({ length: 42 }, (_, index) => ({ model: index === 0 ? "none" : "a/b" })).map((model, index) =>
        index > 1 ? { model: `n/${index}` } : model
      )
    },
    {
      env: KEY,
      server: { "GET /api/v1/models": listOf(priced("a/b"), ...Array.from({ length: 42 }, (_, n) => priced(`n/${n}`))) }
    }
  ],
  ["a dry run at one's own server", { ...dry, baseUrl: OWN }, { server: { "GET /v1/models": listOf(priced("a/b")) } }],
  ["a dry run without a model", { dryRun: true, baseUrl: OWN }, { server: { "GET /v1/models": listOf(...many) } }],
  [
    "a dry run without one of five",
    { dryRun: true, baseUrl: OWN },
    { server: { "GET /v1/models": listOf(...many.slice(2)) } }
  ],
  ["a dry run without a model or a list", { dryRun: true, baseUrl: OWN }, {}],
  ["a dry run at a base URL without its version", { dryRun: true, baseUrl: "http://own.test" }, {}],
  [
    "a dry run of a model that is typed otherwise, for two tickers",
    { ...dry, models: [{ model: "mid-8b" }, { model: "midd-8b" }], tickers: more, baseUrl: OWN },
    { server: { "GET /v1/models": listOf({ id: "mid-8b" }, { id: "midd-7b" }) } }
  ],
  [
    "the same as a document",
    { ...dry, json: true, models: [{ model: "midd-8b" }], tickers: more, baseUrl: OWN },
    { server: { "GET /v1/models": listOf({ id: "mid-8b" }, { id: "midd-7b" }) } }
  ],
  ["a dry run with a key in place of its variable", { ...dry, apiKeyEnv: "sk-secret-key-1234567890" }, {}],
  ["a dry run with a key that could be a variable", { ...dry, apiKeyEnv: "gsk_4f9aXc81kQpw" }, {}],
  ["a dry run without a key", dry, { server: HOME }],
  ["a dry run with a variable that is not set", { ...dry, apiKeyEnv: "MY_KEY" }, {}],
  ["a dry run of simulated models at a server", { ...dry, simulate: true, baseUrl: OWN }, {}],
  ["a dry run at no address", { ...dry, baseUrl: "x" }, {}],
  ["a ticker that is no symbol", { ...dry, tickers: ["../x"] }, world],
  ["the prompts", shown, {}],
  ["the prompts, as a document", { ...shown, json: true }, {}],
  ["the prompts of two samples for two tickers", { ...shown, samples: 2, tickers: more, system: "Be brief." }, {}],
  ["the prompts of the default models", { showPrompt: true }, {}],
  ["the prompts of jobs", { ...shown, models: [], jobs: "jobs.jsonl" }, {}],
  ["the prompts with a page", { ...shown, report: "r.html" }, {}],
  ["the prompts of a batch", { ...shown, db: "sqlite:x" }, {}],
  ["a prompt with a mistake", { ...shown, prompt: "Trade {{tikcer}}." }, {}],
  ["instructions with a mistake", { ...shown, system: "Trade {{tikcer}}." }, {}],
  ["a prompt with the key in it", { ...shown, prompt: `Use ${KEY.OPENROUTER_API_KEY}` }, { env: KEY }],
  ["instructions with the key in them", { ...shown, system: `Use ${KEY.OPENROUTER_API_KEY}` }, { env: KEY }],
  ["distinct ones for two tickers", { ...dry, distinct: 2, tickers: more }, world],
  [
    "the data of a folder without any",
    { ...shown, data: ["prices"] },
    { files: { prices: undefined, "prices/a.md": "" } }
  ],
  ["data that are not there", { ...shown, data: ["prices.csv"] }, {}]
]

describe("a run that sends no prompt", () => {
  it.effect("says what it said", () =>
    Effect.gen(function* () {
      const text = yield* pages(
        cases.map(([title, given, world]) => [title, said(Generate.begin({ ...flags, ...given }), world)] as const)
      )
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot("../../../golden/command/generate.txt"))
    })
  )
})

describe("flags that exclude each other", () => {
  const SWITCHES = {
    json: "--json",
    events: "--events",
    dryRun: "--dry-run",
    showPrompt: "--show-prompt",
    quiet: "--quiet",
    verbose: "--verbose"
  } as const
  const EXCLUDED = [
    "--events --json",
    "--events --dry-run",
    "--events --show-prompt",
    "--events --quiet",
    "--dry-run --show-prompt",
    "--quiet --verbose"
  ]

  it.effect("are refused in pairs, and no others are", () =>
    Effect.gen(function* () {
      const names = Object.entries(SWITCHES)
      const refused: Array<string> = []
      for (const [place, [one, first]] of names.entries()) {
        for (const [other, second] of names.slice(place + 1)) {
          const text = yield* said(Generate.begin({ ...flags, showPrompt: false, [one]: true, [other]: true }))
          const [, pair] = /^! algogen: use either (--[\w-]+ or --[\w-]+), not both \(exit code 2\)$/.exec(text) ?? []
          if (pair !== undefined) refused.push(pair.replace(" or ", " "))
          else assert.notInclude(EXCLUDED, `${first} ${second}`)
        }
      }
      strictEqual(refused.toSorted().join("\n"), EXCLUDED.toSorted().join("\n"))
    })
  )
})
