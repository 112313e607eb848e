/** The page of a run in a browser: as a file, and served while the run goes on. Pictures are kept in `test/screenshots`. */
import * as path from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import type { Browser } from "playwright-core"
import * as Server from "../../../src/cli/live/Server.js"
import * as Follow from "../../../src/report/live/Follow.js"
import * as FollowMany from "../../../src/report/live/FollowMany.js"
import * as LivePage from "../../../src/report/live/LivePage.js"
import * as Page from "../../../src/report/Page.js"
import { outcome } from "../../unit/cli/bulk/outcomes.js"
import { CODE, many, six } from "../../unit/report/runs.js"
import { algorithms, emptyFolder, PATIENCE, scene, write } from "../command/command.js"
import * as Chromium from "./chromium.js"

const SIX = [
  "openai/gpt-4o-mini",
  "sim/status-404",
  "sim/status-503*1",
  "sim/syntax-error",
  "qwen/qwen-2-7b-instruct:free",
  "a/six"
]
const RUN = [...SIX.flatMap((id) => ["--model", id]), "--trial", "--view", "--deadline", "60"]

const WORDS = { live: "live", over: "over", lost: "lost" }

const context = () => ({
  simulated: true,
  deadlineMs: 400_000,
  concurrency: 6,
  limits: [],
  basis: () => "Scored.",
  holdCurves: () => new Map<string, ReadonlyArray<number>>(),
  link: () => undefined
})

/** A page that follows what the test tells it. */
const serving = (follow: Follow.Follow) =>
  Effect.map(
    Server.make({
      port: 0,
      page: () => LivePage.render(follow.page(Date.now()), WORDS),
      onOpen: () => undefined,
      onError: () => undefined
    }),
    (server) => ({ ...server, draw: () => server.push(LivePage.picture(follow.page(Date.now()))) })
  )

describe.skipIf(Chromium.PROGRAM === undefined)("in a browser (skipped: Chromium is not installed)", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await Chromium.launch()
  })
  afterAll(() => browser.close())

  const open = (address: string) => Effect.promise(() => Chromium.open(browser, address))

  it.scopedLive(
    "a report fits telephone, desk and paper, and asks and complains of nothing",
    () =>
      Effect.gen(function* () {
        const folder = yield* emptyFolder
        for (const [name, run] of [
          ["six", six],
          ["many", many(6, 20)]
        ] as const) {
          const file = path.join(folder, `${name}.html`)
          yield* write(Page.render(run), file)
          const watched = yield* open(pathToFileURL(file).href)
          deepStrictEqual(yield* Effect.promise(() => Chromium.look(watched, `report-${name}`)), [])
          deepStrictEqual(watched.asked, [pathToFileURL(file).href])
          deepStrictEqual(watched.said, [])
          if (run !== six) continue
          yield* Effect.promise(async () => {
            const bars = await watched.page
              .locator(".lanes .bar")
              .evaluateAll((bars) => bars.filter((bar) => bar.getBoundingClientRect().width > 0).length)
            deepStrictEqual(bars, six.slots.flatMap(({ attempts }) => attempts).length)
            const pdf = (await watched.page.pdf({ preferCSSPageSize: true })).toString("latin1")
            assert.isAtMost([...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, 4)
          })
        }
      }),
    PATIENCE
  )

  it.scopedLive(
    "follows six models from start to end, also through a reload, and ends as the report",
    () =>
      Effect.gen(function* () {
        const { folder, startGenerate } = yield* scene({ latencyScale: 4 })
        const running = yield* startGenerate([...RUN, "--report", "run.html"])
        const watched = yield* open(yield* running.names("View: "))
        const { page } = watched
        yield* Effect.promise(async () => {
          const lanes = page.locator(".lanes .lane")
          await page.locator(".lanes .bar.running").first().waitFor()
          deepStrictEqual(await lanes.count(), 6)
          await page.locator(".tail", { hasText: "def " }).first().waitFor()
          await Chromium.shoot(watched, "view-start")
          const lane = page.locator(".lanes .lane").first()
          const before = await lane.innerHTML()
          for (let now = before; now === before; now = await lane.innerHTML()) await page.waitForTimeout(50)
          await page.locator("h1", { hasText: /^[1-5] of 6/ }).waitFor()
          await page.locator("#answer h2", { hasText: "Leaderboard" }).waitFor()
          const made = await page.locator("h1").textContent()
          await page.reload()
          assert.isAtLeast(Number((await page.locator("h1").textContent())?.[0]), Number(made?.[0]))
          deepStrictEqual(await lanes.count(), 6)
          await Chromium.shoot(watched, "view-middle")
          await page.locator("#state", { hasText: "The run is over" }).waitFor()
          deepStrictEqual(await page.locator(".bar.running, .tail, progress").count(), 0)
        })
        const { code, stderr } = yield* running.ended
        deepStrictEqual(code, 0, stderr)
        const report = yield* open(pathToFileURL(path.join(folder, "run.html")).href)
        yield* Effect.promise(async () => {
          for (const part of ["h1", "#answer", "#timeline", "#numbers"]) {
            deepStrictEqual(await page.locator(part).innerText(), await report.page.locator(part).innerText(), part)
          }
          deepStrictEqual(await page.locator("main").innerText(), await report.page.locator("main").innerText())
          deepStrictEqual(await Chromium.look(watched, "view-end"), [])
        })
        deepStrictEqual(watched.said, [])
        deepStrictEqual(
          [...new Set(watched.asked.map((address) => new URL(address).pathname.split("/")[2]))],
          ["", "events"]
        )
      }),
    PATIENCE
  )

  it.scopedLive(
    "lets the run go on when the page is closed",
    () =>
      Effect.gen(function* () {
        const { folder, startGenerate } = yield* scene({ latencyScale: 0.5 })
        const running = yield* startGenerate(RUN)
        const { page } = yield* open(yield* running.names("View: "))
        yield* Effect.promise(async () => {
          await page.locator(".lanes .bar.running").first().waitFor()
          await page.close()
        })
        const { code, stderr } = yield* running.ended
        deepStrictEqual(code, 0, stderr)
        deepStrictEqual((yield* algorithms(folder, "generated")).length, 3)
      }),
    PATIENCE
  )

  it.scopedLive(
    "keeps names, code and messages of others inert, and what a reader has unfolded",
    () =>
      Effect.gen(function* () {
        const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script></pre></main>"'`
        const follow = Follow.make({ startedAt: Date.now(), context })
        const hear = (event: Parameters<Follow.Follow["hear"]>[0]) => follow.hear(event, Date.now())
        hear({ _tag: "RunStarted", ticker: "AAPL", models: [`a/${hostile}`, "b/two"] })
        hear({ _tag: "ModelStarted", index: 0, model: "a" })
        hear({ _tag: "ModelStarted", index: 1, model: "b/two" })
        hear({ _tag: "Generated", index: 1, model: "b/two", code: CODE })
        const server = yield* serving(follow)
        const watched = yield* open(server.address)
        const { page } = watched
        yield* Effect.promise(async () => {
          await page.locator("article summary").first().click()
          await page.locator("#state", { hasText: "live" }).waitFor()
          hear({ _tag: "Writing", index: 0, model: "a", text: `import math\n${hostile}`, offset: 0 })
          server.draw()
          await page.locator(".tail", { hasText: "<script>alert(2)" }).waitFor()
          hear({ _tag: "SaveFailed", index: 1, model: "b/two", message: hostile })
          server.draw()
          await page.locator("article", { hasText: "onerror" }).waitFor()
          deepStrictEqual(await page.locator("img, main script, main main").count(), 0)
          deepStrictEqual(await page.locator("article details").first().getAttribute("open"), "")
        })
        deepStrictEqual(watched.said, [])
      }),
    PATIENCE
  )

  it.scopedLive(
    "lets no page from elsewhere read it",
    () =>
      Effect.gen(function* () {
        const follow = Follow.make({ startedAt: Date.now(), context })
        const server = yield* serving(follow)
        const elsewhere = yield* serving(follow)
        const { page } = yield* open(`${new URL(elsewhere.address).origin}/`)
        const statuses: Array<number> = []
        page.on("response", (response) => statuses.push(response.status()))
        const fetched = yield* Effect.promise(() =>
          page.evaluate(
            (address) =>
              Promise.all(
                [{}, { mode: "no-cors" as const }].map((options) =>
                  fetch(address, options).then(
                    ({ status }) => status,
                    () => "refused"
                  )
                )
              ),
            server.address
          )
        )
        assert.notInclude(fetched, 200)
        assert.notInclude(statuses, 200)
      }),
    PATIENCE
  )

  it.scopedLive(
    "shows thousands as groups",
    () =>
      Effect.gen(function* () {
        const asked = (index: number) => ({ model: `lab/model-${index % 6}`, ticker: `T${index % 500}`, sample: 1 })
        const startedAt = Date.now() - 60_000
        const follow = FollowMany.make({ startedAt, context, total: 5000, asked })
        for (let index = 0; index < 3000; index++) {
          const { model, ticker } = asked(index)
          const at = startedAt + index * 20
          follow.hear({ _tag: "ModelStarted", index, model }, at)
          if (index < 2990)
            follow.hear(
              { _tag: "Settled", index, model, outcome: outcome({ index, model, ticker, durationMs: index }) },
              at
            )
        }
        const server = yield* serving(follow)
        const watched = yield* open(server.address)
        yield* Effect.promise(async () => {
          await watched.page.locator("#state", { hasText: "live" }).waitFor()
          deepStrictEqual(await watched.page.locator("h1").textContent(), "2,990 algorithms so far, for 500 tickers")
          deepStrictEqual(await watched.page.locator(".lanes .lane").count(), 10)
          deepStrictEqual(await Chromium.look(watched, "view-many"), [])
        })
        deepStrictEqual(watched.said, [])
      }),
    PATIENCE
  )
})
