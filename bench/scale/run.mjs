/**
 * Ten times the jobs: what each of them then costs in time and memory, as a ratio. 1 means that a job costs what it did,
 * for the peak of memory that ten times the jobs need no more of it. Kept for `docs/performance.md`. With `--models`: as many
 * jobs of as many different models, beside those of a hundred; printed only.
 */
import path from "node:path"
import * as Options from "../options/Options.mjs"
import * as Contenders from "../peers/lib/Contenders.mjs"
import { measure, startServer } from "../peers/lib/Processes.mjs"
import * as Results from "../peers/lib/Results.mjs"
import { short, table } from "../peers/lib/Statistics.mjs"

const values = Options.read("npm run bench:scale --", {
  jobs: {
    type: "number",
    help: "the smaller number of jobs (2000, with --models 5000); the larger is ten times as many"
  },
  models: {
    type: "boolean",
    default: false,
    help: "the same number of jobs: of 100 models, and each of a model of its own"
  },
  "in-flight": { type: "number", default: 64, help: "requests in flight" },
  contenders: {
    type: "string",
    default: "floor,plain-effect,algogen-everything,algogen-streamed",
    word: "A,B",
    help: "by the names of their files in bench/peers/contenders"
  },
  ...Contenders.OPTIONS,
  "no-write": { type: "boolean", default: false, help: "prints only" }
})
const print = (line) => process.stdout.write(`${line}\n`)

/** A run that is held takes no more samples of a model. */
const SAMPLES = 100
const TIMES = 10

/** Until the compiler is done, so that a job of few costs what it costs. */
const WARM_UP = { models: 6, samples: 100 }

const sizeOf = (jobs) => {
  const samples = Math.min(SAMPLES, jobs)
  return { models: Math.ceil(jobs / samples), samples }
}

/** What is compared: few and many jobs, or few and many models. */
const sizesOf = (jobs) =>
  values.models
    ? [100, jobs].map((models) => ({ models, samples: Math.ceil(jobs / models) }))
    : [jobs, jobs * TIMES].map(sizeOf)

const row = (name, small, large) => {
  const error = [small, large].find((one) => one.error !== undefined)?.error
  if (error !== undefined) return [name, "", "", "", "", "", error.split("\n")[0].slice(0, 80)]
  const [few, many] = [small, large].map(({ cpuMs, of, peakMb, walls }) => ({
    cpu: cpuMs / of,
    wall: walls[0] / of,
    peakMb
  }))
  const isRight = [small, large].every(({ correct, files, of }) => correct === of && (files ?? of) === of)
  return [
    name,
    `${short(few.cpu)} to ${short(many.cpu)}: ${(many.cpu / few.cpu).toFixed(2)}`,
    `${short(few.wall)} to ${short(many.wall)}: ${(many.wall / few.wall).toFixed(2)}`,
    `${short(few.peakMb)} to ${short(many.peakMb)}`,
    (many.peakMb / few.peakMb).toFixed(2),
    `${((1000 * (many.peakMb - few.peakMb)) / (large.of - small.of || large.of)).toFixed(1)}`,
    isRight ? `all ${small.of} and ${large.of}` : `**${small.correct} of ${small.of}, ${large.correct} of ${large.of}**`
  ]
}

const HEAD = ["", "CPU ms a job", "wall ms a job", "peak MB", "ratio", "kB a job more", "right answers"]

const main = async () => {
  const began = performance.now()
  const wanted = values.contenders.split(",")
  const { absent, present } = await Contenders.load({ dist: values.dist, only: wanted })
  for (const [name, reason] of Object.entries(absent)) process.stderr.write(`${name} is left out: ${reason}\n`)
  const server = await startServer()
  const jobs = values.jobs ?? (values.models ? 5000 : 2000)
  const results = {}
  const rows = []
  for (const name of wanted.filter((one) => present.has(one))) {
    const both = []
    for (const size of sizesOf(jobs)) {
      const { url } = await server.world({ models: Math.max(size.models, WARM_UP.models) })
      const profile = values.profile && path.resolve(values.profile)
      const setting = { dist: path.resolve(values.dist), profile, inFlight: values["in-flight"] }
      const result = await measure(present.get(name), {
        ...setting,
        warm: { ...WARM_UP, url },
        measured: { ...size, url }
      })
      both.push({ ...result, of: size.models * size.samples })
    }
    rows.push(row(name, ...both))
    print(rows.at(-1).join("  "))
    const [{ peakMb: few, error }, { correct, error: other, files, of, peakMb: many }] = both
    // As one measurement of the page: the ratio in place of the peak.
    results[name] = [{ error: error ?? other, peakMb: many / few, correct, files, of }]
  }
  server.stop()
  const compared = values.models ? `${jobs} jobs of 100 models and of ${jobs}` : `${jobs} against ${jobs * TIMES} jobs`
  print(`\n${compared}, ${values["in-flight"]} in flight, each in a process of its own that is warm\n`)
  print(table([HEAD, ...rows]))
  if (!values["no-write"] && !values.models)
    Results.merge({ scale: results }, { measured: { scale: Results.circumstances(began, 1) } })
  if (!Object.values(results).every(([{ correct, error, of }]) => error === undefined && correct === of))
    process.exitCode = 1
}

await main()
