/** The table of servers without a socket: names, the waits of their limits, and what a row says of itself. */
import { assert, describe, it } from "@effect/vitest"
import * as Behavior from "../../../src/simulator/Behavior.js"
import type * as Call from "../../../src/simulator/Call.js"
import * as Catalog from "../../../src/simulator/Catalog.js"
import * as Draw from "../../../src/simulator/Draw.js"
import * as Dress from "../../../src/simulator/Dress.js"
import * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import * as Program from "../../../src/simulator/Program.js"
import * as Scenario from "../../../src/simulator/Scenario.js"

const call = (name: Names.Profile): Call.Call => {
  const program = Program.make(0, Draw.make(1))
  return {
    id: "gen-1",
    seed: 1,
    model: Catalog.served("m", 8192),
    asked: "m",
    dialect: Profiles.table[name].dialect,
    nth: 1,
    stream: false,
    includeUsage: false,
    promptTokens: 100,
    maxCompletionTokens: undefined,
    latency: 1000,
    now: 1_790_000_000_000,
    program,
    text: Dress.dresses.bare(program)
  }
}

/** A refusal for the rate, as one text: headers and body. */
const refusal = (name: Names.Profile, waitMillis: number | undefined): string =>
  JSON.stringify(
    Profiles.table[name].dialect.limited(call(name), {
      message: "slow down",
      source: undefined,
      requests: 20,
      waitMillis,
      hints: "both"
    })
  )

describe("Profiles", () => {
  it("has a row for each name, and offers the names that flags check", () => {
    assert.sameMembers(Object.keys(Profiles.table), [...Names.PROFILES])
    for (const name of Names.PROFILES) assert.strictEqual(Profiles.table[name].name, name)
    assert.strictEqual(Scenario.names, Names.SCENARIOS)
  })

  it("writes waits as each server does, on both sides of a second and of a minute", () => {
    const said: ReadonlyArray<readonly [Names.Profile, number, RegExp]> = [
      ["groq", 999, /"x-ratelimit-reset-tokens":"0\.999s"/],
      ["groq", 59_999, /"x-ratelimit-reset-tokens":"59\.999s"/],
      ["groq", 60_000, /"x-ratelimit-reset-tokens":"1m0s"/],
      ["groq", 999, /"retry-after":"1"/],
      ["groq", 1001, /"retry-after":"2"/],
      ["openai", 999, /try again in 999ms\./],
      ["openai", 1000, /try again in 1s\./],
      ["openai", 60_500, /try again in 1m0\.5s\./],
      ["azure", 1001, /"retry-after":"2","retry-after-ms":"1001"/],
      ["gemini", 1001, /retry in 1\.001s\..*\\"retryDelay\\":\\"2s\\"/],
      ["litellm", 5000, /Try again in 5 seconds/],
      ["openrouter", 999, /"X-RateLimit-Reset":"1790000001000"/],
      ["openrouter", 1000, /"Retry-After":"1"/]
    ]
    for (const [name, millis, words] of said) assert.match(refusal(name, millis), words, name)
    assert.notInclude(refusal("openrouter", 999), "Retry-After")
  })

  it("says nothing of the wait where the limit keeps it to itself", () => {
    for (const name of Names.PROFILES) {
      assert.notMatch(refusal(name, undefined), /retry-?(?:after|delay)|again in|retry in|reset/i, name)
    }
  })

  it("gives each behavior of a server a name that says whose it is", () => {
    for (const { name, troubles } of Profiles.all) {
      for (const trouble of Object.keys(troubles)) {
        assert.isTrue(trouble.startsWith(`${name}-`))
        assert.include(Behavior.names, trouble)
      }
    }
  })
})
