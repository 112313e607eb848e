/**
 * What a run says, refuses, counts and reports, as a whole: what stands in `test/golden/generation`, as it was read and found
 * right. Where it is meant to change, `npx vitest run --project unit test/unit/generation/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Exit, FiberId, Option } from "effect"
import { expect } from "vitest"
import { Algorithm } from "../../../src/domain/Algorithm.js"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { Attempt } from "../../../src/domain/Attempt.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import {
  BadCode,
  CutOff,
  DeadlineExceeded,
  GenerationError,
  Interrupted,
  ModelUnavailable,
  NotAsked,
  RateLimited,
  ServerFailed,
  type Reason
} from "../../../src/domain/GenerationError.js"
import { sha256 } from "../../../src/domain/Hash.js"
import * as Asking from "../../../src/durable/Asking.js"
import * as CameTo from "../../../src/generation/CameTo.js"
import * as Estimate from "../../../src/generation/Estimate.js"
import * as Plan from "../../../src/generation/Plan.js"
import * as Preview from "../../../src/generation/Preview.js"
import * as Progress from "../../../src/generation/Progress.js"
import * as Report from "../../../src/generation/Report.js"
import { StoreError } from "../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/generation/${name}.txt`)

const usage = new Usage({ promptTokens: 10, completionTokens: 20, cost: 0.25 })
const attempt = (number: number, more: Partial<ConstructorParameters<typeof Attempt>[0]> = {}) =>
  new Attempt({
    number,
    cause: number === 1 ? "first" : "backoff",
    waitedMs: 0,
    startedAt: 1000,
    durationMs: 5,
    outcome: "ok",
    status: 200,
    ...more
  })
const busy = new ServerFailed({ status: 503, message: "busy" })
const outcome = (index: number, reason: Reason | undefined, more: Partial<Report.Outcome> = {}): Report.Outcome => ({
  ...Asking.failed({ index, messages: [], request: { model: `x/${index}`, ticker: "AAPL" } }, reason ?? busy),
  ...(reason === undefined ? { status: "ok" as const, reason: Option.none() } : {}),
  ...more
})
const algorithm = (model: string, code = "pass\n") =>
  new Algorithm({ model, ticker: "AAPL", code, promptHash: "abc", generatedAt: DateTime.unsafeMake(0) })

describe("what a run refuses is what it was:", () => {
  const told = <A>(plan: Effect.Effect<A, Plan.InvalidRequest>): string =>
    Effect.runSync(Effect.match(plan, { onFailure: ({ message }) => message, onSuccess: () => "fine" }))
  const base = { models: ["a/b"], ticker: "AAPL" }

  it("options, both sides of each limit", async () => {
    const options: Readonly<Record<string, ReadonlyArray<unknown>>> = {
      concurrency: [0, 1, 1.5],
      maxRetries: [-1, 0],
      patience: [-1, 0],
      maxCompletionTokens: [0, 1],
      rounds: [-1, 0, 20, 21, 1.5],
      repairs: [-1, 0],
      budget: [-0.01, 0, Number.POSITIVE_INFINITY, Number.NaN],
      deadline: [0, 1, "0 seconds"],
      requestTimeout: [0, 1],
      samples: [0, 1, 100, 101, 1.5],
      distinct: [-1, 0, 100, 101],
      models: [[], [""], [" "], ["a\u0000b"], [{ model: "a/b", sample: 0 }], "a/b"],
      ticker: ["", "a b", "aapl", "x".repeat(15), "x".repeat(16)]
    }
    const lines = Object.entries(options).flatMap(([name, values]) =>
      values.map((value) => `${name} ${JSON.stringify(value)}: ${told(Plan.make({ ...base, [name]: value }))}`)
    )
    const requests: ReadonlyArray<object> = [
      {},
      { sample: 0 },
      { sample: 1 },
      { sample: 1.5 },
      { position: -1 },
      { position: 0 },
      { model: " " },
      { model: "a\u202eb" },
      { ticker: "?" },
      { model: 5 },
      { ticker: 5 }
    ]
    const asked = requests.map(
      (request) =>
        `${JSON.stringify(request)}: ${told(Effect.flatMap(Plan.planner(undefined), (plan) => plan({ model: "a/b", ticker: "AAPL", ...request }, 0)))}`
    )
    await golden("refusals", [...lines, ...asked])
  })

  it("and what it plans", async () => {
    const plan = Effect.runSync(
      Plan.make({
        models: ["a/b", { model: "c/d", effort: "low" }],
        ticker: "aapl",
        samples: 2,
        distinct: 3,
        rounds: 0,
        system: "be brief"
      })
    )
    const slots = plan.slots.map(({ index, messages, model, parameters, promptHash, sample, seed, strategy, ticker }) =>
      JSON.stringify({
        index,
        model,
        ticker,
        sample,
        seed,
        strategy,
        parameters,
        roles: messages.map(({ role }) => role),
        promptHash
      })
    )
    expect([plan.ticker, plan.concurrency, plan.goesOn, plan.distinct, plan.samples]).toEqual(["AAPL", 6, true, 3, 2])
    const goesOn = [{}, { rounds: 1 }, { distinct: 1 }].map(
      (more) => Effect.runSync(Plan.make({ ...base, ...more })).goesOn
    )
    expect(goesOn).toEqual([false, true, true])
    await golden("plan", slots)
    const user = { role: "user", content: "x" } as const
    const hashes = [[], [user], [{ role: "system", content: "x" } as const], [user, user]].map(Plan.promptHash)
    expect(new Set(hashes).size).toBe(4)
    expect(hashes[1]).toBe(sha256("x"))
  })
})

describe("what a run says is what it was:", () => {
  const make = Progress.make
  const of = (index: number) => ({ index, model: `x/${index}` })
  const EVENTS: ReadonlyArray<Progress.Event> = [
    make.RunStarted({ ticker: "AAPL", models: ["x/0"] }),
    make.RunStarted({ ticker: "AAPL", models: ["x/0", "x/1"] }),
    make.Note({ message: "a note" }),
    make.SlotAdded({ ...of(2), ticker: "AAPL", sample: 2 }),
    make.ModelStarted(of(0)),
    make.Writing({ ...of(0), text: "x", offset: 0 }),
    make.AttemptFailed({ ...of(0), attempt: attempt(1, { outcome: "TimedOut" }) }),
    make.AttemptFailed({ ...of(0), attempt: attempt(1, { outcome: "TimedOut" }), retryAt: 5 }),
    make.AttemptFailed({ ...of(0), attempt: attempt(1, { outcome: "TimedOut", message: "late" }), retryAt: 5 }),
    make.RoundPlayed({ ...of(0), round: 1, result: "better", choice: 0.01 }),
    make.Generated({ ...of(0), code: Array.from({ length: 30 }, (_, n) => `line ${n + 1}`).join("\n") }),
    make.Saved({ ...of(0), path: "p" }),
    make.SaveFailed({ ...of(0), message: "full" }),
    make.Failed({ ...of(0), reason: busy }),
    make.Skipped({ ...of(0), reason: new ModelUnavailable({ message: "gone" }) }),
    make.Skipped({ ...of(0), reason: new NotAsked({ message: "not asked" }) }),
    make.Settled({ ...of(0), outcome: outcome(0, busy) }),
    make.RunFinished({ generated: 1, requested: 1, left: 0 }),
    make.RunFinished({ generated: 0, requested: 2, left: 1 })
  ]

  it("messages", async () => {
    await golden(
      "messages",
      EVENTS.map((event) => `${event._tag}: ${JSON.stringify(Progress.toMessages(event))}`)
    )
  })

  it("percentages", () => {
    const percents = (...events: ReadonlyArray<Progress.Event>) => events.map(Progress.meter())
    const [generated, saved, failed] = [
      (n: number) => make.Generated({ ...of(n), code: "" }),
      (n: number) => make.Saved({ ...of(n), path: "" }),
      (n: number) => make.Failed({ ...of(n), reason: busy })
    ]
    const played = (n: number, round: number) => make.RoundPlayed({ ...of(n), round, result: "first" })
    const started = (models: number, more: object = {}) =>
      make.RunStarted({ ticker: "AAPL", models: Array.from({ length: models }, (_, n) => `x/${n}`), ...more })
    const over = make.RunFinished({ generated: 1, requested: 1, left: 0 })
    const added = (n: number) => make.SlotAdded({ ...of(n), ticker: "AAPL", sample: 2 })
    expect({
      one: percents(started(1), make.ModelStarted(of(0)), generated(0), saved(0), over),
      three: percents(
        started(3),
        generated(0),
        failed(1),
        make.Skipped({ ...of(2), reason: busy }),
        saved(0),
        make.SaveFailed({ ...of(1), message: "" }),
        over
      ),
      none: percents(started(0), over),
      unasked: percents(generated(0), saved(0)),
      distinct: percents(started(2, { distinct: 2 }), generated(0), generated(1), added(2), generated(2), saved(0)),
      "more than expected": percents(
        started(1, { distinct: 1 }),
        generated(0),
        added(1),
        added(2),
        added(3),
        generated(1),
        saved(0)
      ),
      rounds: percents(
        started(2, { rounds: 2 }),
        played(0, 0),
        played(0, 1),
        played(1, 0),
        generated(0),
        played(1, 1),
        generated(1),
        saved(0),
        saved(1)
      ),
      "rounds of none": percents(started(2), played(0, 0), generated(0))
    }).toMatchInlineSnapshot(`
      {
        "distinct": [
          0,
          22,
          45,
          45,
          67,
          69,
        ],
        "more than expected": [
          0,
          45,
          45,
          45,
          45,
          45,
          47,
        ],
        "none": [
          0,
          100,
        ],
        "one": [
          0,
          0,
          90,
          99,
          100,
        ],
        "rounds": [
          0,
          15,
          30,
          45,
          60,
          75,
          90,
          94,
          99,
        ],
        "rounds of none": [
          0,
          0,
          45,
        ],
        "three": [
          0,
          30,
          60,
          90,
          93,
          96,
          100,
        ],
        "unasked": [
          90,
          99,
        ],
      }
    `)
  })

  it("previews", () => {
    for (const wholeText of [false, true]) {
      const seen: Array<string> = []
      const preview = Preview.make(
        (event) =>
          void seen.push(
            event._tag === "Writing"
              ? `${event.offset} ${event.text}${event.whole === undefined ? "" : ` of ${event.whole}`}`
              : event._tag
          ),
        0,
        "x/0",
        wholeText
      )
      preview.started()
      preview.show(1000, () => "ab")
      preview.show(1249, () => "abc")
      preview.show(1250, () => "abcd")
      preview.started()
      preview.show(1500, () => "x")
      expect(seen).toEqual([
        "ModelStarted",
        `0 ab${wholeText ? " of ab" : ""}`,
        `2 cd${wholeText ? " of abcd" : ""}`,
        `0 x${wholeText ? " of x" : ""}`
      ])
    }
  })
})

describe("what a run reports is what it was:", () => {
  it("requests", () => {
    const answer = new Answer({ text: "x", model: "served", usage, generationId: "gen-1" })
    const error = (reason: Reason) => new GenerationError({ model: "x/0", reason, usage, generationId: "gen-2" })
    const bad = new BadCode({ failure: CodeFailure.of("names", "odd", "it is odd", { line: 3 }) })
    const failedWith = (reason: Reason) => [Exit.fail(error(reason)), Either.left(error(reason))] as const
    expect([
      CameTo.of(Exit.succeed(answer), undefined),
      CameTo.of(Exit.interrupt(FiberId.none), undefined),
      CameTo.of(Exit.interrupt(FiberId.none), undefined, { usage, generationId: "gen-3" }),
      CameTo.of(Exit.succeed(answer), Either.left(error(bad))),
      CameTo.of(...failedWith(busy)),
      CameTo.of(...failedWith(new CutOff({}))),
      CameTo.of(...failedWith(new NotAsked({ message: "no" })))
    ]).toMatchInlineSnapshot(`
      [
        {
          "generationId": "gen-1",
          "message": "the answer is in the journal; the run ended before it was checked",
          "outcome": "Interrupted",
          "servedModel": "served",
          "status": 200,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
        {
          "generationId": undefined,
          "message": undefined,
          "outcome": "Interrupted",
          "servedModel": undefined,
          "status": undefined,
          "usage": undefined,
        },
        {
          "generationId": "gen-3",
          "message": undefined,
          "outcome": "Interrupted",
          "servedModel": undefined,
          "status": undefined,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
        {
          "code": "odd",
          "generationId": "gen-1",
          "line": 3,
          "message": "names: line 3: it is odd",
          "outcome": "BadCode",
          "servedModel": "served",
          "stage": "names",
          "status": 200,
          "unsent": undefined,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
        {
          "generationId": "gen-2",
          "message": "busy",
          "outcome": "ServerFailed",
          "servedModel": undefined,
          "status": 503,
          "unsent": undefined,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
        {
          "generationId": "gen-2",
          "message": "the answer was cut off at its token limit",
          "outcome": "CutOff",
          "servedModel": undefined,
          "status": undefined,
          "unsent": undefined,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
        {
          "generationId": "gen-2",
          "message": "no",
          "outcome": "NotAsked",
          "servedModel": undefined,
          "status": undefined,
          "unsent": undefined,
          "usage": Usage {
            "completionTokens": 20,
            "cost": 0.25,
            "promptTokens": 10,
          },
        },
      ]
    `)
  })

  it("outcomes", async () => {
    const limited = new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: true })
    const full = new StoreError({ path: "out/a.py", reason: diskFull("ENOSPC") })
    const outcomes: ReadonlyArray<Report.Outcome> = [
      outcome(0, undefined, {
        algorithm: Option.some(algorithm("x/0")),
        file: Option.some("out/a.py"),
        attempts: [attempt(1, { outcome: "ServerFailed", status: 503 }), attempt(2, { usage })],
        usage: Option.some(usage),
        durationMs: 9,
        askedModel: "x/0:free",
        servedModel: Option.some("y")
      }),
      outcome(1, undefined, {
        algorithm: Option.some(algorithm("x/1")),
        resumed: true,
        rounds: [
          { round: 0, result: "first" },
          { round: 1, result: "better", choice: 0.5 }
        ]
      }),
      outcome(2, limited, {
        retryAt: Option.some(5000),
        attempts: [attempt(1, { outcome: "RateLimited", status: 429 })]
      }),
      outcome(3, new BadCode({ failure: CodeFailure.of("names", "odd", "it is odd", { line: 3 }) }), {
        attempts: [attempt(1, { outcome: "BadCode" }), attempt(2, { cause: "improve" })]
      }),
      outcome(4, new ModelUnavailable({ message: "gone" })),
      outcome(5, new Interrupted()),
      outcome(6, new DeadlineExceeded({ deadlineMs: 5 }), {
        attempts: [attempt(1, { outcome: "Interrupted" })]
      }),
      {
        ...outcome(7, undefined, { algorithm: Option.some(algorithm("x/7")) }),
        status: "failed",
        reason: Option.some(full)
      }
    ]
    const report: Report.GenerationReport = {
      ticker: "AAPL",
      startedAt: 0,
      durationMs: 7,
      success: true,
      outcomes,
      algorithms: outcomes.map((each) => each.algorithm)
    }
    expect(outcomes.map(Report.isLeft)).toEqual([false, false, false, false, false, true, false, false])
    const none = { ...report, success: false, outcomes: [], algorithms: [] }
    await golden("report", [
      JSON.stringify(Report.toJson(report), undefined, 1),
      JSON.stringify(Report.toJson(none), undefined, 1)
    ])
  })

  it("estimates", () => {
    const slot = { model: "x/0", sample: 1, listed: true, promptTokens: 5, maxCompletionTokens: 10 }
    const priced = {
      ...slot,
      askedModel: Option.some("x/0"),
      price: Option.some({ prompt: 1, completion: 2 }),
      worst: Option.some(5),
      likely: Option.some(2)
    }
    const unknown = {
      ...slot,
      askedModel: Option.some("x/0"),
      price: Option.none(),
      worst: Option.none(),
      likely: Option.none()
    }
    const gone = { ...unknown, model: "x/1", askedModel: Option.none() }
    expect(Estimate.totals([priced, priced, unknown, gone])).toEqual({ likely: 4, worst: 10, unknown: 1 })
    expect(
      Estimate.toJson([priced, { ...priced, sample: 2 }, gone]).estimates.map(
        ({ askedModel, index, likely, price, sample, worst }) => [
          index,
          sample,
          askedModel,
          price?.prompt,
          likely,
          worst
        ]
      )
    ).toEqual([
      [0, 1, "x/0", 1, 2, 5],
      [1, 2, "x/0", 1, 2, 5],
      [2, 1, null, undefined, undefined, undefined]
    ])
  })
})
