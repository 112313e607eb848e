/**
 * What callers without a type checker are told, option by option and value by value, and what each event is called: what stands
 * in `test/golden/promise`, as it was read and found right. Where it is meant to change, `npx vitest run --project unit
 * test/unit/promise/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Logger, Option } from "effect"
import { expect } from "vitest"
import { Algorithm } from "../../../src/domain/Algorithm.js"
import { ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Asking from "../../../src/durable/Asking.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as Arguments from "../../../src/promise/Arguments.js"
import * as Callback from "../../../src/promise/Callback.js"
import * as Calls from "../../../src/promise/Calls.js"
import { createClient } from "../../../src/promise/Client.js"
import * as Place from "../../../src/promise/Place.js"
import * as Report from "../../../src/promise/Report.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"

const told = (checked: Arguments.Checked): string =>
  Either.match(checked, { onLeft: ({ message }) => message, onRight: () => "fine" })

const VALUES: ReadonlyArray<unknown> = [
  null,
  -1,
  -0.1,
  0,
  0.5,
  1,
  2,
  2.1,
  Number.NaN,
  2 ** 53,
  "",
  " ",
  "low",
  "day",
  "pandas",
  "os",
  "x".repeat(40),
  "x".repeat(41),
  true,
  [],
  ["pandas"],
  ["os"],
  ["a", ""],
  {},
  { order: ["x"] },
  { order: 1n },
  new AbortController().signal,
  () => 1
]

const shown = (value: unknown): string => {
  if (typeof value === "bigint" || typeof value === "function") return typeof value
  if (value instanceof AbortSignal) return "a signal"
  if (typeof value === "number") return String(value)
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)).replaceAll(
    /x{9,}/g,
    (all) => `(${all.length} x)`
  )
}

const DOORS = {
  several: (given: unknown) => Arguments.several(["a/b"], "AAPL", undefined, given),
  one: (given: unknown) => Arguments.one("a/b", "Write.", given),
  client: Arguments.client
} as const

describe("what callers are told is what it was:", () => {
  it("options", async () => {
    const lines = Object.entries(DOORS).flatMap(([door, check]) => {
      const all = told(check({ unheardOf: 1 }))
      const names = all.slice(all.lastIndexOf("are ") + 4).split(", ")
      const each = names.map((name) => {
        const verdicts = VALUES.map((value) => [shown(value), told(check({ [name]: value }))] as const)
        const fine = verdicts.flatMap(([value, verdict]) => (verdict === "fine" ? [value] : []))
        const wrong = verdicts.find(([, verdict]) => verdict !== "fine")?.[1]
        return `  ${name}: ${fine.join(" ")}\n    ${wrong}`
      })
      return [`${door}: ${all}`].concat(
        each,
        VALUES.slice(0, 3).map((value) => `  ${shown(value)}: ${told(check(value))}`),
        `  ${told(check({ MAX_RETRIES: 1, maxRetries: -1 }))}`
      )
    })
    const refused = VALUES.map((value) =>
      `${shown(value)}: ${told(Arguments.one("a/b", "Write.", { maxRetries: value }))}`.replaceAll(
        /x{9,}/g,
        (all) => `(${all.length} x)`
      )
    )
    const calls = [
      [undefined, "AAPL", undefined],
      ["a/b", "AAPL", undefined],
      [["a/b", " "], "AAPL", undefined],
      [[], "AAPL", null],
      [["a/b"], 5, undefined],
      [["a/b"], "", () => 1],
      [["a/b"], "AAPL", "call"]
    ].map(([models, ticker, callback]) => told(Arguments.several(models, ticker, callback, {})))
    const ones = [
      ["", "x"],
      ["a/b", " "],
      [5, "x"],
      ["a/b", undefined]
    ].map(([model, prompt]) => told(Arguments.one(model, prompt, {})))
    await expect(`${[...lines, ...refused, ...calls, ...ones].join("\n")}\n`).toMatchFileSnapshot(
      "../../golden/promise/options.txt"
    )
  })
})

describe("a callback", () => {
  const heard = <A>(work: Effect.Effect<A>) =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      yield* Effect.provide(work, Logger.replace(Logger.defaultLogger, logger))
      return said
    })

  it.effect("that throws is logged once, in a line, whatever it throws; none is fine", () =>
    Effect.gen(function* () {
      const thrown: ReadonlyArray<readonly [unknown, string]> = [
        [new TypeError("broken\nin two"), "TypeError: broken"],
        ["a word", "a word"],
        [{ a: 1 }, '{"a":1}']
      ]
      for (const [what, words] of thrown) {
        let calls = 0
        const tell = Callback.teller(() => {
          calls += 1
          throw what
        })
        const said = yield* heard(Effect.zipRight(tell(1, "x"), tell(2, "y")))
        expect(said).toEqual([`the progress callback threw (${words}); it is still called for later events`])
        expect(calls).toBe(2)
      }
      for (const none of [null, undefined]) expect(yield* heard(Callback.teller(none)(1, "x"))).toEqual([])
      const rejects = Callback.teller(() => Promise.reject(new Error("late")))
      const twice = Effect.zipRight(rejects(1, "x"), rejects(2, "y"))
      expect(
        yield* heard(
          Effect.zipLeft(
            twice,
            Effect.promise(() => Promise.resolve())
          )
        )
      ).toEqual(["the progress callback threw (Error: late); it is still called for later events"])
    })
  )

  it.effect("hears of saving only where there are files", () =>
    Effect.gen(function* () {
      const messages: Array<string> = []
      const tell = Callback.teller((percent, message) => void messages.push(`${percent} ${message}`))
      const event = { _tag: "Saved", index: 3, model: "x/y", path: "p" } as const
      yield* Callback.listener(tell, { hasFiles: false, indexed: true })({ event, percent: 5 })
      expect(messages).toEqual([])
      yield* Callback.listener(tell, { hasFiles: true, indexed: true })({ event, percent: 5 })
      expect(messages).toEqual(["5 MODEL_OK::3::x/y::saved"])
    })
  )
})

describe("a call", () => {
  it("brings the value, or throws the error itself", async () => {
    expect(await Calls.run(Effect.succeed(5), undefined)).toBe(5)
    const error = new Error("mine")
    await expect(Calls.run(Effect.fail(error), undefined)).rejects.toBe(error)
    await expect(Calls.run(Effect.die(error), undefined)).rejects.toBe(error)
    expect(await Calls.run(Effect.succeed(6), "no signal")).toBe(6)
    await expect(Calls.run(Effect.interrupt, undefined)).rejects.toThrow()
  })

  it("ends with its signal and its reason, however many there are, and listens once", async () => {
    const controller = new AbortController()
    const { signal } = controller
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1
      add(...given)
    }
    let ended = 0
    const waits = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (ended += 1)))
    expect(await Calls.run(Effect.succeed("over"), signal)).toBe("over")
    const calls = [Calls.run(waits, signal), Calls.run(waits, signal)]
    await Calls.run(Effect.sleep(1), undefined)
    controller.abort(new Error("enough"))
    for (const call of calls) await expect(call).rejects.toThrow("enough")
    expect([listeners, ended]).toEqual([1, 2])
    let began = false
    await expect(
      Calls.run(
        Effect.sync(() => (began = true)),
        signal
      )
    ).rejects.toThrow("enough")
    expect(began).toBe(false)
  })

  it("that fails by itself is no abort", async () => {
    const controller = new AbortController()
    await expect(Calls.run(Effect.fail(new Error("mine")), controller.signal)).rejects.toThrow("mine")
  })
})

describe("a client that is closed", () => {
  it("refuses calls, and closes once", async () => {
    expect(() => createClient({ maxRetries: -1 })).toThrow("maxRetries must be a whole number of at least 0, not -1")
    const client = createClient({ apiKey: "k" })
    // Found before anything is made or read.
    await expect(client.generateAlgorithm("", "Write.")).rejects.toThrow("modelId must be a model id")
    const closing = client.close()
    expect(client.close()).toBe(closing)
    await closing
    await client[Symbol.asyncDispose]()
    for (const call of [
      client.generateAlgorithm("a/b", "Write."),
      client.generateAlgorithms(["a/b"], "AAPL"),
      client.generateAlgorithmsForAgents(["a/b"], "AAPL")
    ]) {
      await expect(call).rejects.toThrow("the client is closed")
    }
  })
})

describe("nowhere", () => {
  it.effect("is a place that keeps nothing on a disk", () =>
    Effect.gen(function* () {
      expect(Place.DIRECTORY).toBe("generated")
      for (const place of [Place.strict(null), Place.lenient(null)]) {
        const store = yield* Effect.provide(AlgorithmStore, place)
        yield* store.prepare
      }
    })
  )
})

describe("a report", () => {
  const request = { model: "a/b", ticker: "AAPL" }
  const algorithm = new Algorithm({
    ...request,
    code: "pass\n",
    promptHash: "abc",
    generatedAt: DateTime.unsafeMake(0),
    sample: 2
  })
  const failed = Asking.failed(
    { index: 1, messages: [], request: { ...request, sample: 2 } },
    new ServerFailed({ status: 503, message: "busy" }),
    5
  )
  const report: GenerationReport = {
    success: true,
    ticker: "AAPL",
    startedAt: 0,
    durationMs: 7,
    algorithms: [Option.some(algorithm), Option.none()],
    outcomes: [
      {
        ...failed,
        index: 0,
        sample: 1,
        status: "ok",
        reason: Option.none(),
        algorithm: Option.some(algorithm),
        file: Option.some("a.py")
      },
      failed
    ]
  }

  it("is plain values, with files only where there are any", () => {
    const [plain, without] = [Report.make(report, true), Report.make(report, false)]
    expect(plain).toMatchInlineSnapshot(`
      {
        "algorithms": [
          {
            "code": "pass
      ",
            "generatedAt": "1970-01-01T00:00:00.000Z",
            "model": "a/b",
            "promptHash": "abc",
            "sample": 2,
            "simulated": false,
            "ticker": "AAPL",
          },
          null,
        ],
        "durationMs": 7,
        "outcomes": [
          {
            "attemptLog": [],
            "attempts": 0,
            "durationMs": 0,
            "file": "a.py",
            "index": 0,
            "model": "a/b",
            "promptHash": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
            "sample": 1,
            "status": "ok",
          },
          {
            "attemptLog": [],
            "attempts": 0,
            "durationMs": 0,
            "index": 1,
            "model": "a/b",
            "promptHash": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
            "reason": {
              "_tag": "ServerFailed",
              "message": "busy",
              "retryAt": "1970-01-01T00:00:00.005Z",
              "status": 503,
            },
            "sample": 2,
            "status": "failed",
          },
        ],
        "startedAt": "1970-01-01T00:00:00.000Z",
        "success": true,
        "ticker": "AAPL",
        "totals": {
          "cost": 0,
          "failed": 1,
          "ok": 1,
          "requests": 0,
          "requestsOfUnknownCost": 0,
          "retries": 0,
          "skipped": 0,
          "successRate": 0.5,
        },
      }
    `)
    expect([plain.outcomes[0]?.file, without.outcomes[0]?.file]).toEqual(["a.py", undefined])
    expect(JSON.stringify(plain)).not.toContain("undefined")
  })
})
