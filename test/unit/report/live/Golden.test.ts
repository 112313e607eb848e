/**
 * Pages of runs that go on, at some moments, as they were looked at and found good: what stands in `test/golden/report`. Where
 * they are meant to change, `npx vitest run --project unit test/unit/report/live/Golden.test.ts -u` writes them anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { expect } from "vitest"
import { Attempt } from "../../../../src/domain/Attempt.js"
import { Rejected } from "../../../../src/domain/GenerationError.js"
import type * as Progress from "../../../../src/generation/Progress.js"
import * as Follow from "../../../../src/report/live/Follow.js"
import * as FollowMany from "../../../../src/report/live/FollowMany.js"
import * as LivePage from "../../../../src/report/live/LivePage.js"
import { Markup } from "../../../../src/report/Markup.js"
import type { Page } from "../../../../src/report/Piece.js"
import * as Exam from "../../../../src/score/Exam.js"
import * as Grading from "../../../../src/score/Grading.js"
import { failed, outcome } from "../../cli/bulk/outcomes.js"
import { CODE, START } from "../runs.js"

const exam = Exam.madeUp()
const score = {
  ...Grading.score(
    exam,
    exam.papers.map(() => [0, 5])
  ),
  return: { value: 0.03, interval: [0.02, 0.04] as const }
}

const context = () => ({
  simulated: false,
  deadlineMs: 400_000,
  concurrency: 6,
  limits: [
    { at: START, limit: 6 },
    { at: START + 3000, limit: 4 }
  ],
  basis: () => "Scored on prices.",
  holdCurves: () => new Map<string, ReadonlyArray<number>>(),
  link: (file: string) => file
})

const of = (index: number) => ({ index, model: `m/${index}` })

const facts = {
  number: 1,
  cause: "first",
  waitedMs: 60,
  startedAt: START + 410,
  durationMs: 500,
  outcome: "RateLimited"
} as const
const limited = new Attempt({ ...facts, message: "Slow down, please: ".repeat(9), status: 429 })

const rejected = new Rejected({ status: 400, message: "no such parameter", fallbackModels: [] })

type Heard = readonly [millis: number, event: Progress.Event]

const EVENTS: ReadonlyArray<Heard> = [
  [0, { _tag: "Note", message: "the list is old" }],
  [400, { _tag: "ModelStarted", ...of(0) }],
  [410, { _tag: "ModelStarted", ...of(1) }],
  [700, { _tag: "Writing", ...of(1), text: "one\ntwo\nthree", offset: 0 }],
  [900, { _tag: "AttemptFailed", ...of(1), attempt: limited, retryAt: START + 2900, cause: "hint" }],
  [1000, { _tag: "Writing", ...of(0), text: "import math\n\n", offset: 0 }],
  [1200, { _tag: "ModelStarted", ...of(2) }],
  [1500, { _tag: "Writing", ...of(0), text: "def f():\n    return 1", offset: 13 }],
  [2000, { _tag: "Failed", ...of(2), reason: rejected }],
  [2100, { _tag: "Settled", ...of(2), outcome: failed(rejected, { ...of(2), durationMs: 800 }) }],
  [3100, { _tag: "Writing", ...of(1), text: "x", offset: 0 }],
  [3500, { _tag: "Generated", ...of(0), code: CODE, score }],
  [3600, { _tag: "Saved", ...of(0), path: "generated/m0.py" }],
  [3700, { _tag: "SlotAdded", index: 4, model: "m/0", ticker: "AAPL", sample: 2 }],
  [
    4000,
    {
      _tag: "AttemptFailed",
      ...of(1),
      attempt: new Attempt({ ...facts, number: 2, startedAt: START + 2900 }),
      retryAt: undefined
    }
  ],
  [4500, { _tag: "Settled", ...of(0), outcome: outcome({ ...of(0), durationMs: 3100 }) }],
  [5000, { _tag: "ModelStarted", ...of(3) }],
  [5500, { _tag: "RoundPlayed", ...of(3), round: 0, result: "first", code: CODE.replace("20", "30"), score }],
  [8000, { _tag: "Writing", ...of(3), text: "KEEP", offset: 0 }],
  [8200, { _tag: "RoundPlayed", ...of(3), round: 1, result: "keep" }],
  [8800, { _tag: "Generated", ...of(3), code: CODE.replace("20", "30"), score }],
  [8900, { _tag: "SaveFailed", ...of(3), message: "the disk is full" }],
  [9000, { _tag: "Skipped", ...of(4), reason: rejected }]
]

const MOMENTS = [0, 300, 950, 1600, 2050, 2950, 3050, 3550, 4200, 5200, 6000, 8100, 8850, 9500, 60_000]

/** A line for each tag and each text, without what stands in files of its own. */
const lined = ({ pieces, title }: Page): string =>
  [title, ...pieces.map(({ content }) => content.text)]
    .join("\n")
    .replaceAll(/<pre class="(?:code|diff)"[^]*?<\/pre>/g, "<pre/>")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?(<[^>]*>) ?/g, "\n$1\n")
    .split("\n")
    .filter((line) => !/^(?:\s*|<\/.*>|<(?:t[dhr]|li|p|g|span|h\d|code|thead|tbody)\b[^>]*>)$/.test(line))
    .join("\n")

/** What differs from the moment before, by lines that were not there. */
const told = (pages: ReadonlyArray<readonly [title: string, page: Page]>): string => {
  let known = new Set<string>()
  return pages
    .map(([title, page]) => {
      const lines = lined(page).split("\n")
      const news = lines.filter((line) => !known.has(line))
      known = new Set(lines)
      return `=== ${title}: ${page.pieces.map(({ id }) => id).join(" ")}\n${news.join("\n")}\n`
    })
    .join("\n")
}

const heard = (follow: Follow.Follow, first: Progress.Event | undefined) => {
  if (first !== undefined) follow.hear(first, START)
  return MOMENTS.map((moment, place) => {
    const before = place === 0 ? -1 : (MOMENTS[place - 1] ?? 0)
    for (const [at, event] of EVENTS) if (at > before && at <= moment) follow.hear(event, START + at)
    return [`after ${moment} ms`, follow.page(START + moment)] as const
  })
}

const models = [0, 1, 2, 3].map((index) => `m/${index}`)

describe("a run that goes on", () => {
  it("of one ticker shows what it showed", async () => {
    const follow = Follow.make({ startedAt: START, context })
    const text = told(heard(follow, { _tag: "RunStarted", ticker: "AAPL", models }))
    await expect(text).toMatchFileSnapshot("../../../golden/report/live.txt")
  })

  it("of known slots shows the same as one that says itself what it asks for", () => {
    const slots = models.map((model) => ({ model, ticker: "AAPL", sample: 1 }))
    const known = Follow.make({ startedAt: START, context, slots })
    const said = Follow.make({ startedAt: START, context })
    strictEqual(told(heard(known, undefined)), told(heard(said, { _tag: "RunStarted", ticker: "AAPL", models })))
  })

  it("of many shows what it showed", async () => {
    const follow = FollowMany.make({
      startedAt: START,
      context,
      total: 40,
      asked: (index) => (index === 3 ? undefined : { model: `m/${index}`, ticker: `T${index}`, sample: index + 1 })
    })
    await expect(told(heard(follow, undefined))).toMatchFileSnapshot("../../../golden/report/live-many.txt")
  })

  it("of many says how long the rest takes from the tenth on, and shows twelve that are under way", () => {
    const said = (settled: number, total: number | undefined, open = 0) => {
      const asked = () => ({ model: "m/0", ticker: "T", sample: 1 })
      const follow = FollowMany.make({ startedAt: START, context, total, asked })
      for (let index = 0; index < settled; index += 1)
        follow.hear({ _tag: "Settled", ...of(index), outcome: outcome({ ...of(index) }) }, START + 1000)
      for (let index = 0; index < open; index += 1)
        follow.hear({ _tag: "ModelStarted", ...of(index + settled) }, START + 500)
      return follow.page(START + 60_000).pieces.map(({ content }) => content.text)
    }
    const head = (...args: Parameters<typeof said>) => (said(...args)[0] ?? "").replaceAll(/<[^>]*>|\s+/g, " ")
    assert.include(head(9, 40), "9 of 40 settled, 60.0 s of 400 s; 9 a minute ")
    assert.include(head(10, 40), "10 of 40 settled, 60.0 s of 400 s; 10 a minute; about 180 s left")
    assert.include(head(10, undefined), "10 settled, 60.0 s of 400 s; 10 a minute ")
    assert.include(head(0, 40), "No algorithm yet")
    assert.include(head(1, 40), "1 algorithm so far, for AAPL")
    const lanes = (open: number) =>
      (
        said(0, 40, open)
          .join("")
          .match(/<li class="lane">/g) ?? []
      ).length
    deepStrictEqual([lanes(0), lanes(12), lanes(13)], [0, 12, 12])
  })
})

describe("the page that is served", () => {
  const page = (pieces: ReadonlyArray<readonly [id: string, content: string]>): Page => ({
    title: "T",
    pieces: pieces.map(([id, text]) => ({ id, title: id, content: new Markup(text) }))
  })
  const picture = (...pieces: ReadonlyArray<readonly [id: string, content: string]>) => LivePage.picture(page(pieces))

  it("tells what has changed, what has come and what has gone", () => {
    const before = picture(["head", "H"], ["a", "A"], ["b", "B"])
    deepStrictEqual(
      [before.order, [...before.pieces.keys()]],
      [
        ["a", "b"],
        ["head", "a", "b", "contents"]
      ]
    )
    const news = (after: LivePage.Picture) => LivePage.change(after, before.pieces)
    strictEqual(news(before), undefined)
    const changed = (after: LivePage.Picture) => Object.keys(JSON.parse(news(after) ?? "{}").changed ?? {})
    deepStrictEqual(changed(picture(["head", "H"], ["a", "A"], ["b", "C"])), ["b"])
    deepStrictEqual(changed(picture(["head", "H"], ["a", "A"])), ["contents"])
    const gone = { ...before, order: ["a"], pieces: new Map([...before.pieces].filter(([id]) => id !== "b")) }
    deepStrictEqual(JSON.parse(news(gone) ?? "{}"), { title: "T", order: ["a"], changed: {} })
  })

  it("has what it says of its connection, its script and no policy of its own", () => {
    const follow = Follow.make({ startedAt: START, context })
    const html = LivePage.render(follow.page(START), { live: "it goes on", lost: "<gone>" })
    assert.include(html, 'data-live="it goes on"')
    assert.include(html, 'data-over=""')
    assert.include(html, 'data-lost="&lt;gone&gt;"')
    assert.include(html, '<link rel="icon" href="data:," />')
    assert.include(html, 'new EventSource("events")')
    assert.notInclude(html, "Content-Security-Policy")
    assert.include(LivePage.render(follow.page(START), { live: "a", lost: "b", over: "c" }), 'data-over="c"')
    deepStrictEqual(
      LivePage.POLICY.split("; ").map((part) => part.replace(/'sha256-[\w+/=]{44}'/, "HASH")),
      [
        "default-src 'none'",
        "style-src HASH",
        "script-src HASH",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'"
      ]
    )
  })
})
