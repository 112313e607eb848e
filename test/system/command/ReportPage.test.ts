/** `--report` and `algogen report`: the file, and what a browser and a parser make of it. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import { algogen, algorithms, list, models, PATIENCE, read, scene, start, startAlgogen, write } from "./command.js"

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
        for (const flag of ["--report", "--metrics"]) {
          const { code, stderr } = yield* generate([...models("a/one"), `${flag}=-`])
          deepStrictEqual(code, 2)
          assert.include(stderr, `${flag} needs the name of a file and does not write to standard output`)
        }
        assert.notInclude(yield* list(folder), "-")
        deepStrictEqual((yield* server.stats).requests, 0)
      }),
    PATIENCE
  )
})

describe("a run that sends nothing", () => {
  it.scopedLive(
    "says that it has no page to write, open or view",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        const dry = yield* generate([...models("openai/gpt-4o-mini"), "--dry-run", "--report", "run.html", "--view"])
        deepStrictEqual(dry.code, 0)
        assert.include(dry.stderr, "--report and --view are not used: nothing is sent, so there is no page.")
        const shown = yield* generate([...models("openai/gpt-4o-mini"), "--show-prompt", "--open"])
        assert.include(shown.stderr, "--open is not used")
        assert.notInclude(yield* list(folder), "run.html")
      }),
    PATIENCE
  )
})

describe("algogen view", () => {
  it.scopedLive(
    "serves the page of a folder until it is interrupted, with what runs add to it",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        yield* generate(models("openai/gpt-4o-mini"))
        const viewing = yield* startAlgogen(["view"], { folder })
        const address = yield* viewing.names("View: ")
        const page = Effect.promise(async () => (await fetch(address)).text())
        assert.include(yield* page, "1 of 1 algorithm for AAPL")
        yield* generate(models("qwen/qwen-2-7b-instruct:free"))
        yield* page.pipe(
          Effect.delay(100),
          Effect.repeat({ until: (text) => text.includes("2 of 2 algorithms for AAPL") }),
          Effect.timeout("30 seconds")
        )
        yield* viewing.kill("SIGINT")
        deepStrictEqual((yield* viewing.ended).code, 130)
        const none = yield* algogen(["view", "nowhere"], { folder })
        deepStrictEqual([none.code, none.stdout], [2, ""])
        assert.include(none.stderr, "neither a manifest nor a journal in nowhere: there is no such folder")
      }),
    PATIENCE
  )
})

const linesOf = (folder: string, out: string) =>
  Effect.map(read(folder, out, Manifest.NAME), (text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line): Manifest.Line => Schema.decodeSync(Schema.parseJson(Manifest.Line))(line))
  )

describe("the manifest of a run for one ticker", () => {
  it.scopedLive(
    "has a line for each algorithm, in order, with its score, also of simulated ones, and the page shows it",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* scene()
        const asked = ["generate", "--simulate", "--trial", ...models("sim/ok", "sim/no-code", "sim/ok")]
        deepStrictEqual((yield* algogen(asked, { folder })).code, 0)
        const lines = yield* linesOf(folder, "simulated")
        deepStrictEqual(
          lines.map(({ check, model, simulated, status }) => [model, status, check, simulated]),
          [
            ["sim/ok", "ok", "passed", true],
            ["sim/no-code", "failed", "failed", true],
            ["sim/ok", "ok", "passed", true]
          ]
        )
        const files = lines.flatMap(({ file }) => file ?? [])
        deepStrictEqual([...files].sort(), yield* algorithms(folder, "simulated"))
        for (const { score, status, trial } of lines) assert.strictEqual(score === undefined, status !== "ok", trial)

        const report = yield* algogen(["report", "simulated"], { folder })
        deepStrictEqual(report.code, 0, report.stderr)
        const page = yield* read(folder, "simulated", "report.html")
        for (const words of ["2 of 3 algorithms for AAPL", "Leaderboard", "Rank"]) assert.include(page, words)
        assert.include(page, "def execute_trade")
        assert.notInclude(page, "# prompt: sha256")

        yield* algogen(["generate", "--simulate", ...models("sim/no-code")], { folder })
        const after = yield* linesOf(folder, "simulated")
        deepStrictEqual(
          after.map(({ model }) => model),
          ["sim/ok", "sim/ok", "sim/no-code"]
        )
        assert.notStrictEqual(after[2]?.run, lines[1]?.run)
      }),
    PATIENCE
  )
})

describe("algogen report", () => {
  it.scopedLive(
    "makes the page from the journal where there is no manifest, or only that of an earlier run",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        const manifest = path.join(folder, "generated", Manifest.NAME)
        const titleOf = Effect.zipRight(
          algogen(["report"], { folder }),
          Effect.map(read(folder, "generated", "report.html"), (page) => / of \d+ algorithms? for \w+/.exec(page)?.[0])
        )
        yield* generate(models("openai/gpt-4o-mini"))
        const earlier = yield* read(manifest)
        yield* generate(models("qwen/qwen-2-7b-instruct:free"))
        yield* Effect.promise(() => fs.rm(manifest))
        assert.strictEqual(yield* titleOf, " of 2 algorithms for AAPL")
        yield* write(earlier, manifest)
        yield* Effect.promise(() => fs.utimes(manifest, 0, 0))
        assert.strictEqual(yield* titleOf, " of 2 algorithms for AAPL")
      }),
    PATIENCE
  )

  it.scopedLive(
    "makes the page from the manifest that runs for one ticker and for many share, and leaves nothing where there is none",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        yield* generate(models("openai/gpt-4o-mini", "qwen/qwen-2-7b-instruct:free"))
        deepStrictEqual((yield* algogen(["report"], { folder })).code, 0)
        const first = yield* read(folder, "generated", "report.html")
        assert.include(first, "2 of 2 algorithms for AAPL")
        deepStrictEqual([...first.matchAll(/<title>attempt 1: ok \(.*?, first token after/g)].length, 2)
        yield* generate([...models("openai/gpt-4o-mini"), "-t", "TSLA", "-t", "MSFT"])
        const { code } = yield* algogen(["report", "generated", "--report", "all.html"], { folder })
        deepStrictEqual(code, 0)
        const page = yield* read(folder, "all.html")
        assert.include(page, "4 of 4 algorithms for 3 tickers")
        assert.match(page, /href="generated\/TSLA\/[^"]+"/)
        assert.include(page, '<span class="k">def</span> execute_trade')
        const none = yield* algogen(["report", "nowhere"], { folder })
        deepStrictEqual(none.code, 2)
        assert.include(none.stderr, "neither a manifest nor a journal in nowhere: there is no such folder")
        assert.notInclude(yield* list(folder), "nowhere")
      }),
    PATIENCE
  )
})
