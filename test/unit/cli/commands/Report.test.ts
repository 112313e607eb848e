/** The page of a folder, as `algogen report` writes it from a manifest in memory. */
import { Path } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Console, Effect, Option } from "effect"
import * as Manifest from "../../../../src/cli/bulk/Manifest.js"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Report from "../../../../src/cli/commands/Report.js"
import * as ReportPage from "../../../../src/cli/ReportPage.js"
import { attempt, outcome } from "../bulk/outcomes.js"
import { said } from "./said.js"

const NOON = Date.UTC(2026, 10, 29, 12)

const line = (model: string, startedAt: number, file: string) =>
  JSON.stringify(
    Manifest.lineOf(
      { model, ticker: "AAPL" },
      outcome({ model, file: Option.some(file), attempts: [attempt(1, { startedAt: startedAt + 5 })] }),
      { startedAt, simulated: false, folder: "" }
    )
  )

const FILES = {
  folder: undefined,
  "folder/manifest.jsonl": [
    line("a/old", NOON, "old.py"),
    line("a/old", NOON + 9000, "new.py"),
    line("b/gone", NOON + 9000, "gone.py"),
    line("c/outside", NOON + 9000, "../secret.py"),
    ""
  ].join("\n"),
  "folder/old.py": "OLD = 1\n",
  "folder/new.py": "NEW = 1\n",
  "secret.py": "SECRET = 1\n",
  empty: undefined,
  file: ""
}

const report = (given: Partial<Commands.Report>) =>
  said(Report.run({ folder: "folder", open: false, report: undefined, ...given }), { files: FILES })

describe("the page of a folder", () => {
  it.effect("is in the folder, with the latest line of each job and the code that is below the folder", () =>
    Effect.gen(function* () {
      const [note, place, ...html] = (yield* report({})).split("\n")
      deepStrictEqual([note, place], ["! Report: folder/report.html", "# folder/report.html"])
      const page = html.join("\n")
      assert.include(page, "<h1>3 of 3 algorithms for AAPL</h1>")
      assert.include(page, "NEW = ")
      for (const absent of ["OLD = ", "SECRET = ", "old.py"]) assert.notInclude(page, absent)
      assert.include(page, '<a href="new.py" title="new.py">')
      assert.include(page, '<a href="../secret.py"')
    })
  )

  it.effect("says what could not be read, and is made of the rest", () =>
    Effect.gen(function* () {
      const good = line("a/b", NOON, "a.py")
      const run = (manifest: string) =>
        said(Report.run({ folder: "kb", open: false, report: undefined }), {
          files: { kb: undefined, "kb/manifest.jsonl": manifest }
        })
      const notes = (text: string) => text.split("\n").filter((each) => each.startsWith("! "))
      const unread = (n: string) =>
        `! ${n} of kb/manifest.jsonl could not be read: damaged, or from a newer version of algogen`
      deepStrictEqual(notes(yield* run(`${good}\n\n`)), ["! Report: kb/report.html"])
      deepStrictEqual(notes(yield* run(`${good}\n${good.slice(0, 90)}`)), [
        unread("1 line"),
        "! Report: kb/report.html"
      ])
      const later = JSON.stringify({ ...JSON.parse(good), job: "other", file: "b.py", status: "unheard of" })
      deepStrictEqual(notes(yield* run(`xx\n${later}\n${good}\n`))[0], unread("2 lines"))
      strictEqual(
        yield* run("xx\n"),
        `${unread("1 line")}\n! algogen: nothing that is kept in kb could be read (exit code 2)`
      )
    })
  )

  it.effect("says how many simulated models made where others made the rest", () =>
    Effect.gen(function* () {
      const of = (model: string, more = {}) =>
        JSON.stringify({ ...JSON.parse(line(model, NOON, `${model}.py`)), ...more })
      const lines = (...all: ReadonlyArray<string>) =>
        said(Report.run({ folder: "kb", open: false, report: undefined }), {
          files: { kb: undefined, "kb/manifest.jsonl": `${all.join("\n")}\n` }
        })
      const made = (model: string) => of(model, { simulated: true })
      const mixed = yield* lines(made("x"), of("y"), of("z"))
      assert.match(mixed, /^! Simulated models made 1 of these 3: their answers are made up\.$/m)
      assert.match(mixed, /<strong>Simulated models made 1 of these 3:<\/strong>/)
      assert.notMatch(mixed, /made up on this machine/)
      const rest = of("y", { status: "failed", file: undefined })
      assert.match(yield* lines(made("x"), rest), /made up on this machine by no language model/)
      assert.notMatch(yield* lines(of("x"), of("y")), /imulated/)
    })
  )

  it.effect("is said to be made up where simulated models made it", () =>
    Effect.gen(function* () {
      const made = JSON.stringify({ ...JSON.parse(line("a/b", NOON, "a.py")), simulated: true })
      const files = { simulated: undefined, "simulated/manifest.jsonl": `${made}\n` }
      const run = (folder: string | undefined) =>
        said(Report.run({ folder, open: false, report: undefined }), { files })
      const notes = (text: string) => text.split("\n").filter((each) => each.startsWith("! "))
      deepStrictEqual(notes(yield* run("simulated")), [
        "! Report: simulated/report.html",
        "! The models were simulated: their answers are made up."
      ])
      // A demo does not write where it is looked for first.
      deepStrictEqual(notes(yield* run(undefined)), [
        "! algogen: there is neither a manifest nor a journal in generated: there is no such folder; " +
          "what simulated models made is in simulated (exit code 2)"
      ])
    })
  )

  it.effect("is elsewhere, with links from there", () =>
    Effect.gen(function* () {
      const [note, , ...html] = (yield* report({ report: "pages/x.html" })).split("\n")
      strictEqual(note, "! Report: pages/x.html")
      assert.include(html.join("\n"), '<a href="../folder/new.py" title="new.py">')
    })
  )

  it.effect("is not written where there is nothing to show, or where a folder has its name", () =>
    Effect.gen(function* () {
      const neither = (of: string) => `! algogen: there is neither a manifest nor a journal in ${of} (exit code 2)`
      strictEqual(yield* report({ folder: undefined }), neither("generated: there is no such folder"))
      strictEqual(yield* report({ folder: "empty" }), neither("empty; name the folder that algogen generate wrote to"))
      strictEqual(yield* report({ folder: "file" }), neither("file: it is not a folder"))
      strictEqual(yield* report({ report: "empty" }), "! algogen: empty is a folder (--report) (exit code 2)")
    })
  )

  it.effect("is made where it is wanted", () =>
    Effect.gen(function* () {
      const place = (report: string | undefined) => Effect.provide(ReportPage.place({ out: "a", report }), Path.layer)
      deepStrictEqual([yield* place(undefined), yield* place("b.html")], ["a/report.html", "b.html"])
      const wanted = (open: boolean, report: string | undefined) =>
        said(
          Effect.flatMap(ReportPage.ifWanted({ out: "a", open, report }), (page) => Console.log(page?.link("a/x y.py")))
        )
      deepStrictEqual(
        [yield* wanted(false, undefined), yield* wanted(true, undefined), yield* wanted(false, "r.html")],
        ["", "x%20y.py", "a/x%20y.py"]
      )
    })
  )
})
