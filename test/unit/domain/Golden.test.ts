/**
 * Every failure in the words that people read, and what follows from it: what stands in `test/golden/domain`, as it was read
 * and found right. Where it is meant to change, `npx vitest run --project unit test/unit/domain/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
import { expect } from "vitest"
import * as Algorithm from "../../../src/domain/Algorithm.js"
import { Usage } from "../../../src/domain/Answer.js"
import * as Attempt from "../../../src/domain/Attempt.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import * as Consequence from "../../../src/domain/Consequence.js"
import * as Difference from "../../../src/domain/Difference.js"
import * as Figures from "../../../src/domain/Figures.js"
import * as E from "../../../src/domain/GenerationError.js"
import * as Listing from "../../../src/domain/Listing.js"
import * as Round from "../../../src/domain/Round.js"
import * as Score from "../../../src/domain/Score.js"
import type { Outcome } from "../../../src/generation/Report.js"
import { StoreError } from "../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/domain/${name}.txt`)

const limited = (more: Partial<ConstructorParameters<typeof E.RateLimited>[0]>) =>
  new E.RateLimited({ status: 429, scope: "model", message: "slow down", hinted: false, ...more })

const REASONS: ReadonlyArray<E.Reason> = [
  ...E.Scope.literals.map((scope) => limited({ scope })),
  limited({ hinted: true }),
  limited({ daily: true, hinted: true }),
  limited({ imposed: true }),
  limited({ permanent: true }),
  limited({ upstream: true, status: 402 }),
  new E.ServerFailed({ status: 503, message: "overloaded" }),
  new E.ServerFailed({ status: 503, message: "overloaded", permanent: true }),
  new E.Rejected({ status: 400, message: "bad", fallbackModels: [] }),
  new E.Rejected({ status: 400, message: "bad", parameter: "seed", fallbackModels: [] }),
  new E.Rejected({ status: 400, message: "bad", fits: 5, fallbackModels: ["x/2"] }),
  ...[401, 402, 403].flatMap((status) => [
    new E.AccountRefused({ status, detail: "User not found." }),
    new E.AccountRefused({ status, detail: `HTTP ${status}`, unproven: true })
  ]),
  ...E.TimeoutClock.literals.map((clock) => new E.TimedOut({ clock, limitMs: 1500 })),
  new E.ConnectionFailed({ message: "reset" }),
  new E.ConnectionFailed({ message: "no certificate", permanent: true }),
  new E.MalformedAnswer({ message: "no JSON" }),
  new E.CutOff({}),
  new E.CutOff({ maxCompletionTokens: 100, because: "token-limit", reasoning: true }),
  new E.CutOff({ because: "unknown" }),
  new E.CutOff({ because: "unknown", finishReason: "odd" }),
  new E.EmptyAnswer({ message: "nothing" }),
  new E.Refused({ message: "no" }),
  new E.AnswerTooLarge({ limitBytes: 1000 }),
  ...CodeFailure.Stage.literals.map(
    (stage) => new E.BadCode({ failure: CodeFailure.of(stage, "odd", "it is odd", { line: 3 }) })
  ),
  new E.BadCode({ failure: CodeFailure.of("extract", CodeFailure.TOO_LONG, "too\nlong") }),
  new E.BadCode({ failure: CodeFailure.of("guard", CodeFailure.CHECK_DIED, "the check itself failed: Error: gone") }),
  new E.ModelUnavailable({ message: "no such model" }),
  new E.ModelUnavailable({ message: "no such model", status: 404 }),
  new E.DeadlineExceeded({ deadlineMs: 400_000 }),
  new E.NotAsked({ message: "the account is refused", status: 401 }),
  new E.OverBudget({ message: "too dear" }),
  new E.CircuitOpen({ circuit: "model" }),
  new E.CircuitOpen({ circuit: "server" }),
  new E.RetryBudgetExhausted({ failure: "overloaded" }),
  new E.Interrupted()
]

describe("what it was:", () => {
  it("each failure, and what follows from it", async () => {
    const asked = ["isRetryable", "isPatient", "isHeldBack", "isImposed", "isHoldingFree"] as const
    const lines = REASONS.map((reason) => {
      const error = new E.GenerationError({ model: "x/1", reason })
      const { advice, ends, patient, retry, retryCost, skipped, tells } = Consequence.of(reason)
      const later = new E.GenerationError({ model: "x/1", reason, retryAt: 5 })
      const moments = [error, later].map(Consequence.namesAMoment).join(" or ")
      const facts = [
        `retry ${retry}`,
        `ends ${ends}`,
        `tells ${tells}`,
        `costs ${retryCost}`,
        patient ? "patient" : "impatient"
      ]
      return [
        `${reason._tag}: ${error.message}`,
        `  ${[...facts, skipped ? "skipped" : "failed"].join(", ")}; names a moment: ${moments}`,
        `  ${asked.filter((name) => Consequence[name](error)).join(" ")}`.trimEnd(),
        `  ${advice}`
      ].join("\n")
    })
    await golden("failures", lines)
  })

  it("what follows from any reason of an outcome, also where it is the store's", () => {
    const failure = { path: "out/a.py", reason: diskFull("ENOSPC") }
    const reasons: ReadonlyArray<Outcome["reason"]> = [
      Option.some(new StoreError(failure)),
      Option.some(new StoreError({ ...failure, answerKept: true })),
      Option.some(new E.Refused({ message: "no" }))
    ]
    const follows = reasons.map(Option.map(Consequence.of)).map(Option.getOrThrow)
    expect(follows.map(({ ends, retry, skipped, tells }) => [retry, ends, tells, skipped])).toEqual(
      follows.map(() => ["no", "none", "answered", false])
    )
    expect(follows.map(({ advice }) => advice)).toEqual([
      "mend what the message names, or choose another folder with --out",
      "mend what the message names, then run the same with --resume: the journal has the answer, so it costs nothing",
      "try another model"
    ])
  })

  it("failures of code", () => {
    const failures = CodeFailure.Stage.literals.map((stage) => CodeFailure.of(stage, "odd", "it is odd"))
    expect(failures.map(CodeFailure.progress)).toEqual([0, 1, 2, 3, 4, 5, 6])
    const [first = CodeFailure.of("guard", "odd", "odd")] = failures
    expect([first.truncated, first.line, CodeFailure.facts(first)]).toEqual([
      false,
      undefined,
      { stage: "extract", code: "odd" }
    ])
    const other = CodeFailure.of("trial", "odd", "it\nis odd", { line: 1, truncated: true })
    expect([other.truncated, CodeFailure.facts(other)]).toEqual([true, { stage: "trial", code: "odd", line: 1 }])
    expect([first, other].map(CodeFailure.describe)).toEqual(["it is odd", "line 1: it is odd"])
  })

  it("figures", async () => {
    const values = [
      0, 0.00004, 0.00005, 0.00049, 0.0005, 0.005, 0.0099, 0.01, 0.0101, 0.5, 1, 1.005, 999.4, 999.5, 1000, 12_345.678,
      1e6
    ]
    const lines = values.map((value) =>
      [
        Figures.number(value),
        Figures.number(value, 3),
        Figures.count(value, "model"),
        Figures.dollars(value),
        Figures.percent(value),
        Figures.percent(value, 0),
        Figures.share(value),
        Figures.share(value, 2)
      ].join(" | ")
    )
    const times = [
      0, 1, 49, 50, 949, 950, 1000, 9949, 99_900, 99_949, 99_950, 100_000, 599_999, 600_000, 630_000, 3_569_999,
      3_570_000, 3_600_000, 3_660_000, 7_199_999, 86_400_000, 4e9
    ].map((ms) => `${ms} ms: ${Figures.duration(ms)}, ${Figures.duration(ms, 0)}, ${Figures.iso(ms)}`)
    const listed = [[], ["a"], ["a", "b"], ["a", "b", "c"]].map(
      (parts) => `${Listing.listed(parts, "and")}; ${Listing.listed(parts, "or")}`
    )
    const below = [-0.00004, -0.00005, -0.5, -1].map((value) => Figures.percent(value))
    await golden("figures", [
      ...below,
      ...lines,
      ...times,
      ...listed,
      Figures.count(2, "model", (n) => `[${n}]`),
      `${Figures.DAY_MS}`
    ])
  })

  it("rounds", async () => {
    const round = (n: number, result: Round.Result, more: Partial<Round.Round> = {}): Round.Round => ({
      round: n,
      result,
      ...more
    })
    const results = Round.Result.literals.flatMap((result) => [
      round(0, result),
      round(1, result, { choice: 0.01 }),
      round(2, result, { choice: -0.01, reason: "it is odd" })
    ])
    const runs = [
      [],
      [round(0, "first", { choice: 0 })],
      results,
      [round(0, "first"), round(1, "better"), round(2, "worse")]
    ]
    await golden("rounds", [
      ...results.map(Round.describeRound),
      ...runs.map((each) => `${Round.originOf(each)} ${Round.describe(each)}`)
    ])
  })

  it("heads of files", async () => {
    const estimate = { value: 0.1, interval: [0.05, 0.15] as const }
    const parts = { kind: "fold", count: 4, profits: [] } as const
    const score = Score.Score.make({
      basis: "data",
      bar: "day",
      parts,
      return: estimate,
      overHold: { value: 0, interval: null },
      ticks: 9,
      holdReturn: 0.2,
      randomReturn: 0,
      randomBeaten: 0.75,
      trades: 2,
      refused: 0,
      reduced: 0,
      exposure: 1,
      maxDrawdown: 0,
      sharpe: null,
      turnover: 1,
      costs: 0,
      fee: 0,
      slippage: 0,
      plays: [
        {
          market: "AAPL",
          return: 0,
          ticks: 9,
          holdReturn: 0,
          randomReturn: 0,
          randomBeaten: 0,
          trades: 1,
          refused: 0,
          reduced: 0,
          exposure: 0,
          maxDrawdown: 0,
          sharpe: null,
          turnover: 0,
          costs: 0,
          equity: []
        }
      ]
    })
    const on = (basis: Score.Score["basis"], kind: Score.Score["parts"]["kind"], count: number): Score.Score => ({
      ...score,
      basis,
      parts: { kind, count, profits: [] }
    })
    const scores = [
      score,
      { ...score, trades: 0 },
      { ...score, trades: 1, return: { ...estimate, interval: null } },
      on("data", "fold", 1),
      on("data", "fold", 2),
      on("data", "market", 1),
      on("data", "market", 2),
      on("made-up", "market", 1),
      on("made-up", "market", 2),
      { ...score, parts: { ...parts, count: 1 }, plays: [] },
      { ...score, plays: [] }
    ]
    const plain = {
      model: "x/1",
      ticker: "AAPL",
      code: "pass\n",
      promptHash: "abc",
      generatedAt: DateTime.unsafeMake(0)
    }
    const made = [
      plain,
      {
        ...plain,
        sample: 2,
        servedModel: "x/2",
        strategy: "grid 1/2/3/4",
        score,
        rounds: [{ round: 0, result: "first" as const }]
      },
      { ...plain, simulated: true, code: "\uFEFFpass" },
      { ...plain, model: "x\n\u202e\u{1f600}~\x7f ", code: "pass\r" }
    ]
    const texts = made.map((fields) => Algorithm.toPython(new Algorithm.Algorithm(fields)))
    await golden("heads", [
      ...scores.map(Score.describe),
      ...texts.map((text) => JSON.stringify(text).replaceAll("\\n", "\n"))
    ])
    const other = (ticker: string, model = "x/1", simulated = false) =>
      Algorithm.toPython(new Algorithm.Algorithm({ ...plain, ticker, model, simulated }))
    const files = [other("AAPL"), other("MSFT"), other("AAPL", "x/2"), other("AAPL", "x/1", true), "pass\n", ""]
    const pairs = files.map((one) =>
      files
        .map((two) => `${Algorithm.mayReplace(one, two) ? "r" : "-"}${Algorithm.isOtherTicker(one, two) ? "t" : "-"}`)
        .join(" ")
    )
    await golden("owners", [...pairs, ...files.map(Algorithm.identityOf)])
  })

  it("attempts", () => {
    const usage = (promptTokens: number, completionTokens: number, cost?: number) =>
      new Usage({ promptTokens, completionTokens, cost })
    const attempt = (own?: Usage) =>
      new Attempt.Attempt({
        number: 1,
        cause: "first",
        waitedMs: 0,
        startedAt: 0,
        durationMs: 0,
        outcome: "ok",
        ...(own === undefined ? {} : { usage: own })
      })
    const total = (...all: ReadonlyArray<Usage | undefined>) =>
      JSON.parse(JSON.stringify(Attempt.totalUsage(all.map(attempt)) ?? null))
    expect(total()).toBe(null)
    expect(total(undefined, usage(1, 2, 3))).toEqual({ promptTokens: 1, completionTokens: 2, cost: 3 })
    expect(total(usage(1, 2), usage(4, 8))).toEqual({ promptTokens: 5, completionTokens: 10 })
    expect(total(usage(1, 2, 0.5), undefined, usage(4, 8), usage(16, 32, 0.25))).toEqual({
      promptTokens: 21,
      completionTokens: 42,
      cost: 0.75
    })
    expect([399, 400, 500, undefined].map((status) => Attempt.costOf({ status }))).toEqual([undefined, 0, 0, undefined])
    expect([
      Attempt.costOf({ status: 500, usage: usage(1, 1, 2) }),
      Attempt.costOf({ status: 200, usage: usage(1, 1) })
    ]).toEqual([2, undefined])
    const retries = Attempt.Cause.literals.map((cause) => [1, 2].map((number) => Attempt.isRetry({ cause, number })))
    expect(retries).toEqual(Attempt.Cause.literals.map((cause) => [false, cause !== "improve"]))
  })

  it("differences", () => {
    const words = (text: string) => text.split("")
    const shown = (from: string, to: string) =>
      Difference.between(words(from), words(to))
        ?.map(({ kind, line }) => `${{ same: "", removed: "-", added: "+" }[kind]}${line}`)
        .join(" ")
    const pairs = [
      ["", ""],
      ["a", ""],
      ["", "a"],
      ["a", "a"],
      ["a", "b"],
      ["abc", "abc"],
      ["abcabba", "cbabac"],
      ["abc", "xabc"],
      ["abc", "abcx"],
      ["abcd", "acbd"],
      ["aaa", "aa"],
      ["aa", "aaa"],
      ["xaby", "zabw"],
      ["abcdef", "defabc"]
    ] as const
    expect(pairs.map(([from, to]) => shown(from, to))).toMatchInlineSnapshot(`
      [
        "",
        "-a",
        "+a",
        "a",
        "-a +b",
        "a b c",
        "-a -b c +b a b -b a +c",
        "+x a b c",
        "a b c +x",
        "a -b c +b d",
        "a a -a",
        "a a +a",
        "-x +z a b -y +w",
        "-a -b -c d e f +a +b +c",
      ]
    `)
    // Exactly as many changes as are shown, and one more.
    const lines = (count: number, text: string) => Array.from({ length: count }, (_, n) => `${text}${n}`)
    expect(Difference.between(lines(200, "a"), lines(200, "b"))?.length).toBe(400)
    expect(Difference.between(lines(200, "a"), lines(201, "b"))).toBe(undefined)
  })
})
