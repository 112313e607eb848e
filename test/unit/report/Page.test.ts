/** The page as a browser and a reader get it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as FastCheck from "effect/FastCheck"
import * as Answer from "../../../src/report/Answer.js"
import * as Crowd from "../../../src/report/Crowd.js"
import * as Page from "../../../src/report/Page.js"
import { named, type Run, type Score } from "../../../src/report/Run.js"
import { character } from "../properties.js"
import { attempt, CODE, many, run, score, six, slot, START } from "./runs.js"

const page = Page.render(six)

/** What stands between the tags, with its entities. */
const textOf = (html: string): string =>
  html
    .replace(/<style>[^]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")

const headings = (html: string): ReadonlyArray<string> =>
  [...html.matchAll(/<h([123])>(.*?)<\/h\1>/g)].map(([, level = "", text = ""]) => `${level} ${text}`)

describe("the page of six models", () => {
  it("begins with the answer, and goes on in the order in which people ask", () => {
    deepStrictEqual(headings(page).slice(0, 6), [
      "1 4 of 6 algorithms for AAPL",
      "2 Leaderboard",
      "2 Equity against buy and hold",
      "2 Timeline",
      "2 In numbers",
      "2 Each algorithm"
    ])
    assert.include(textOf(page), "The best is a/one , +4.10 % against +1.10 % of buy and hold.")
  })

  it("says what was made where nothing was scored", () => {
    const plain = Page.render(run([slot(), slot({ model: "b/two" })]))
    deepStrictEqual(headings(plain).slice(1, 4), ["2 What was made", "2 Timeline", "2 In numbers"])
  })

  it("names no best one where the intervals overlap, or there is nobody to be better than", () => {
    const tied = [slot({ score: score(0.02) }), slot({ model: "b/two", score: score(0.01) })]
    assert.include(textOf(Page.render(run(tied))), "The highest return has a/one , +2.00 %")
    assert.include(textOf(Page.render(run(tied))), "within the error of others")
    assert.include(Page.render(run(tied)), "these prices do not tell them apart")
    const [only = slot()] = tied
    assert.notInclude(Page.render(run([only])), "The best is")
  })

  it("puts what never traded behind every loss, for one ticker and for several, and lets it stand out nowhere", () => {
    const idle = slot({ model: "idle/one", score: score(0, { trades: 0, rank: undefined }) })
    const loser = slot({ model: "b/two", score: score(-0.2) })
    for (const slots of [
      [idle, loser],
      [idle, { ...loser, ticker: "TSLA" }]
    ]) {
      deepStrictEqual(
        Answer.scored(named(run(slots))).map(({ model }) => model),
        ["b/two", "idle/one"]
      )
      assert.match(textOf(Page.render(run(slots))), / – [^–]*idle\/one .*?never traded/)
      const [highest, lowest] = Crowd.of(named(run(slots))).tops
      for (const top of [highest, lowest]) {
        deepStrictEqual(
          top?.found.map(({ slot }) => slot.model),
          ["b/two"]
        )
      }
    }
  })

  it("labels the lines of a small picture so that no two are alike", () => {
    const flat = (value: number): Partial<Score> => ({
      plays: [{ equity: [1 + value / 2, 1 + value], holdEquity: [1, 1 + value / 3] }],
      buyAndHold: value / 3
    })
    for (const value of [0.4, 0.04, 0.011, 0.0015, 0.0009]) {
      const text = Page.render(run([slot({ score: score(value, flat(value)) })]))
      const [, picture = ""] = /<svg class="equity"(.*?)<\/figure>/s.exec(text.replace(/\s+/g, " ")) ?? []
      const labels = [...picture.matchAll(/class="tick"[^>]*>([^<]*)</g)].map(([, label]) => label)
      assert.isAbove(labels.length, 1, String(value))
      deepStrictEqual(new Set(labels).size, labels.length, labels.join())
    }
  })

  it("draws every attempt, every wait and its reason, each first token and the deadline", () => {
    const attempts = six.slots.flatMap(({ attempts }) => attempts)
    const count = (pattern: RegExp) => [...page.matchAll(pattern)].length
    deepStrictEqual(count(/<title>attempt \d+:/g), attempts.length)
    deepStrictEqual(count(/<title>waited /g), attempts.filter(({ waitedMs }) => waitedMs > 0).length)
    // One more is in the legend.
    deepStrictEqual(
      count(/class="first"/g),
      1 + attempts.filter(({ firstTokenMs }) => firstTokenMs !== undefined).length
    )
    deepStrictEqual(count(/class="deadline"/g), six.slots.length + 1)
    assert.match(page, /waited 9\.0 s as the server asked.*waited 0\.5 s after a failure/s)
    assert.match(page, /deadline 24 s/)
    assert.match(page, /<rect class="bar limited"[^>]*\/>\s*<rect\s+class="texture"[^>]*url\(#p-limited\)/)
  })

  it("does not press the run into a corner where the deadline is far away, and says where it is", () => {
    const early = Page.render(run([slot()], { durationMs: 5000, deadlineMs: 400_000 }))
    assert.notInclude(early, 'class="deadline"')
    assert.include(textOf(early), "The deadline was 400 s after the start")
  })

  it("marks simulated runs, and warns of real ones", () => {
    assert.include(textOf(Page.render(run([slot()], { simulated: true }))), "Do not trade with it.")
    assert.include(page, "read the code before you trade with it")
    assert.notInclude(page, "Simulated:")
  })

  it("reckons the speed-up from the requests and the waits that servers imposed, not from those for a turn", () => {
    const attempts = [
      attempt({ durationMs: 3000, waitedMs: 9000 }),
      attempt({ number: 2, cause: "backoff", durationMs: 2000, waitedMs: 1000 })
    ]
    const twice = [slot({ attempts, requests: 2 }), slot({ attempts, requests: 2 })]
    assert.match(textOf(Page.render(run(twice, { durationMs: 6000 }))), /Speed-up\s+2\.0 times/)
  })

  it("takes the requests of rounds for no retries, and says what they were waited for", () => {
    const attempts = [
      attempt({ number: 1 }),
      attempt({ number: 2, cause: "improve", startedAt: START + 20_000, waitedMs: 18_000 }),
      attempt({ number: 3, cause: "repair", startedAt: START + 30_000 })
    ]
    const html = Page.render(run([slot({ attempts, requests: 3 })]))
    assert.match(html.replace(/\s+/g, " "), /1 of them \(33 %\) retries or corrections/)
    assert.include(html, "for the other models")
  })

  it("shows thirty attempts of a model, and says so where there are more", () => {
    const saidOf = (length: number) => {
      const attempts = Array.from({ length }, (_, index) => attempt({ number: index + 1 }))
      return /the first \d+ of \d+/.exec(Page.render(run([slot({ attempts, requests: length })])))?.[0]
    }
    assert.isUndefined(saidOf(30))
    assert.strictEqual(saidOf(31), "the first 30 of 31")
  })

  it("shows code with its lines, coloured, folded, and its difference to the nearest", () => {
    assert.match(page, /<details>\s*<summary>Code, 11 lines<\/summary>/)
    assert.include(page, '<span class="k">def</span> execute_trade')
    assert.include(page, '<span class="c"># Averages of the last prices.</span>')
    assert.include(page, '<span class="s">    sells above it.&quot;&quot;&quot;</span>')
    assert.match(page, /Difference to a\/one, the nearest: 95 % of the lines are the same/)
    assert.include(page, '<ins class="l">+ # Of all.</ins>')
  })
})

describe("what a page needs", () => {
  it("is itself: no script, no address that is loaded, and a policy that allows its one style by hash", async () => {
    for (const html of [page, Page.render(many(4, 20))]) {
      assert.notMatch(html, /<script|<img|<link|<iframe|<object|<form|\son\w+=|\sstyle=|@import|url\((?!#)/i)
      for (const [, address = ""] of html.matchAll(/(?:href|src)="([^"]*)"/g))
        assert.match(address, /^(?:#|generated\/)/)
      const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? []
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style))
      const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
      assert.include(
        html,
        `"default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`.replaceAll("'", "&#39;")
      )
    }
  })

  it("has every table captioned, every drawing named or hidden, and every link and pattern at its end", () => {
    for (const html of [page, Page.render(many(4, 20))]) {
      deepStrictEqual(html.split("<table").length, html.split("<caption>").length)
      // The inner drawing of a curve belongs to the one around it.
      for (const [svg, attributes = ""] of html.matchAll(/<svg(?!\s+viewBox)([^>]*)>/g)) {
        assert.match(attributes, /role="img"|aria-hidden="true"/, svg)
      }
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
      deepStrictEqual(ids.length, new Set(ids).size)
      const targets = [...html.matchAll(/href="#([^"]+)"|url\(#([^)]+)\)|aria-describedby="([^"]+)"/g)]
      for (const [, link, pattern, described] of targets) assert.include(ids, link ?? pattern ?? described)
    }
  })

  it("is the same for the same run", () => {
    deepStrictEqual(Page.render(six), page)
  })
})

describe("the page of thousands", () => {
  const crowd = many(12, 250)
  const html = Page.render(crowd)

  it("stays below 3 MB, groups by model, ticker and reason, and shows those that stand out", () => {
    assert.isBelow(html.length, 1_000_000)
    deepStrictEqual(
      headings(html).filter((heading) => heading.startsWith("2")),
      [
        "2 By model",
        "2 Leaderboard",
        "2 Equity against buy and hold",
        "2 Timeline",
        "2 In numbers",
        "2 By ticker",
        "2 Why some are missing",
        "2 Those that stand out"
      ]
    )
    assert.match(textOf(html), /lab\/model-3\s+21\d of 250/)
    assert.include(html, "150 others")
    assert.isBelow(html.split("<article").length, 40)
  })

  it("has room for the code of those it shows, whatever that is", () => {
    const long = Array.from({ length: 30 }, (_, index) =>
      slot({ model: `m/${index}`, code: `${CODE}${`x${index} = [1, 2, "three"]  # four\n`.repeat(3000)}` })
    )
    const heavy = Page.render(run(long))
    assert.isBelow(heavy.length, 3_000_000)
    assert.include(heavy, "The code is left out here")
    assert.include(heavy, "more lines in the file.")
  })
})

describe("text of models and servers", () => {
  const hostile = FastCheck.oneof(
    FastCheck.constantFrom(
      "</code></pre><script>alert(1)</script>",
      `"><img src=x onerror=alert(1)>`,
      "' onmouseover='alert(1)",
      "</style><style>*{display:none}",
      "--><svg onload=alert(1)>",
      "&lt;b&gt; &#60;script&#62;",
      "a\u202Eb\u0000c\u001B[31md",
      "]]><!DOCTYPE x>",
      "javascript:alert(1)",
      "\uD800</title>"
    ),
    FastCheck.string({ unit: character }),
    FastCheck.stringMatching(/^[<>"'&/=a-z !-]{1,30}$/)
  )
  /** Names of tags and of attributes, in order, as a browser finds them. */
  const structure = (html: string): ReadonlyArray<string> =>
    [...html.matchAll(/<(\/?[a-z!][^\s>/]*)([^>]*)>/gi)].map(
      ([, tag = "", attributes = ""]) => `${tag} ${attributes.replace(/"[^"]*"/g, '""')}`
    )
  const of = (text: string): Run =>
    run(
      [
        slot({
          model: text,
          ticker: text,
          strategy: text,
          reason: text,
          because: text,
          file: text,
          servedModel: text,
          checks: [text],
          attempts: [attempt({ outcome: text, message: text, cause: text, status: 500, waitedMs: 9000 })]
        })
      ],
      { scoredOn: text }
    )

  it("stays text wherever it stands", () => {
    // The length of a wait's label decides whether it is shown, and an empty cell is not that of a text.
    const tame = structure(Page.render(of("x")))
    FastCheck.assert(
      FastCheck.property(hostile, (text) => {
        FastCheck.pre(text.length > 0 && text !== "ok")
        const html = Page.render(of(text))
        deepStrictEqual(structure(html), tame)
        assert.notMatch(html, /(?![\n\t])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      })
    )
  })

  it("stays text as code, with no tag but those of colours", () => {
    const other = slot({ model: "b/two", code: CODE })
    const allowed = new Set(structure(Page.render(six)).concat("del", "/del", "ins", "/ins", "span", "/span"))
    const names = new Set([...allowed].map((tag) => tag.split(" ")[0] ?? ""))
    FastCheck.assert(
      FastCheck.property(hostile, hostile, (one, two) => {
        const code = `def execute_trade(a):\n    x = ${JSON.stringify(one)}  # ${two}\n${two}`
        const tags = structure(Page.render(run([slot({ code }), other])))
        deepStrictEqual(
          tags.filter((tag) => !names.has(tag.split(" ")[0] ?? "") || / on\w+=/.test(tag)),
          []
        )
      })
    )
  })

  it("keeps what was written, to the letter", () => {
    const code = `a = "<&>'"  # </pre>\nb = 'x' if a < 1 and a > 2 else f"{a!r}"\n`
    const html = Page.render(run([slot({ code })]))
    const [, shown = ""] = /<pre class="code"[^>]*><code>([^]*?)<\/code>/.exec(html) ?? []
    const entities = new Map([
      ["&lt;", "<"],
      ["&gt;", ">"],
      ["&amp;", "&"],
      ["&quot;", '"'],
      ["&#39;", "'"]
    ])
    const text = shown.replace(/<[^>]*>/g, "").replace(/&[^;]+;/g, (entity) => entities.get(entity) ?? entity)
    deepStrictEqual(text, code)
  })
})

describe("a run of nothing", () => {
  it("is a page all the same", () => {
    assert.include(Page.render(run([], { startedAt: START })), "0 of 0 algorithms")
  })
})
