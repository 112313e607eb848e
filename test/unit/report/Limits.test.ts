/** Both sides of each limit of the page, and what is said of what goes beyond it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import * as Code from "../../../src/report/Code.js"
import * as Crowd from "../../../src/report/Crowd.js"
import * as Details from "../../../src/report/Details.js"
import * as Difference from "../../../src/report/Difference.js"
import * as Format from "../../../src/report/Format.js"
import * as Written from "../../../src/report/live/Written.js"
import * as Many from "../../../src/report/Many.js"
import * as Numbers from "../../../src/report/Numbers.js"
import * as Page from "../../../src/report/Page.js"
import * as Run from "../../../src/report/Run.js"
import * as Sections from "../../../src/report/Sections.js"
import * as Totals from "../../../src/report/Totals.js"
import * as Writing from "../../../src/report/Writing.js"
import { attempt, run, score, slot } from "./runs.js"

const times = <A>(count: number, make: (index: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, index) => make(index))

const countOf = (text: string, part: string): number => text.split(part).length - 1

const named = (slots: ReadonlyArray<Run.Slot>) => Run.named(run(slots))

describe("the code", () => {
  const lines = (count: number) => Code.render(times(count, (line) => `x = ${line}`).join("\n"), "a").text

  it("has 1,500 lines, and says how many more there are", () => {
    strictEqual(countOf(lines(1500), 'class="l"'), 1500)
    assert.notInclude(lines(1500), "in the file")
    strictEqual(countOf(lines(1501), 'class="l"'), 1500)
    assert.include(lines(1501), "1 more line in the file.")
    assert.include(lines(1502), "2 more lines in the file.")
  })

  it("has lines of 2,000 characters", () => {
    const line = (length: number) => Code.render(`#${"x".repeat(length - 1)}`, "a").text
    assert.notInclude(line(2000), "…")
    assert.include(line(2001), `${"x".repeat(1998)}…`)
    assert.notInclude(line(2001), "x".repeat(1999))
  })

  it("is coloured by what the words are, with space and comments between them", () => {
    const { text } = Code.render('\ufeffdef f(x):  # "no"\r\n    return None or "a" + 1.5\r# end', "a")
    strictEqual(
      text,
      '<pre class="code" tabindex="0" role="region" aria-label="Code of a"><code>' +
        '<span class="l"><span class="k">def</span> f(x):  <span class="c"># &quot;no&quot;</span></span>\n' +
        '<span class="l">    <span class="k">return</span> <span class="k">None</span> <span class="k">or</span> ' +
        '<span class="s">&quot;a&quot;</span> + <span class="n">1.5</span></span>\n' +
        '<span class="l"><span class="c"># end</span></span>\n</code></pre>'
    )
    strictEqual(
      Code.render("def '", "a").text,
      '<pre class="code" tabindex="0" role="region" aria-label="Code of a"><code><span class="l">def &#39;</span>\n</code></pre>'
    )
  })

  it("colours every word of the language", () => {
    const words =
      "False None True and as assert async await break class continue def del elif else except finally for from global if " +
      "import in is lambda nonlocal not or pass raise return try while with yield"
    for (const word of words.split(" ")) assert.include(Code.render(word, "a").text, `<span class="k">${word}</span>`)
    assert.notInclude(Code.render("match print self", "a").text, 'class="k"')
  })
})

describe("the difference", () => {
  it("has 600 lines of 500 characters", () => {
    // Every fourth line is another one, so that all of them are shown.
    const render = (count: number) => {
      const lines = times(count, (line) => `line${line}`)
      return Difference.render(
        lines.join("\n"),
        lines.map((line, index) => (index % 4 === 2 ? `new${index}` : line)).join("\n"),
        "a"
      ).text
    }
    strictEqual(countOf(render(476), 'class="l"'), 595)
    strictEqual(countOf(render(480), 'class="l"'), 600)
    strictEqual(countOf(render(484), 'class="l"'), 600)
    const wide = (width: number) => Difference.render("same\nold", `same\n${"x".repeat(width)}`, "a").text
    assert.notInclude(wide(500), "…")
    assert.include(wide(501), "…")
    assert.include(
      Difference.render("a", times(5000, (line) => `${line}`).join("\n"), "a").text,
      "Nearly every line differs."
    )
  })

  it("begins with a gap, has one between changes, and ends with one", () => {
    const long = times(40, (line) => `line${line}`)
    const other = long.map((line, index) => (index === 10 || index === 20 ? "changed" : line))
    const marks = Difference.render(long.join("\n"), other.join("\n"), "a")
      .text.replace(/<span class="gap">⋯<\/span>/g, "<i>*</i>")
      .replace(/<[^>]*>/g, "")
      .split("\n")
      .map((line) => line[0] ?? "")
      .join("")
    strictEqual(marks, "*   -+   *   -+   *")
  })

  it("is found by the first 500 lines", () => {
    const program = (at: number) => times(600, (line) => (line < at ? `same${line}` : `own${at}_${line}`)).join("\n")
    const of = (own: string, other: string) =>
      Details.render(named([slot({ code: own }), slot({ model: "b/two", code: other })]), run([]))[0]?.content.text ??
      ""
    assert.include(of(program(500), program(501)), "100 % of the lines are the same")
    assert.include(of(program(499), program(500)), "100 % of the lines are the same")
    assert.include(of(program(498), program(600)), "100 % of the lines are the same")
    assert.include(of(program(490), program(600)), "98 % of the lines are the same")
  })
})

describe("the attempts of an algorithm", () => {
  it("are thirty", () => {
    const of = (count: number) =>
      Details.render(named([slot({ attempts: times(count, (n) => attempt({ number: n + 1 })) })]), run([]))[0]?.content
        .text ?? ""
    assert.include(of(30), "Attempts\n")
    assert.include(of(31), "Attempts, the first 30 of 31\n")
    strictEqual(countOf(of(31), '<th scope="row"'), 30)
  })

  it("were made for reasons that are said in words", () => {
    const WORDS = {
      first: "first request",
      backoff: "again after a failure",
      patience: "again, with patience",
      hint: "again when the server said",
      "cut-off": "again with more tokens",
      "unclear-end": "again: the end was unclear",
      empty: "again: the answer was empty",
      repair: "asked to correct its code",
      improve: "asked to improve its algorithm",
      parameter: "again without what was refused",
      fits: "again with fewer tokens",
      toString: "toString",
      other: "other"
    }
    for (const [cause, words] of Object.entries(WORDS)) {
      const [article] = Details.render(named([slot({ attempts: [attempt({ cause })] })]), run([]))
      assert.include(article?.content.text, `data-title="Why">${words}</td>`, cause)
    }
  })

  it("waited where that took 50 ms, and have tokens where both are known", () => {
    const of = (facts: Parameters<typeof attempt>[0]) =>
      Details.render(named([slot({ attempts: [attempt(facts)] })]), run([]))[0]?.content.text ?? ""
    assert.notInclude(of({ waitedMs: 49 }), "Waited")
    assert.include(of({ waitedMs: 50 }), "Waited")
    assert.include(of({}), "310 + 540")
    assert.notInclude(of({ promptTokens: undefined }), "Tokens")
    assert.notInclude(of({ completionTokens: undefined }), "Tokens")
  })
})

describe("a crowd", () => {
  const outliers = (slots: ReadonlyArray<Run.Slot>) =>
    [...Crowd.outliers(Crowd.of(named(slots)))].map(({ model }) => model)
  const plain = { cost: 0, durationMs: 0, requests: 1 }

  it("keeps five of each kind that stand out, the first of several that are alike", () => {
    const of = (fact: (index: number) => Partial<Run.Slot>) =>
      outliers(times(8, (index) => slot({ ...plain, model: `m/${index}`, ...fact(index) })))
    const last = ["m/7", "m/6", "m/5", "m/4", "m/3"]
    deepStrictEqual(
      of((index) => ({ durationMs: index * 10 })),
      last
    )
    deepStrictEqual(
      of(() => ({ durationMs: 5 })),
      ["m/0", "m/1", "m/2", "m/3", "m/4"]
    )
    const few = of((index) => ({ requests: index }))
    assert.includeMembers([...few], last)
    const dear = of((index) => ({ cost: index / 10 }))
    assert.includeMembers([...dear], last)
    const scored = of((index) => ({ score: score(index / 10) }))
    assert.includeMembers([...scored], ["m/7", "m/6", "m/5", "m/4", "m/3", "m/0", "m/1", "m/2"])
    const idle = of((index) => ({ durationMs: 0, score: score(index / 10, { trades: index > 2 ? 1 : 0 }) }))
    strictEqual(idle.indexOf("m/7"), 0)
  })

  it("counts reasons, and shows an example of ten of them", () => {
    const failures = times(12, (index) =>
      slot({ ...plain, model: `m/${index}`, status: "failed", because: `R${index}`, reason: "no", durationMs: 0 })
    )
    const crowd = Crowd.of(named([...failures, ...failures.slice(0, 2)]))
    deepStrictEqual(
      [...crowd.reasons.values()].map(({ count }) => count),
      [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    )
    const shown = [...Crowd.outliers(crowd)].map(({ model }) => model)
    assert.includeMembers(shown, [...times(10, (index) => `m/${index}`)])
    assert.notInclude(shown, "m/11")
  })
})

describe("what many add up to", () => {
  it("is kept of 2,000 values, and of every second one of more", () => {
    const times = (count: number) => {
      const totals = Totals.none()
      for (let index = 1; index <= count; index += 1) Totals.add(totals, slot({ durationMs: index }))
      return totals.times
    }
    strictEqual(times(2000).values.length, 2000)
    const halved = times(2001)
    strictEqual(halved.values.length, 1001)
    deepStrictEqual(halved.values.slice(0, 3), [1, 3, 5])
    deepStrictEqual([halved.step, halved.seen], [2, 2001])
    strictEqual(times(2003).values.length, 1002)
    deepStrictEqual(times(2003).values.slice(-2), [2001, 2003])
    strictEqual(times(4002).step, 4)
  })

  it("is counted by what became of each", () => {
    const all = [
      slot({ score: score(0.02) }),
      slot({
        status: "skipped",
        requests: 0,
        attempts: [],
        cost: undefined,
        durationMs: 0,
        promptTokens: undefined,
        completionTokens: undefined
      }),
      slot({ status: "skipped", requests: 1, cost: undefined }),
      slot({ status: "failed", resumed: true, requests: 4, attempts: [attempt({ cause: "improve", waitedMs: 7 })] }),
      slot({
        requests: 2,
        attempts: [attempt({ cause: "backoff", waitedMs: 11 }), attempt({ cause: "hint", waitedMs: 13 })]
      }),
      slot({
        requests: 0,
        attempts: [attempt({ cause: "patience", waitedMs: 17 }), attempt({ cause: "repair", waitedMs: 19 })]
      })
    ]
    const { returns, times, ...counts } = Totals.of(all)
    const expected = {
      slots: 6,
      made: 3,
      unasked: 1,
      resumed: 1,
      requests: 8,
      retries: 3,
      cost: 0.0008,
      priced: 0,
      ofUnknownCost: 1,
      promptTokens: 1550,
      completionTokens: 2700,
      waitedMs: 67,
      aloneMs: 7 * 4000 + 11 + 13 + 17,
      least: 0.011,
      most: 0.02
    }
    deepStrictEqual({ ...counts, cost: Math.round(counts.cost * 1e4) / 1e4 }, expected)
    deepStrictEqual([returns.values, times.values.length], [[0.02], 5])
    const twice = Totals.sum([Totals.of(all), Totals.of(all), Totals.none()])
    for (const name of ["slots", "made", "unasked", "resumed", "requests", "retries", "ofUnknownCost"] as const)
      strictEqual(twice[name], 2 * expected[name], name)
    for (const name of ["promptTokens", "completionTokens", "waitedMs", "aloneMs"] as const)
      strictEqual(twice[name], 2 * expected[name], name)
    strictEqual(Math.round(twice.cost * 1e4), 16)
    deepStrictEqual(
      [twice.least, twice.most, twice.returns.values.length, twice.times.values.length],
      [0.011, 0.02, 2, 10]
    )
  })
})

describe("a page of many", () => {
  const page = (count: number, facts: (index: number) => Partial<Run.Slot> = () => ({})) =>
    Page.render(run(times(count, (index) => slot({ model: `m/${index}`, attempts: [], ...facts(index) }))))

  it("begins with 61, and shows those that stand out", () => {
    strictEqual(countOf(page(60), "<article"), 60)
    assert.notInclude(page(60), "Those that stand out")
    assert.include(page(61), "Those that stand out")
    assert.isBelow(countOf(page(61), "<article"), 20)
    deepStrictEqual(Sections.detailed(run(times(60, () => slot()))).size, 60)
    assert.isBelow(Sections.detailed(run(times(61, () => slot()))).size, 20)
  })

  it("has ten on its leaderboard, and eight curves", () => {
    const html = page(61, (index) => ({ score: score(index / 1000, { rank: 61 - index }) }))
    assert.include(html, "; the first 10 of 61")
    strictEqual(countOf(html, '<svg class="equity"'), 8)
    const few = page(60, (index) => ({ score: score(index / 1000, { rank: 60 - index }) }))
    assert.notInclude(few, "; the first")
    strictEqual(countOf(few, '<svg class="equity"'), 60)
  })

  it("says what is not known of the cost, in each row and in numbers", () => {
    const slots = [
      slot({ model: "m/refused", cost: 0 }),
      slot({ model: "m/silent", cost: undefined }),
      slot({ model: "m/both", cost: 0 }),
      slot({ model: "m/both", cost: undefined }),
      slot({ model: "m/some", cost: 0.25 }),
      slot({ model: "m/some", cost: undefined }),
      slot({ model: "m/free", cost: 0, priced: 1 }),
      slot({ model: "m/free", cost: undefined, requests: 2 }),
      slot({ model: "m/twice", cost: 0.01, priced: 1, requests: 2, ofUnknownCost: 1 })
    ]
    const costs = (all: ReadonlyArray<Run.Slot>) =>
      [...Many.byModel(Crowd.of(named(all))).content.text.matchAll(/data-title="Cost">([^<]*)</g)].map(
        ([, cost]) => cost
      )
    deepStrictEqual(costs(slots).toSorted(), [
      "$0",
      "at least $0",
      "at least $0.0100",
      "at least $0.2500",
      "unknown",
      "unknown"
    ])
    const inNumbers = (all: ReadonlyArray<Run.Slot>) =>
      Numbers.render(Totals.of(all), { simulated: false }).content.text
    const row = slot({ cost: 0.01, priced: 1, requests: 2, ofUnknownCost: 1 })
    assert.include(Page.render(run([row])), '"Cost">at least $0.0100<')
    assert.match(inNumbers(slots.slice(0, 4)), /<dd>unknown <span class="note">not known: 2 requests without a price</)
    assert.match(inNumbers(slots), /<dd>\$0.2600 <span class="note">not counting 6 requests of unknown cost</)
  })

  it("has a hundred rows of models and of reasons, and the others together", () => {
    const models = (count: number) =>
      Many.byModel(Crowd.of(named(times(count, (index) => slot({ model: `m/${index}` }))))).content.text
    strictEqual(models(1), "")
    strictEqual(countOf(models(2), '<th scope="row"'), 2)
    strictEqual(countOf(models(100), '<th scope="row"'), 100)
    assert.notInclude(models(100), "others")
    strictEqual(countOf(models(101), '<th scope="row"'), 101)
    assert.include(models(101), "1 others")
    const reasons = (count: number) =>
      Many.reasons(Crowd.of(named(times(count, (index) => slot({ because: `R${index}`, reason: "no" }))))).content.text
    strictEqual(countOf(reasons(100), '<th scope="row"'), 100)
    strictEqual(countOf(reasons(101), '<th scope="row"'), 100)
    assert.include(reasons(101), "101 of 101 algorithms, by reason")
  })

  it("names the least successful first, then by name", () => {
    const slots = ["b", "a", "c", "d"].flatMap((model, index) =>
      times(3, (n) => slot({ model, status: n < index - 1 ? "failed" : "ok" }))
    )
    const names = [...Many.byModel(Crowd.of(named(slots))).content.text.matchAll(/<th scope="row">([a-d])</g)].map(
      ([, name]) => name
    )
    deepStrictEqual(names, ["d", "c", "a", "b"])
  })
})

describe("what is being written", () => {
  const writing = (lines: number, facts: Partial<Run.Slot> = {}) =>
    slot({
      code: undefined,
      status: "open",
      doing: { words: `writing, ${lines} lines`, tail: times(lines, (n) => `line${n}`), lines },
      ...facts
    })
  const shown = (slots: ReadonlyArray<Run.Slot>) => {
    const current = run(slots, { now: 1 })
    return Writing.render(Run.named(current), current).content.text
  }

  it("are twelve panels, of those that write where there are more", () => {
    strictEqual(countOf(shown(times(12, () => writing(1))), "<figure"), 12)
    strictEqual(countOf(shown(times(13, () => writing(1))), "<figure"), 12)
    const written = times(10, () => slot())
    strictEqual(countOf(shown([...written, writing(1), writing(2)]), "<figure"), 12)
    strictEqual(countOf(shown([...written, writing(1), writing(2), writing(3)]), "<figure"), 3)
    strictEqual(shown([writing(0)]), "")
    strictEqual(Writing.render(named([writing(1)]), run([])).content.text, "")
  })

  it("has the last ten lines of what is written, of 120 characters", () => {
    const code = times(12, (n) => `line${n}`).join("\n")
    const text = shown([slot({ code })])
    assert.include(text, '<pre class="tail"><code>line2\nline3\n')
    assert.include(text, "line11\n</code>")
    assert.include(text, '<span class="note">written</span>')
    assert.notInclude(shown([slot({ code: "x".repeat(120) })]), "…")
    assert.include(shown([slot({ code: "x".repeat(121) })]), `${"x".repeat(119)}…`)
  })

  it("keeps 8,000 characters", () => {
    const of = (length: number) => Written.add(Written.nothing, `\n${"x".repeat(length - 1)}`, 0)
    strictEqual(of(8000).text.length, 8000)
    strictEqual(of(8000).before, 0)
    strictEqual(of(8001).text.length, 8000)
    strictEqual(of(8001).before, 1)
    strictEqual(of(8001).end, 8001)
    strictEqual(Written.lines(of(8001)), 2)
    strictEqual(Written.isBlank({ text: " \n", end: 2, before: 0 }), true)
    strictEqual(Written.isBlank({ text: " \n", end: 2, before: 1 }), false)
    const next = Written.add(of(8001), "yy", 8001)
    deepStrictEqual([next.end, next.text.length, next.text.slice(-3)], [8003, 8000, "xyy"])
    deepStrictEqual(Written.add(of(8001), "yy", 7999).text.slice(-3), "xyy")
  })
})

describe("numbers and times", () => {
  it("are written as people read them", () => {
    const MINUTE = 60_000
    deepStrictEqual(
      [
        0,
        10,
        99,
        1000,
        1234,
        10 * MINUTE - 1,
        10 * MINUTE,
        12.345 * MINUTE,
        120 * MINUTE - 1,
        120 * MINUTE,
        150 * MINUTE
      ].map(Format.moment),
      ["0 s", "0.01 s", "0.1 s", "1 s", "1.23 s", "600 s", "10 min", "12.3 min", "120 min", "2 h", "2.5 h"]
    )
    deepStrictEqual(
      [0, 0.00004, -0.00004, 0.00005, -0.0001, 0.0123, 12.3].map((share) => Format.change(share)),
      ["0.00\u00a0%", "0.00\u00a0%", "0.00\u00a0%", "+0.01\u00a0%", "−0.01\u00a0%", "+1.23\u00a0%", "+1,230.00\u00a0%"]
    )
    strictEqual(Format.change(0.0123, 1), "+1.2\u00a0%")
    deepStrictEqual(
      [Format.share(1, 0), Format.share(0, 1), Format.share(2, 3), Format.share(1, 1)],
      ["–", "0 %", "67 %", "100 %"]
    )
    deepStrictEqual([Format.dollars(undefined), Format.dollars(0), Format.dollars(0.25)], ["unknown", "$0", "$0.2500"])
    strictEqual(Format.date(Date.UTC(2026, 10, 29, 12, 34, 56)), "2026-11-29 12:34 UTC")
    deepStrictEqual([Format.count(1, "line"), Format.count(1200, "line")], ["1 line", "1,200 lines"])
    deepStrictEqual(
      ["abc", "abcd"].map((text) => Format.cut(text, 3)),
      ["abc", "ab…"]
    )
    strictEqual(Format.cut("a😀b", 3), "a…")
  })
})

describe("the contents", () => {
  it("have a link for each piece with a title", () => {
    const page = Sections.of(run([slot({ score: score(0.02) })]))
    const links = [...Sections.contents(page).text.matchAll(/<a href="#(\w+)">/g)].map(([, id]) => id)
    deepStrictEqual(links, ["answer", "equity", "timeline", "numbers", "details"])
  })
})
