/**
 * What each part of an answer's way costs, as a multiple of a fixed loop that is measured in between: such ratios hardly
 * depend on the machine, and CPU time not on what else runs there. Fails where a part costs too much more than the last
 * figures say.
 */
import fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as Options from "../options/Options.mjs"
import { table } from "../peers/lib/Statistics.mjs"
import { withParts } from "./parts.mjs"

const values = Options.read("npm run bench:micro --", {
  short: { type: "boolean", default: false, help: "a few seconds" },
  bound: { type: "number", default: 1.3, help: "fails at so many times the last figure" },
  parts: { type: "string", word: "A,B", help: "these parts only" },
  write: { type: "boolean", default: false, help: "makes these the last figures" },
  figures: {
    type: "string",
    default: fileURLToPath(new URL("figures.json", import.meta.url)),
    word: "FILE",
    help: "where the last figures are"
  }
})
const print = (line) => process.stdout.write(`${line}\n`)

/** Of each measurement, in milliseconds of CPU, and how many there are of each part. */
const [SPAN_MS, ROUNDS] = values.short ? [20, 6] : [50, 25]

const cpuOf = async (work, n) => {
  const before = process.cpuUsage()
  await work(n)
  const { system, user } = process.cpuUsage(before)
  return (system + user) / 1000 / n
}

/** So often until the compiler has done what it can: the parser of Python takes longest. */
const WARM_UP = 400

/** Warms a part up, and finds how many of it fill the span. */
const countFor = async (work) => {
  await work(WARM_UP)
  let n = 1
  let each = await cpuOf(work, n)
  while (n * each < SPAN_MS) {
    n *= 2
    each = await cpuOf(work, n)
  }
  return Math.max(1, Math.round(SPAN_MS / each))
}

/** The best of the rounds: what else the machine does can only make it slower. */
const measure = async (loop, loops, entries) => {
  const loopCosts = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { costs, n, work } of entries) {
      loopCosts.push(await cpuOf(loop, loops))
      costs.push(await cpuOf(work, n))
    }
  }
  const unit = Math.min(...loopCosts)
  for (const entry of entries) entry.now = Math.min(entry.now, Math.min(...entry.costs.splice(0)) / unit)
}

/** What seems too slow is measured again, so that a busy moment is not taken for it. */
const TRIES = 3

const measureAll = async ({ loop, parts }, timesOf) => {
  const loops = await countFor(loop)
  const entries = []
  for (const [name, work] of Object.entries(parts)) {
    if (values.parts?.split(",").includes(name) === false) continue
    entries.push({ name, work, n: await countFor(work), costs: [], now: Number.POSITIVE_INFINITY })
  }
  let slow = entries
  for (let tried = 0; tried < TRIES && slow.length > 0; tried += 1) {
    await measure(loop, loops, slow)
    slow = slow.filter((entry) => timesOf(entry) > BOUND)
  }
  return entries
}

const BOUND = values.bound

const main = async () => {
  const figures = fs.existsSync(values.figures) ? JSON.parse(fs.readFileSync(values.figures, "utf8")) : {}
  const timesOf = ({ name, now }) => now / (figures[name] ?? Number.NaN)
  await withParts(async (all) => {
    const entries = await measureAll(all, timesOf)
    const rows = entries.map((entry) => {
      const times = timesOf(entry)
      return [
        entry.name,
        entry.now.toFixed(2),
        Number.isNaN(times) ? "new" : times.toFixed(2),
        times > BOUND ? `over ${BOUND}` : ""
      ]
    })
    print(table([["part", "by the loop", "by the last figure", ""], ...rows]))
    if (values.write) {
      const written = {
        ...figures,
        ...Object.fromEntries(entries.map(({ name, now }) => [name, Number(now.toPrecision(3))]))
      }
      fs.writeFileSync(values.figures, `${JSON.stringify(written, null, 2)}\n`)
    } else if (entries.some((entry) => timesOf(entry) > BOUND)) process.exitCode = 1
  })
}

await main()
