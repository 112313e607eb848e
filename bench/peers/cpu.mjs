/**
 * CPU, time and memory an answer, beside the floor, in one interleaved run: every contender has a process of its own, and
 * a round asks each of them once, in changing order. `node bench/peers/cpu.mjs --help` lists the settings.
 */
import { fork } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { median, spread, table } from "./lib/Statistics.mjs"

const HELP = `node bench/peers/cpu.mjs [options]
  --dist DIR        a checkout of algogen with dist/ in it; repeat it to compare builds (default: this one)
  --answers N       answers a measurement (default 600)
  --in-flight N     requests in flight (default 6)
  --models N        different models (default 100); answers / models is the number of samples, 100 at most
  --rounds N        measurements of each contender (default 5)
  --warm N          answers before the measurement, in the same process (default 600)
  --only A,B        contenders, by the names of their files in contenders/
  --plain           plain JSON in place of streams
  --deltas N        parts of a streamed text (default 16)
  --latency MS      what the server waits before it answers (default 0)
  --folder DIR      where files are written (default: the system's folder for temporary files)
  --profile DIR     write a CPU profile of each process there
  --json FILE       write every measurement there
`

const { values } = parseArgs({
  options: {
    dist: { type: "string", multiple: true },
    answers: { type: "string", default: "600" },
    "in-flight": { type: "string", default: "6" },
    models: { type: "string", default: "100" },
    rounds: { type: "string", default: "5" },
    warm: { type: "string", default: "600" },
    only: { type: "string" },
    plain: { type: "boolean", default: false },
    deltas: { type: "string", default: "16" },
    latency: { type: "string", default: "0" },
    folder: { type: "string", default: os.tmpdir() },
    profile: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", default: false }
  }
})
const print = (line) => process.stdout.write(`${line}\n`)
if (values.help) {
  print(HELP)
  process.exit(0)
}

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const dists = (values.dist ?? [here("../..")]).map((dist) => path.resolve(dist))
const rounds = Number(values.rounds)
const models = Math.min(Number(values.models), Number(values.answers))
const samples = Math.min(100, Math.round(Number(values.answers) / models))
const answers = models * samples

const withoutBuild = dists.filter((dist) => !fs.existsSync(path.join(dist, "dist", "index.js")))
for (const dist of withoutBuild) print(`${dist} has no dist/index.js (npm run build there); left out`)

const entries = async () => {
  const files = fs.readdirSync(here("contenders")).filter((name) => name.endsWith(".mjs"))
  const only = values.only?.split(",")
  const found = []
  for (const name of files.map((file) => path.basename(file, ".mjs"))) {
    if (only !== undefined && !only.includes(name)) continue
    const contender = new URL(`contenders/${name}.mjs`, import.meta.url).href
    const { about, goals = {}, needsDist = false, writesFiles = false } = await import(contender)
    for (const dist of needsDist ? dists.filter((one) => !withoutBuild.includes(one)) : [undefined]) {
      const label = dist === undefined ? name : `${name} @ ${path.basename(dist)}`
      found.push({ name, label, about, goals, writesFiles, contender, dist, results: [], failure: undefined })
    }
  }
  // The floors first, since the others are compared with them.
  const rank = ({ name }) => (name.startsWith("floor") ? name : `~${name}`)
  return found.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

const messageOf = (child) =>
  new Promise((resolve, reject) => {
    child.once("message", resolve)
    child.once("error", reject)
    child.once("exit", (code, signal) => reject(new Error(`ended with ${signal ?? code} before it said anything`)))
  })

const startServer = async () => {
  const setting = { models, deltas: Number(values.deltas), latency: Number(values.latency) }
  const child = fork(here("lib/server.mjs"), [JSON.stringify(setting)])
  const { url } = await messageOf(child)
  return { url, stop: () => child.disconnect() }
}

const measure = async ({ contender, dist }, url) => {
  const folder = fs.mkdtempSync(path.join(values.folder, "algogen-peers-"))
  const setting = {
    contender,
    dist,
    url,
    folder,
    models,
    samples,
    inFlight: Number(values["in-flight"]),
    warm: Number(values.warm),
    stream: !values.plain
  }
  const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${path.resolve(values.profile)}`]
  const child = fork(here("lib/runner.mjs"), [JSON.stringify(setting)], {
    execArgv: ["--experimental-import-meta-resolve", "--no-warnings", "--expose-gc", ...profile],
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  const gone = new Promise((resolve) => child.once("exit", resolve))
  try {
    return await messageOf(child)
  } catch (error) {
    return { error: error.message }
  } finally {
    await gone
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const perAnswer = (entry) => entry.results.map(({ cpuMs }) => cpuMs / answers)

/** CPU by that of another one in the same round. */
const ratios = (entry, other) =>
  other === undefined || other.failure !== undefined || entry === other
    ? []
    : perAnswer(entry).map((ms, round) => ms / perAnswer(other)[round])

const wrongOf = ({ results, writesFiles }) => {
  const wrong = results.filter(({ correct, files }) => correct !== answers || (writesFiles && files !== answers))
  if (wrong.length === 0) return "all right"
  const [{ correct, files }] = wrong
  return `WRONG: ${correct} answers${writesFiles ? `, ${files} files` : ""} of ${answers}`
}

const rowOf = (entry, floors) => {
  const { failure, goals, label, results } = entry
  if (failure !== undefined) return [label, "-", "-", "-", "-", ...floors.map(() => "-"), "-", failure.slice(0, 80)]
  const compared = floors.map((floor) => ratios(entry, floor))
  const goal = floors.flatMap((floor, at) =>
    goals[floor.name] === undefined || compared[at].length === 0
      ? []
      : [`${goals[floor.name]} x ${floor.name}: ${median(compared[at]) <= goals[floor.name] ? "reached" : "missed"}`]
  )
  const wall = results.map(({ wallMs }) => wallMs / 1000)
  return [
    label,
    spread(perAnswer(entry)),
    spread(wall),
    (answers / median(wall)).toFixed(0),
    median(results.map((result) => result.peakMb)).toFixed(0),
    ...compared.map((numbers) => (numbers.length === 0 ? "" : spread(numbers))),
    goal.join("; "),
    wrongOf(entry)
  ]
}

const main = async () => {
  const all = await entries()
  const server = await startServer()
  const transport = values.plain ? "plain JSON" : `streams of ${values.deltas} parts`
  print(
    `${answers} answers (${models} models, ${samples} samples), ${values["in-flight"]} in flight, ${transport}, ` +
      `latency ${values.latency} ms, ${rounds} rounds, warm after ${values.warm}; Node ${process.version}, ` +
      `${os.availableParallelism()} cores, load ${os.loadavg()[0].toFixed(1)} at the start\n`
  )
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % all.length
    for (const entry of [...all.slice(turn), ...all.slice(0, turn)]) {
      if (entry.failure !== undefined) continue
      const result = await measure(entry, server.url)
      if (result.error === undefined) entry.results.push(result)
      else {
        entry.failure = result.error.split("\n")[0]
        process.stderr.write(`${entry.label}: ${result.error}\n`)
      }
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
  }
  server.stop()

  const floors = all.filter(({ name }) => name.startsWith("floor"))
  const head = ["", "CPU ms an answer", "wall s", "answers/s", "peak MB", ...floors.map(({ name }) => `x ${name}`)]
  print(table([[...head, "goal", "answers"], ...all.map((entry) => rowOf(entry, floors))]))
  print("\nMedian (smallest-largest); ratios are of CPU, each within its round.")
  for (const [name, about] of new Map(all.map((entry) => [entry.name, entry.about]))) print(`  ${name}: ${about}`)
  if (values.json !== undefined) {
    const rows = all.map(({ failure, label, results }) => ({ label, failure, results }))
    fs.writeFileSync(
      values.json,
      `${JSON.stringify({ setting: { ...values, answers, models, samples }, rows }, null, 2)}\n`
    )
  }
  if (all.some((entry) => entry.failure !== undefined || wrongOf(entry) !== "all right")) process.exitCode = 1
}

await main()
