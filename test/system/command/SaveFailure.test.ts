/** What is paid for and cannot be saved: still there, and said where. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { canMount, smallDisk } from "../storage/smallDisk.js"
import { algogen, algorithms, models, PATIENCE, read, scene, unwrapped } from "./command.js"
import { parse } from "./document.js"

const NAME = "generated_algo_sim_ok.py"
const asked = models("sim/ok")

/** Leaves no room for a single byte more. */
const fill = (folder: string) =>
  Effect.promise(async () => {
    const file = await fs.open(path.join(folder, "fill"), "w")
    const block = Buffer.alloc(4_096)
    for (let wrote = block.length; wrote === block.length;) {
      wrote = await file.write(block).then(
        ({ bytesWritten }) => bytesWritten,
        () => 0
      )
    }
    await file.close()
  })

describe.concurrent("an answer that cannot be saved", PATIENCE, () => {
  it.scopedLive("is had from the journal, as the message says, once its place is free", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      const taken = path.join(folder, "generated", NAME)
      yield* Effect.promise(() => fs.mkdir(taken, { recursive: true }))
      const first = yield* generate(asked)
      assert.strictEqual(first.code, 1)
      assert.match(
        unwrapped(first.stderr),
        /is taken by a directory; move it away and make the same request again with resume \(--resume\)/
      )
      assert.notInclude(first.stdout, "def execute_trade")

      yield* Effect.promise(() => fs.rmdir(taken))
      const requests = (yield* server.stats).requests
      const second = yield* generate([...asked, "--resume"])
      assert.strictEqual(second.code, 0, second.stderr)
      assert.include(second.stdout, "1 answer from the journal")
      assert.strictEqual((yield* server.stats).requests, requests)
      assert.include(yield* read(folder, "generated", NAME), "def execute_trade(")
    })
  )

  const onSmallDisk = canMount ? it.scopedLive : it.scopedLive.skip
  for (const json of [false, true]) {
    onSmallDisk(
      `nor written to the journal is printed in the ${json ? "document" : "table"}${canMount ? "" : " (skipped: no tmpfs)"}`,
      () =>
        Effect.gen(function* () {
          const { server, startGenerate } = yield* scene({ latencyScale: 1 })
          const out = yield* smallDisk
          const run = yield* startGenerate([...asked, "--out", out, ...(json ? ["--json"] : [])])
          yield* run.says("sim/ok: asked")
          yield* fill(out)
          const { code, stderr, stdout } = yield* run.ended
          assert.strictEqual((yield* server.stats).completed, 1)
          assert.strictEqual(code, 1, stderr)
          assert.match(
            unwrapped(stderr),
            /the answer could not be written to the journal, and is lost if its file cannot be saved: .* \(ENOSPC\)/
          )
          const program = json ? parse(stdout).results[0]?.code : stdout.split("could not be saved anywhere")[1]
          assert.include(program ?? "", "def execute_trade(")
          deepStrictEqual(yield* algorithms(out), ["fill"])
        })
    )
  }

  onSmallDisk("does not fit: nor does the page, which is said in the words of any other file", () =>
    Effect.gen(function* () {
      const { folder, startGenerate } = yield* scene({ latencyScale: 1 })
      const disk = yield* smallDisk
      const page = path.join(disk, "run.html")
      const run = yield* startGenerate([...asked, "--report", page])
      yield* run.says("sim/ok: asked")
      yield* fill(disk)
      const { code, stderr } = yield* run.ended
      assert.strictEqual(code, 0, stderr)
      const why = `${page} does not fit on the disk (ENOSPC); free some space`
      assert.include(unwrapped(stderr), `the report could not be written: ${why}\n`)
      deepStrictEqual(yield* algorithms(folder, "generated"), [NAME])
      const full = yield* algogen(["report", "generated", "--report", page], { folder })
      assert.strictEqual(full.code, 2)
      assert.strictEqual(unwrapped(full.stderr), `algogen: ${why} or choose another file (--report)\n`)

      // Room for less than the page.
      const { size } = yield* Effect.promise(() => fs.stat(path.join(disk, "fill")))
      yield* Effect.promise(() => fs.truncate(path.join(disk, "fill"), size - 4_096))
      const late = yield* algogen(["report", "generated", "--report", page], { folder })
      assert.strictEqual(late.code, 1, late.stderr)
      assert.include(unwrapped(late.stderr), `the report could not be written: ${why}\n`)
    })
  )
})
