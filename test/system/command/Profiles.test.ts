/** The command as a user of each server types it: against every profile, with nothing but a base URL and a name. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Names from "../../../src/simulator/Names.js"
import { algogen, algorithms, models, PATIENCE, read, scene } from "./command.js"

interface Facts {
  /** Requests until the first good answer. */
  readonly requests: number
  /** What has to be said of the name on the way. */
  readonly notes: ReadonlyArray<RegExp>
  /** What the server says to a name that nobody has, and what the doctor makes of it; absent: it takes any name. */
  readonly refuses?: readonly [words: RegExp, advice: RegExp]
  /** Whether such a name counts as skipped: the server has a list to compare with. */
  readonly skips?: false
}

const MODEL = "llama3.2"
const UNLISTED = /^llama3\.2 is not in this server's list of models \(which has [^)]+\);\s+asking for it\s+anyway$/m
const NO_LIST = /^The list of models is not available \([^]+\);\s+asking\s+for /m

const listHas = (id: string): RegExp =>
  new RegExp(`check the model id: the server's list of models has .*${id.replaceAll(/[.*]/g, "\\$&")}`)

const facts: Readonly<Record<Names.Profile, Facts>> = {
  openrouter: { requests: 1, notes: [UNLISTED], refuses: [/not a valid model ID/, listHas("openai/gpt-4o-mini")] },
  openai: { requests: 1, notes: [UNLISTED], refuses: [/does not exist/, listHas("gpt-4o-mini")] },
  azure: {
    requests: 1,
    notes: [UNLISTED],
    refuses: [/deployment for this resource/, /the name that you gave to the deployment/]
  },
  gemini: { requests: 1, notes: [UNLISTED], refuses: [/is not found/, listHas("models/gemini-2.5-flash")] },
  mistral: {
    requests: 2,
    notes: [UNLISTED, /^llama3\.2: the server refuses 'stream_options', so it is not sent$/m],
    refuses: [/Invalid model/, listHas("codestral-latest")]
  },
  groq: { requests: 1, notes: [UNLISTED], refuses: [/does not exist/, listHas("openai/gpt-oss-20b")] },
  minimax: {
    requests: 1,
    notes: [NO_LIST],
    refuses: [/unknown model 'gpt-0'/, /this server has no list of models/],
    skips: false
  },
  litellm: { requests: 1, notes: [UNLISTED], refuses: [/Invalid model name/, listHas("openai/*")] },
  ollama: { requests: 1, notes: [], refuses: [/model 'gpt-0' not found/, listHas("llama3.2:latest")] },
  llamacpp: { requests: 1, notes: [UNLISTED] },
  lmstudio: { requests: 1, notes: [UNLISTED], refuses: [/"gpt-0" not found/, listHas("qwen2.5-coder-7b-instruct")] },
  vllm: { requests: 1, notes: [UNLISTED], refuses: [/does not exist/, listHas("Qwen/Qwen2.5-Coder-7B-Instruct")] }
}

const play = (profile: Names.Profile, { notes, refuses, requests, skips }: Facts) =>
  Effect.gen(function* () {
    const { folder, server } = yield* scene({ profile, latency: () => 0, latencyScale: 0 })
    const base = ["--base-url", `http://127.0.0.1:${server.port}/v1`]
    const run = (command: string, ...more: ReadonlyArray<string>) => algogen([command, ...base, ...more], { folder })

    const good = yield* run("generate", ...models(MODEL))
    assert.strictEqual(good.code, 0, good.stderr)
    for (const note of notes) assert.match(good.stderr, note)
    if (notes.length === 0) assert.notMatch(good.stderr, /not in this server's list|not available/)
    assert.deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_llama3_2.py"])
    assert.include(yield* read(folder, "generated", "generated_algo_llama3_2.py"), `# model: ${MODEL}\n`)
    const seen = yield* server.stats
    // No answer that arrived whole is paid for twice.
    assert.strictEqual(seen.recent.filter(({ behavior }) => behavior !== "refused").length, 1)
    assert.strictEqual(seen.requests, requests)

    const well = yield* run("doctor", ...models(MODEL))
    assert.strictEqual(well.code, 0, well.stdout)
    assert.match(well.stdout, /^✓ a small request to llama3\.2 succeeded in /m)
    assert.notInclude(well.stdout, "✗")

    if (refuses === undefined) return
    const [words, advice] = refuses
    const missing = yield* run("generate", "--json", ...models("gpt-0"))
    assert.strictEqual(missing.code, 1)
    const [result] = JSON.parse(missing.stdout).results
    assert.strictEqual(result.status, skips === false ? "failed" : "skipped", missing.stdout)
    assert.strictEqual(result.reason._tag, skips === false ? "Rejected" : "ModelUnavailable")
    assert.strictEqual(result.attempts, 1)
    assert.match(result.reason.message, words)
    const ill = yield* run("doctor", ...models("gpt-0"))
    assert.strictEqual(ill.code, 1)
    assert.match(ill.stdout, words)
    assert.match(ill.stdout, advice)
  })

describe.concurrent("the command at each server", PATIENCE, () => {
  it.scopedLive("tells before a run what its list has", () =>
    Effect.gen(function* () {
      for (const [profile, there] of [
        ["ollama", /^llama3\.2 +on offer /m],
        ["openai", /^llama3\.2 +not listed /m],
        ["minimax", /^llama3\.2 +not listed /m]
      ] as const) {
        const { folder, server } = yield* scene({ profile, latency: () => 0, latencyScale: 0 })
        const base = ["--base-url", server.baseUrl]
        const dry = yield* algogen(["generate", "--dry-run", ...base, ...models(MODEL)], { folder })
        assert.match(dry.stdout, there)
        if (profile === "openai") continue
        const list = yield* algogen(["models", ...base], { folder })
        if (profile === "ollama") assert.match(list.stdout, /^llama3\.2:latest /m)
        else assert.match(list.stderr, /this server has no list of models \(404 page not found\)/)
      }
    })
  )

  it.scopedLive("names what there is where no model is named", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene({ profile: "ollama", latency: () => 0, latencyScale: 0 })
      const run = yield* algogen(["generate", "--base-url", server.baseUrl], { folder })
      assert.strictEqual(run.code, 2)
      assert.match(run.stderr, /name a model with --model: this server has .*llama3\.2:latest/)
      // The six default models are OpenRouter's.
      const origin = ["--base-url", new URL(server.baseUrl).origin]
      const lost =
        /name a model with --model: this server has no list of models \(404 page not found\); the base URL has no API version: try http:\S+\/v1$/m
      const generate = yield* algogen(["generate", ...origin], { folder })
      assert.strictEqual(generate.code, 2)
      assert.match(generate.stderr, lost)
      const doctor = yield* algogen(["doctor", ...origin], { folder })
      assert.strictEqual(doctor.code, 1)
      assert.match(doctor.stdout, lost)
      const listing = yield* algogen(["doctor", "--base-url", server.baseUrl], { folder })
      assert.strictEqual(listing.code, 1)
      assert.match(listing.stdout, /^✗ name a model with --model: this server has llama3\.2:latest/m)
    })
  )

  it.scopedLive("says how to find out what there is where the server has none of the models", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene({ profile: "ollama", latency: () => 0, latencyScale: 0 })
      const asked = (...ids: ReadonlyArray<string>) =>
        Effect.map(
          algogen(["generate", "--base-url", server.baseUrl, ...models(...ids)], { folder }),
          ({ stdout }) => stdout.trimEnd().split("\n").at(-1) ?? ""
        )
      const advice = "run algogen models with the same --base-url to see what the server has"
      assert.strictEqual(yield* asked("llama9", "llama8"), advice)
      assert.notInclude(yield* asked("llama9", "llama3.2"), "algogen models")
    })
  )

  for (const profile of Names.PROFILES) {
    it.scopedLive(profile, () => play(profile, facts[profile]))
  }
})
