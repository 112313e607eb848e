import { assert, describe, it } from "@effect/vitest"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Scenario from "../../../src/simulator/Scenario.js"

const SIX = ["a/a:free", "b/b:free", "c/c:free", "d/d:free", "e/e:free", "f/f:free"]

const names = (scenario: Scenario.Scenario, seed: number, requests: number, at = 0) =>
  SIX.map((model, position) =>
    Array.from({ length: requests }, (_, index) => {
      const nth = index + 1
      return Behavior.at(scenario.plan({ seed, model, position, nth, at }), nth).name
    })
  )

describe("Scenario", () => {
  it("every name stands for a scenario that answers", () => {
    assert.deepStrictEqual([...Scenario.names], ["healthy", "flaky", "rate-limited", "outage", "hostile"])
    for (const name of Scenario.names) {
      const scenario = Scenario.fromName(name)
      assert.strictEqual(scenario.name, name)
      for (const behavior of names(scenario, 1, 3).flat()) assert.match(behavior, /^[a-z0-9_-]+$/)
    }
  })

  it("the same seed gives the same run, another seed another one", () => {
    for (const scenario of [Scenario.flaky, Scenario.hostile]) {
      assert.deepStrictEqual(names(scenario, 5, 20), names(scenario, 5, 20))
      assert.notDeepEqual(names(scenario, 5, 20), names(scenario, 6, 20))
    }
  })

  it("flaky fails often, never three times in a row, and with 429 and 5xx alone", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      for (const run of names(Scenario.flaky, seed, 30)) {
        assert.notMatch(run.map((name) => (name === "ok" ? "o" : "x")).join(""), /xxx/)
        for (const name of run) assert.match(name, /^(?:ok|status-429|status-5\d\d)$/)
      }
    }
    const first = names(Scenario.flaky, 1, 1).flat()
    assert.isTrue(first.some((name) => name !== "ok") && first.includes("ok"), first.join())
  })

  it("hostile deals every failure to six models before any comes twice", () => {
    const dealt = names(Scenario.hostile, 1, 100).flat()
    const failures = Behavior.names.filter((name) => !name.startsWith("ok"))
    assert.sameMembers([...new Set(dealt)], failures)
    const rounds = Math.floor(failures.length / SIX.length)
    const before = names(Scenario.hostile, 1, rounds).flat()
    assert.strictEqual(new Set(before).size, before.length)
  })

  it("an outage ends when it is told to", () => {
    const outage = Scenario.outage("2 seconds")
    assert.deepStrictEqual(new Set(names(outage, 1, 2, 1999).flat()), new Set(["status-503"]))
    assert.deepStrictEqual(new Set(names(outage, 1, 2, 2000).flat()), new Set(["ok"]))
    assert.deepStrictEqual(new Set(names(Scenario.outage(), 1, 2, 1e12).flat()), new Set(["status-503"]))
  })

  it("plans for some models leave the others alone, and a name that does not exist is said at once", () => {
    const scenario = Scenario.perModel({ "a/a:free": "status-500*1" })
    assert.deepStrictEqual(names(scenario, 1, 2).slice(0, 2), [
      ["status-500", "ok"],
      ["ok", "ok"]
    ])
    assert.throws(() => Scenario.perModel({ "a/a:free": "status-50" }), /Unknown behavior "status-50"/)
  })
})
