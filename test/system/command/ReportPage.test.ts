import * as fs from "node:fs/promises"
import * as path from "node:path"
/** `--report` and `algogen report`: the file, and what a browser and a parser make of it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import * as Page from "../../../src/report/Page.js"
import { many, six } from "../../unit/report/runs.js"
import * as Browser from "./browser.js"
import { algogen, algorithms, emptyFolder, list, models, PATIENCE, read, scene, start, write } from "./command.js"

/** Python's parser of HTML, which none of us wrote: tags that are not closed, and attributes that should not be there. */
const PARSER = `
import sys
from html.parser import HTMLParser
VOID = {"meta", "br"}
class Check(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []
    def handle_starttag(self, tag, attributes):
        if tag in {"script", "img", "link", "iframe", "object", "form"}: self.wrong.append(tag)
        self.wrong += [name for name, _ in attributes if name.startswith("on") or name == "style"]
        if tag not in VOID: self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.wrong.append("/" + tag)
    def handle_startendtag(self, tag, attributes):
        pass
check = Check()
check.feed(open(sys.argv[1], encoding="utf-8").read())
check.close()
print(check.wrong, check.open)
`

const parsed = (file: string) =>
  start("python3", ["-c", PARSER, file], { folder: path.dirname(file) }).pipe(
    Effect.flatMap(({ ended }) => ended),
    Effect.scoped
  )

describe("--report", () => {
  it.scopedLive(
    "writes a page with links to the files, also where a model failed, and says where it is",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        const flags = [...models("openai/gpt-4o-mini", "sim/status-404"), "--report", "pages/run.html", "--json"]
        const { code, stderr, stdout } = yield* generate(flags)
        deepStrictEqual(code, 0, stderr)
        assert.include(stderr, "Report: pages/run.html")
        assert.isTrue(JSON.parse(stdout).success)
        const page = yield* read(folder, "pages", "run.html")
        assert.include(page, "1 of 2 algorithms for AAPL")
        const [, link = ""] = /href="(\.\.[^"]*)"/.exec(page) ?? []
        const file = path.join(folder, "pages", decodeURIComponent(link))
        deepStrictEqual(yield* algorithms(folder, "generated"), [path.basename(file)])
        assert.include(yield* read(file), "def execute_trade")
        const verdict = yield* parsed(path.join(folder, "pages", "run.html"))
        deepStrictEqual(verdict.stdout, "[] []\n", verdict.stderr)
      }),
    PATIENCE
  )

  it.scopedLive(
    "fails before anything is sent if the page could not be written",
    () =>
      Effect.gen(function* () {
        const { folder, generate, server } = yield* scene()
        yield* write("", folder, "file")
        for (const place of [".", "file/run.html"]) {
          const { code, stderr } = yield* generate([...models("a/one"), "--report", place])
          deepStrictEqual(code, 2)
          assert.match(stderr, /--report/)
        }
        deepStrictEqual((yield* server.stats).requests, 0)
      }),
    PATIENCE
  )
})

describe("algogen report", () => {
  it.scopedLive(
    "makes the page from the journal, or from a manifest where there is one, and leaves nothing where there is neither",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        yield* generate(models("openai/gpt-4o-mini", "qwen/qwen-2-7b-instruct:free"))
        deepStrictEqual((yield* algogen(["report"], { folder })).code, 0)
        assert.include(yield* read(folder, "generated", "report.html"), "2 of 2 algorithms for AAPL")
        yield* generate([...models("openai/gpt-4o-mini"), "-t", "TSLA", "-t", "MSFT"])
        const { code } = yield* algogen(["report", "generated", "--report", "all.html"], { folder })
        deepStrictEqual(code, 0)
        const page = yield* read(folder, "all.html")
        assert.include(page, "2 of 2 algorithms for 2 tickers")
        assert.match(page, /href="generated\/TSLA\/[^"]+"/)
        assert.include(page, '<span class="k">def</span> execute_trade')
        const none = yield* algogen(["report", "nowhere"], { folder })
        deepStrictEqual(none.code, 2)
        assert.include(none.stderr, "neither a manifest nor a journal")
        assert.notInclude(yield* list(folder), "nowhere")
      }),
    PATIENCE
  )
})

const Printed = Schema.Struct({ data: Schema.String })

describe.skipIf(Browser.CHROMIUM === undefined)("the page in a browser (skipped without Chromium)", () => {
  it.scopedLive(
    "fits telephone, desk and paper, and asks and complains of nothing",
    () =>
      Effect.gen(function* () {
        const folder = yield* emptyFolder
        const browser = yield* Browser.make
        const pages = { six: Page.render(six), many: Page.render(many(6, 20)) }
        for (const [name, text] of Object.entries(pages)) {
          const file = path.join(folder, `${name}.html`)
          yield* write(text, file)
          for (const width of [360, 800, 1600]) {
            for (const scheme of ["light", "dark"]) {
              const place = `${name} ${width} ${scheme}`
              yield* Effect.promise(async () => {
                const size = { width, height: 900, deviceScaleFactor: 1, mobile: false }
                await browser.send("Emulation.setDeviceMetricsOverride", size)
                const features = [{ name: "prefers-color-scheme", value: scheme }]
                await browser.send("Emulation.setEmulatedMedia", { features })
                await browser.open(file)
                const wide = await browser.number("document.documentElement.scrollWidth")
                assert.isAtMost(wide, width, place)
                const styled = await browser.number(
                  "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
                )
                assert.isTrue(scheme === "dark" ? styled < 60 : styled > 200, place)
                const shots = process.env["ALGOGEN_SHOTS"]
                if (shots === undefined) return
                const shot = await browser.send("Page.captureScreenshot", { captureBeyondViewport: true })
                const { data } = Schema.decodeUnknownSync(Printed)(shot)
                await fs.writeFile(path.join(shots, `${name}-${width}-${scheme}.png`), Buffer.from(data, "base64"))
              })
            }
          }
        }
        yield* Effect.promise(async () => {
          await browser.open(path.join(folder, "six.html"))
          const bars = await browser.number(
            "[...document.querySelectorAll('.lanes .bar')].filter((bar) => bar.getBoundingClientRect().width > 0).length"
          )
          deepStrictEqual(bars, six.slots.flatMap(({ attempts }) => attempts).length)
          const { data } = Schema.decodeUnknownSync(Printed)(
            await browser.send("Page.printToPDF", { preferCSSPageSize: true })
          )
          const pdf = Buffer.from(data, "base64").toString("latin1")
          assert.isAtMost([...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, 4)
        })
        const asked = browser.heard.filter(({ method }) => method === "Network.requestWillBeSent")
        // Only the pages themselves.
        assert.isTrue(asked.every(({ params }) => JSON.stringify(params).includes('"type":"Document"')))
        const said = browser.heard.filter(({ method }) =>
          /^(Log.entryAdded|Runtime.(consoleAPICalled|exceptionThrown))$/.test(method ?? "")
        )
        deepStrictEqual(said, [])
      }),
    PATIENCE
  )
})
