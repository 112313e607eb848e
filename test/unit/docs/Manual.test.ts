/** The manual says what the code says: where it could go stale, it is held against the code. */
import { existsSync } from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Array, FastCheck } from "effect"
import { COMMANDS } from "../../../src/cli/CommandRows.js"
import { ConfigFile } from "../../../src/cli/ConfigFile.js"
import { type FlagRow, FLAGS } from "../../../src/cli/FlagRows.js"
import * as Consequence from "../../../src/domain/Consequence.js"
import { Reason } from "../../../src/domain/GenerationError.js"
import { Event } from "../../../src/generation/Progress.js"
import * as Outcomes from "../../system/sockets/outcomes.js"
import { files, headings, links, read, ROOT, rows, section } from "./markdown.js"

const README = read("README.md")

describe("the README", () => {
  it("is at most 14 kB", () => {
    assert.isAtMost(Buffer.byteLength(README), 14_000)
  })

  it("has a table of contents with every section, in order", () => {
    const sections = headings(README).filter(({ level }) => level === 2)
    const contents = [...README.matchAll(/^- \[(.+)\]\((#.+)\)$/gm)].map(([, title, target]) => `${title} ${target}`)
    assert.deepStrictEqual(
      contents,
      sections.map(({ anchor, title }) => `${title} #${anchor}`)
    )
  })
})

describe("every link of the manual", () => {
  for (const file of files) {
    it(`in ${file} leads somewhere`, () => {
      for (const target of links(read(file))) {
        if (/^https?:/.test(target)) continue
        const [to = "", anchor] = target.split("#")
        const found = to === "" ? file : path.normalize(path.join(path.dirname(file), to))
        assert.isTrue(existsSync(path.join(ROOT, found)), target)
        if (anchor === undefined) continue
        assert.include(
          headings(read(found)).map((heading) => heading.anchor),
          anchor,
          target
        )
      }
    })
  }
})

describe("the package", () => {
  it("has what the README and the manual link to", () => {
    const { files: packed }: { readonly files: ReadonlyArray<string> } = JSON.parse(read("package.json"))
    // npm always takes the README.
    const isPacked = (file: string) =>
      ["README.md", ...packed].some((each) => file === each || file.startsWith(`${each}/`))
    for (const file of files.filter(isPacked)) {
      for (const target of links(read(file))) {
        const to = target.replace(/#.*/, "")
        if (to === "" || /^https?:/.test(to)) continue
        assert.isTrue(isPacked(path.normalize(path.join(path.dirname(file), to))), `${file}: ${target}`)
      }
    }
    assert.isTrue(isPacked("docs/setup.md"))
  })
})

describe("the settings of a folder", () => {
  it("are in the manual, each with its flag", () => {
    const table = read("docs/setup.md")
    for (const name of Object.keys(ConfigFile.fields).filter((name) => name !== "$schema"))
      assert.match(table, new RegExp(`^\\| .*\`${name}\`.* \\| .*\`--`, "m"), name)
  })
})

describe("the README's table of errors", () => {
  /** Reasons of every kind, with every combination of what may be in them. */
  const reasons = FastCheck.sample(Arbitrary.make(Reason), { numRuns: 3_000, seed: 1 })
  const byTag = Array.groupBy(reasons, ({ _tag }) => _tag)
  const table = rows(section(README, "Errors")).flatMap(([names = "", when = "", again = ""]) =>
    names.split(", ").map((name) => ({ tag: name.replaceAll("`", ""), when, again }))
  )

  it("has one row for each reason", () => {
    assert.sameMembers(
      table.map(({ tag }) => tag),
      Reason.members.map(({ _tag }) => _tag)
    )
  })

  const WORDS = { backoff: "yes", changed: "changed", patience: "patience", no: "no" } as const

  for (const { again, tag, when } of table) {
    it(`says of ${tag} what follows from it`, () => {
      const follows = (byTag[tag] ?? []).map(Consequence.of)
      // "yes; no for a quota of the day: ..": the first word of each part is the answer.
      const said = again.split("; ").flatMap((part) => /^(yes|changed|patience|no)\b/.exec(part)?.[1] ?? [])
      assert.sameMembers(said, [...new Set(follows.map(({ retry }) => WORDS[retry]))])
      const ends = new Set(follows.map((consequence) => consequence.ends))
      assert.strictEqual(again.includes("ends the run"), ends.has("all"))
      assert.strictEqual(again.includes("when repeated"), ends.has("all-if-repeated"))
      assert.strictEqual(again.includes("ends all `:free` models"), ends.has("free"))
      assert.strictEqual(
        when.includes("skipped"),
        follows.some(({ skipped }) => skipped)
      )
    })
  }
})

describe("docs/command.md", () => {
  const commands = read("docs/command.md")
  const table = rows(section(commands, "Flags of generate"))

  it("has a row for each command", () => {
    const named = rows(section(commands, "Commands")).map(([name = ""]) => name.replace(/^`algogen (\w+).*$/, "$1"))
    assert.sameMembers(named, Object.keys(COMMANDS))
  })

  it("names every flag, and none that is not there", () => {
    const named = new Set([...commands.matchAll(/`(--[a-z-]+)/g)].flatMap(([, name]) => name ?? []))
    // `algogen journal`'s and `algogen simulate`'s stand in the text of their rows.
    assert.sameMembers(
      [...named],
      Object.keys(FLAGS).map((name) => `--${name}`)
    )
  })

  it("has the defaults that the flags have", () => {
    for (const [names = "", fallback = ""] of table) {
      const found = Object.entries<FlagRow>(FLAGS).find(([name]) => names.includes(`\`--${name}\``))
      const said = found?.[1].fallback
      if (said === undefined || said === "the default") assert.match(fallback, /^(off|none|`--stream`)$/, names)
      else assert.include(said, fallback, names)
    }
  })
})

describe("docs/telemetry.md", () => {
  const named = (title: string) =>
    rows(section(read("docs/telemetry.md"), title)).map(([name = ""]) => name.replaceAll("`", ""))

  it("has a row for each event", () => {
    const events = FastCheck.sample(Arbitrary.make(Event), { numRuns: 300, seed: 1 })
    assert.sameMembers(named("Events"), [...new Set(events.map(({ _tag }) => _tag))])
  })

  it("has a row for each metric", () => {
    const source = read("src/telemetry/Metrics.ts")
    const metrics = [...source.matchAll(/"((?:algogen|gen_ai\.client)\.[a-z_.]+)"/g)].flatMap(([, name]) => name ?? [])
    assert.sameMembers(named("Metrics"), metrics)
  })
})

describe("docs/outcomes.md", () => {
  it("is what `npm run bench:outcomes` writes of the rows that there are", () => {
    const [behaviors = ""] = read("docs/outcomes.md").split("## Servers by name")
    assert.deepStrictEqual(
      rows(behaviors).map((cells) => cells.join(" | ")),
      Outcomes.rows.map((row) => {
        const { gets, requests } = Outcomes.claim(row, true)
        return `${row.did} | ${gets === "ok" ? "the algorithm" : `\`${gets}\``} | ${requests}`
      })
    )
  })
})
