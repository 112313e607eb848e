/** The benchmarks in their shortest form: that they run, say the truth about their goals, and find what got slower. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"

const PATIENCE = { timeout: 120_000 }

/** Machines, builds and neighbours differ by less; a part that has become quadratic differs by more. */
const WIDE = "4"

const run = (script: string, ...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number; readonly stdout: string }>((resolve) => {
    execFile(process.execPath, [`bench/${script}/run.mjs`, ...args], (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout })
    )
  })

let folder = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "algogen-bench-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: object): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

/** The cells of the row that begins so. */
const rowOf = (stdout: string, title: string): ReadonlyArray<string> =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith(`| ${title} |`))
    .flatMap((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")))

describe("every script", PATIENCE, () => {
  it.each(["micro", "peers", "scale"])("bench/%s says what it has, and what it does not have", async (script) => {
    const asked = await run(script, "--help")
    assert.strictEqual(asked.code, 0)
    assert.match(asked.stdout, /^npm run bench:\w+ -- \[options\]\n {2}--/)
    assert.deepStrictEqual(await run(script, "--nonsense"), { code: 2, stdout: "" })
  })
})

describe("bench/micro", PATIENCE, () => {
  it("finds every part within wide bounds of the last figures", async () => {
    const { code, stdout } = await run("micro", "--short", "--bound", WIDE)
    for (const part of ["classify", "stream reader", "extraction and check", "journal", "store", "gate"]) {
      assert.match(rowOf(stdout, part)[2] ?? "", /^\d+\.\d\d$/, stdout)
    }
    assert.strictEqual(code, 0, stdout)
  })

  it("fails, and says which part, where the last figure is far below", async () => {
    const figures = file("figures.json", { gate: 0.01, classify: 1_000_000 })
    const { code, stdout } = await run(
      "micro",
      "--short",
      "--bound",
      WIDE,
      "--figures",
      figures,
      "--parts",
      "gate,classify"
    )
    assert.strictEqual(code, 1, stdout)
    assert.strictEqual(rowOf(stdout, "gate")[3], "over 4")
    assert.notInclude(rowOf(stdout, "classify").join(), "over")
  })
})

describe("bench/peers", PATIENCE, () => {
  const sample = (cpuMs: number, rest: object = {}) => ({
    cpuMs,
    walls: [10],
    peakMb: 50,
    correct: 10,
    of: 10,
    ...rest
  })
  const rows = async (few: object) => {
    const { stdout } = await run("peers", "--print", file("results.json", { results: { few } }))
    return {
      everything: rowOf(stdout, "CPU an answer, 6 in flight, warm, everything on").slice(4),
      bare: rowOf(stdout, "the same bare: no check, nothing kept").slice(2),
      detail: (name: string) => rowOf(stdout, name).at(-1)
    }
  }

  it("measures the floor and the library, and finds all answers right", async () => {
    const contenders = ["floor", "floor-flushed", "algogen-everything"]
    const { code, stdout } = await run("peers", "--quick", "--only", "few", "--contenders", contenders.join())
    for (const name of contenders) {
      assert.strictEqual(rowOf(stdout, name).at(4), "all 40", stdout)
    }
    assert.strictEqual(code, 0, stdout)
  })

  it("says that a goal is missed where it is, and only there", async () => {
    const at = (ours: number) => ({ "floor-flushed": [sample(10)], "algogen-everything": [sample(ours)] })
    assert.deepStrictEqual((await rows(at(20))).everything, ["2.00 (2.00-2.00); 2.00 x", "2 x floor", "reached"])
    assert.deepStrictEqual((await rows(at(20.2))).everything, ["2.02 (2.02-2.02); 2.02 x", "2 x floor", "**missed**"])
  })

  it("compares with the floor of the same round, and with the best peer", async () => {
    const floor = [sample(10), sample(20), sample(30)]
    const bare = [sample(20), sample(40), sample(60)]
    const against = (peer: number) => rows({ floor, "algogen-bare": bare, openai: floor.map(() => sample(peer)) })
    const slower = await against(41)
    assert.strictEqual(slower.bare[0], "4.10 ms (openai)")
    assert.deepStrictEqual(slower.bare.slice(2), [
      "4.00 (2.00-6.00); 2.00 x",
      "2.5 x floor, below every peer",
      "reached"
    ])
    assert.strictEqual((await against(39)).bare.at(-1), "**missed**")
  })

  it("shows wrong answers, missing files and failures, and leaves them out of the comparison", async () => {
    const { bare, detail } = await rows({
      floor: [sample(10)],
      "algogen-bare": [sample(20)],
      openai: [{ error: "could not be loaded" }],
      ai: [sample(10, { correct: 9 })],
      "floor-flushed": [sample(10, { files: 8 })]
    })
    assert.strictEqual(detail("openai"), "could not be loaded")
    assert.strictEqual(detail("ai"), "**9 of 10**")
    assert.strictEqual(detail("floor-flushed"), "**8 of 10**")
    assert.strictEqual(bare[0], "")
  })
})
