/** The command on a real terminal, made by `script`: what is on the screen when it is over, as an emulator shows it. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as Emulator from "../../unit/cli/emulator.js"
import { emptyFolder, models, PATIENCE, scene, shell } from "./command.js"

const hasScript = spawnSync("script", ["-qec", "stty cols 80", "/dev/null"]).status === 0
const onTerminal = hasScript ? it.scopedLive : it.scopedLive.skip

/** Runs the command on a terminal of so many columns; hands back what it was sent. */
const onColumns = (columns: number, flags: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    // The shell that `script` starts knows `$algogen` from its environment.
    const line = `stty cols ${columns} rows 40 -onlcr; $algogen generate ${flags}`
    const { code, stdout } = yield* shell(`script -qec '${line}' /dev/null`, {
      folder,
      env: { TERM: "xterm", LANG: "C.UTF-8", ...env }
    })
    return { code, sent: stdout }
  })

const screen = (columns: number, sent: string): ReadonlyArray<string> => {
  const emulator = Emulator.make({ columns, rows: 40 })
  emulator.terminal.write(sent)
  assert.isTrue(emulator.cursor().visible)
  return emulator.history()
}

describe(`a terminal${hasScript ? "" : " (skipped: no script)"}`, PATIENCE, () => {
  for (const columns of [80, 100]) {
    onTerminal(`of ${columns} columns has six rows for six models at the end`, () =>
      Effect.gen(function* () {
        const { server } = yield* scene()
        const flags = `--base-url ${server.baseUrl} ${models(...Models.DEFAULT).join(" ")}`
        const { code, sent } = yield* onColumns(columns, flags)
        assert.strictEqual(code, 0, sent)
        const lines = screen(columns, sent)
        for (const model of Models.DEFAULT) {
          const rows = lines.filter((line) => line.includes(model))
          assert.lengthOf(rows, 1)
          assert.match(rows[0] ?? "", /^✓ \S+ +[a-z]+.* +\d\.\d s +(?:generated\/…_\S+\.py|\d+ lines)$/)
        }
        const first = lines.findIndex((line) => line.startsWith("✓ "))
        assert.match(lines[first + 6] ?? "", /^6 of 6 algorithms for AAPL in /)
        deepStrictEqual(lines.slice(first + 7), ["The files are in generated.", ""])
        assert.match(sent, /of 6 done, \d+\.\d of 400 s/)
      })
    )
  }

  onTerminal("that knows only ASCII gets nothing else, and no colours where they are not wanted", () =>
    Effect.gen(function* () {
      const { server } = yield* scene()
      const flags = `--base-url ${server.baseUrl} ${models("sim/ok", "sim/status-404", "sim/status-503*1").join(" ")}`
      const ascii = yield* onColumns(80, flags, { LANG: "C" })
      assert.match(ascii.sent, /^\p{ASCII}*$/u)
      assert.match(
        screen(80, ascii.sent).join("\n"),
        /^x sim\/status-404 [^x]*failed: HTTP 404: No endpoints found for this model$/m
      )
      const dumb = yield* onColumns(80, flags, { TERM: "dumb" })
      assert.match(dumb.sent, /^\p{ASCII}*$/u)
      assert.notInclude(dumb.sent, "\x1b")
      const colourless = yield* onColumns(80, `${flags} --verbose`, { NO_COLOR: "1" })
      assert.notInclude(colourless.sent, "\x1b")
    })
  )
})
