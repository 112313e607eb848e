/** A run that goes on, from its events to what the page says. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Option } from "effect"
import { Attempt } from "../../../../src/domain/Attempt.js"
import { RateLimited, Rejected } from "../../../../src/domain/GenerationError.js"
import type * as Progress from "../../../../src/generation/Progress.js"
import * as Follow from "../../../../src/report/live/Follow.js"
import * as FollowMany from "../../../../src/report/live/FollowMany.js"
import * as LivePage from "../../../../src/report/live/LivePage.js"
import * as Exam from "../../../../src/score/Exam.js"
import * as Grading from "../../../../src/score/Grading.js"
import { failed, outcome } from "../../cli/bulk/outcomes.js"
import { CODE, START } from "../runs.js"

const context = () => ({
  simulated: true,
  deadlineMs: 400_000,
  concurrency: 6,
  limits: [],
  basis: () => "Scored.",
  holdCurves: () => new Map<string, ReadonlyArray<number>>(),
  link: () => undefined
})

const exam = Exam.madeUp()

const scored = (value: number) => ({
  ...Grading.score(
    exam,
    exam.papers.map(() => [0, 5])
  ),
  return: { value, interval: null }
})

const at = (seconds: number): number => START + seconds * 1000

const limited = (number: number, startedAt: number) =>
  new Attempt({
    number,
    cause: number === 1 ? "first" : "hint",
    waitedMs: 0,
    startedAt,
    durationMs: 500,
    outcome: "RateLimited",
    message: "Slow down",
    status: 429
  })

type Heard = readonly [seconds: number, event: Progress.Event]

const following = (...heard: ReadonlyArray<Heard>) => {
  const follow = Follow.make({ startedAt: START, context })
  const hear = (...more: ReadonlyArray<Heard>) => more.forEach(([seconds, event]) => follow.hear(event, at(seconds)))
  hear([0, { _tag: "RunStarted", ticker: "AAPL", models: ["a/one", "b/two"] }], ...heard)
  const page = (seconds: number) => {
    const { pieces, title } = follow.page(at(seconds))
    const text = pieces.map(({ content }) => content.text).join("\n")
    const said = text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")
    return { title, text, said, ids: pieces.map(({ id }) => id) }
  }
  return { hear, page }
}

const one = { index: 0, model: "a/one" }
const two = { index: 1, model: "b/two" }

describe("a run that goes on", () => {
  it("shows what waits, what is asked and what is written, as it happens", () => {
    const { hear, page } = following()
    const first = page(1)
    deepStrictEqual(first.title, "0 of 2 algorithms for AAPL")
    deepStrictEqual(first.ids, ["head", "answer", "timeline"])
    assert.include(first.said, "waiting for its turn")
    assert.include(first.said, "0 of 2 settled, 1.0 s of 400 s")
    hear([1, { _tag: "ModelStarted", ...one }])
    assert.match(page(2).said, /a\/one … asked 1 1\.0 s/)
    hear([3, { _tag: "Writing", ...one, text: "import math\nx = <b>", offset: 0 }])
    const { ids, said, text } = page(4)
    assert.include(said, "writing, 2 lines")
    assert.include(text, "x = &lt;b&gt;")
    assert.include(ids, "writing")
    assert.match(text, /attempt 1: running \(3\.0 s, first token after 2\.0 s\)/)
  })

  it("lets a model wait for its turn from the first request on, not while the list of models is fetched", () => {
    const { hear, page } = following([3, { _tag: "ModelStarted", ...one }])
    hear([5, { _tag: "ModelStarted", ...two }], [6, { _tag: "Generated", ...two, code: CODE }])
    const { text } = page(7)
    assert.match(text, /waited 2\.0 s for its turn/)
    assert.notMatch(text, /waited [345]\.0 s/)
  })

  it("shows a wait until it is over, and then the next request", () => {
    const { hear, page } = following([1, { _tag: "ModelStarted", ...one }])
    hear([2, { _tag: "AttemptFailed", ...one, attempt: limited(1, at(1)), retryAt: at(12), cause: "hint" }])
    assert.include(page(4).said, "again in 8.0 s at the earliest: Slow down")
    assert.include(page(4).text, "waited 10.0 s as the server asked")
    assert.notInclude(page(4).text, "attempt 2")
    const later = page(13)
    assert.include(later.said, "… asked")
    assert.match(later.text, /attempt 2: running \(1\.0 s\)/)
  })

  it("has an algorithm as soon as it is made, and all that became of it when it is settled", () => {
    const { hear, page } = following([1, { _tag: "ModelStarted", ...two }])
    hear([5, { _tag: "Generated", ...two, code: CODE }])
    const made = page(6)
    deepStrictEqual(made.title, "1 of 2 algorithms for AAPL")
    assert.include(made.ids, "a2")
    assert.notInclude(made.said, "unknown", "what it cost is not known before it is settled")
    assert.match(made.text, /attempt 1: ok \(4\.0 s\)/)
    hear([
      7,
      { _tag: "Settled", ...two, outcome: outcome({ index: 1, model: "b/two", file: Option.some("out/b.py") }) }
    ])
    assert.include(page(8).said, "b.py")
  })

  it("shows what is asked for in addition", () => {
    const { hear, page } = following()
    const more = { index: 2, model: "a/one" }
    hear([3, { _tag: "SlotAdded", ...more, ticker: "AAPL", sample: 2 }], [4, { _tag: "ModelStarted", ...more }])
    const { said, title } = page(5)
    deepStrictEqual(title, "0 of 3 algorithms for AAPL")
    assert.match(said, /a\/one #2 … asked 1 1\.0 s/)
  })

  it("shows that the first module is there, and each round as a request of its own", () => {
    const { hear, page } = following([1, { _tag: "ModelStarted", ...one }])
    hear([2, { _tag: "Writing", ...one, text: "import math", offset: 0 }])
    hear([3, { _tag: "RoundPlayed", ...one, round: 0, result: "first", choice: 0.01 }])
    const between = page(9)
    assert.include(between.said, "… a first module (+1.00 %) 1 8.0 s")
    assert.notInclude(between.said, "writing,")
    assert.match(between.text, /attempt 1: ok \(2\.0 s, first token after 1\.0 s\)/)
    assert.notInclude(between.text, "Infinity")
    hear([12, { _tag: "Writing", ...one, text: "import", offset: 0 }])
    assert.match(page(13).text, /attempt 2: running \(1\.0 s/)
    hear([14, { _tag: "RoundPlayed", ...one, round: 1, result: "keep" }])
    assert.include(page(15).said, "… round 1: keeps its module 2 14.0 s")
  })

  it("has first modules of a run with rounds on its leaderboard, and better ones in their place", () => {
    const { hear, page } = following([1, { _tag: "ModelStarted", ...one }])
    const played = (round: number, result: "first" | "better" | "worse", value?: number): Progress.Event => ({
      _tag: "RoundPlayed",
      ...one,
      round,
      result,
      ...(value === undefined ? {} : { code: CODE, score: scored(value) })
    })
    hear([2, played(0, "first", 0.01)])
    const first = page(3)
    assert.deepStrictEqual(first.title, "0 of 2 algorithms for AAPL")
    assert.match(first.said, /Leaderboard .* a\/one \+1\.00 %/)
    hear([4, played(1, "better", 0.02)])
    assert.match(page(5).said, /Leaderboard .* a\/one \+2\.00 %/)
    hear([6, played(2, "worse")])
    assert.match(page(7).said, /Leaderboard .* a\/one \+2\.00 %/)
  })

  it("says why one failed, and keeps what the model wrote out of the page's markup", () => {
    const message = "<script>alert(1)</script>"
    const { hear, page } = following([1, { _tag: "ModelStarted", ...one }])
    hear([2, { _tag: "Failed", ...one, reason: new Rejected({ status: 400, message, fallbackModels: [] }) }])
    const { said, text } = page(3)
    assert.include(said, "✗ failed &lt;script&gt;")
    assert.notInclude(text, "<script")
  })
})

describe("many that go on", () => {
  it("adds up, keeps what stands out, and shows what is under way", () => {
    const asked = (index: number) => ({ model: `m/${index % 3}`, ticker: `T${index}`, sample: 1 })
    const follow = FollowMany.make({ startedAt: START, context, total: 10_000, asked })
    for (let index = 0; index < 5000; index++) {
      const { model, ticker } = asked(index)
      const settled =
        index % 10 === 0
          ? failed(new RateLimited({ message: "no more", status: 429, scope: "model", hinted: false }), {
              index,
              model,
              ticker
            })
          : outcome({ index, model, ticker, durationMs: index })
      follow.hear({ _tag: "ModelStarted", index, model }, at(index / 100))
      follow.hear({ _tag: "Settled", index, model, outcome: settled }, at(index / 100))
    }
    follow.hear({ _tag: "ModelStarted", index: 5000, model: "m/2" }, at(50))
    const { pieces, title } = follow.page(at(60))
    const text = pieces.map(({ content }) => content.text).join("\n")
    deepStrictEqual(title, "4,500 algorithms so far, for 5,000 tickers")
    assert.include(text, "5,000 of 10,000 settled, 60.0 s of 400 s; 5,000 a minute; about 60.0 s left")
    assert.include(text, "T5000: m/2")
    assert.include(text, "500 of 5,000 algorithms, by reason")
    assert.include(text, "<h3>T4999: m/1</h3>", "the slowest")
    assert.isBelow(text.length, 200_000)
    assert.isBelow(pieces.filter(({ id }) => id.startsWith("a")).length, 40)
  })
})

describe("what a page is told", () => {
  const pieces = (facts: Readonly<Record<string, string>>) => ({
    title: "t",
    order: Object.keys(facts),
    pieces: new Map(Object.entries(facts))
  })

  it("is what differs from what it knows, and nothing if nothing does", () => {
    const before = pieces({ a: "<p id=a>1", b: "<p id=b>2" })
    deepStrictEqual(LivePage.change(before, before.pieces), undefined)
    const after = pieces({ a: "<p id=a>1", b: "<p id=b>3" })
    deepStrictEqual(JSON.parse(LivePage.change(after, before.pieces) ?? ""), {
      title: "t",
      order: ["a", "b"],
      changed: { b: "<p id=b>3" }
    })
    const fewer = pieces({ a: "<p id=a>1" })
    deepStrictEqual(JSON.parse(LivePage.change(fewer, before.pieces) ?? "").order, ["a"])
  })
})
