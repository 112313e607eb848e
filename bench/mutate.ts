/**
 * How much of what the sources say is held by a test: changes one thing at a time, in a copy, and counts the changes that a
 * test finds. `--seed N` and `--sample N` choose them, `--room api/wire` looks at one room, and after `--minutes N` no
 * further one is begun. See docs/mutation.md.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as Copy from "./mutate/Copy.js"
import * as Coverage from "./mutate/Coverage.js"
import { reached, reader } from "./mutate/Imports.js"
import * as Runner from "./mutate/Runner.js"
import { type Candidate, interval, sample } from "./mutate/Sample.js"
import { read } from "./mutate/Source.js"
import { attempt, type Known, type Verdict } from "./mutate/Trial.js"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "300" },
    /** A folder or a file of `src`, by the beginning of its path. */
    room: { type: "string", default: "" },
    minutes: { type: "string", default: "20" },
    /** One for each core. */
    processes: { type: "string", default: "2" },
    /** Seconds of tests for each mutant and stage. */
    patience: { type: "string", default: "15" },
    /** Of the mutants, those with this operator. */
    operator: { type: "string", default: "" },
    /** Without the tests of the system. */
    unit: { type: "boolean", default: false },
    /** Goes by what the tests load, and what they cost when that was measured last: for a few mutants. */
    rough: { type: "boolean", default: false },
    /** Files of unit tests that are tried, without looking for others: while one is being written. */
    tests: { type: "string", multiple: true, default: [] },
    /** Where the verdicts go. */
    json: { type: "string" },
    /** The verdicts of an earlier run: what survived there is tried again. */
    again: { type: "string" }
  }
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const listed = (pattern: string): ReadonlyArray<string> =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", pattern], { encoding: "utf8" })
    .split("\n")
    .filter((file) => file.endsWith(".ts"))

/** The simulator is a test double itself. */
const isTried = (file: string): boolean => !/^src\/simulator(?:\/|\.ts)|\.d\.ts$/.test(file)

const began = performance.now()
const minutes = (): number => (performance.now() - began) / 60_000

const sources = new Map(
  listed("src")
    .filter(isTried)
    .map((file) => [file, read(readFileSync(file, "utf8"))])
)
const tests = [...listed("test/unit"), ...listed("docs/examples")].filter((file) => file.endsWith(".test.ts"))

const candidates: ReadonlyArray<Candidate> = [...sources].flatMap(([file, { mutants }]) =>
  file.startsWith(`src/${values.room}`)
    ? mutants.filter(({ operator }) => operator.includes(values.operator)).map((mutant) => ({ file, mutant }))
    : []
)
const nameOf = ({ file, mutant: { change, operator } }: Candidate): string => [file, operator, change].join("\n")
const earlier: ReadonlyArray<Verdict> = values.again === undefined ? [] : JSON.parse(readFileSync(values.again, "utf8"))
const survivors = new Set(earlier.filter(({ kind }) => kind === "survived").map(nameOf))
const waiting =
  values.again === undefined
    ? [...sample(candidates, Number(values.sample), Number(values.seed))]
    : candidates.filter((candidate) => survivors.has(nameOf(candidate)))
print(`seed ${values.seed}: ${waiting.length} of ${candidates.length} mutants`)

const copies = Array.from({ length: Number(values.processes) }, Copy.make)
process.on("exit", () => copies.forEach(Copy.remove))
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1))

const [first = ""] = copies
const textOf = reader()
const known: Known = {
  sources,
  firsts: Coverage.numbered(sources).firsts,
  unit: values.rough || values.tests.length > 0 ? Coverage.kept().tests : await Coverage.measure(first, sources, tests),
  rough: values.rough,
  only: values.tests,
  loads: new Map(tests.map((file) => [file, reached(file, textOf)])),
  patience: Number(values.patience),
  unitOnly: values.unit
}
const red = tests.filter((file) => known.unit[file]?.isOk === false)
print(
  `the tests took ${minutes().toFixed(1)} minutes${red.length === 0 ? "" : `; left out, as they fail: ${red.join(", ")}`}`
)

const verdicts: Array<Verdict> = []
const rowOf = ({ by, file, kind, mutant: { change, line, operator } }: Verdict): string =>
  `${kind.padEnd(9)} ${file}:${line} ${operator}\n    ${change}\n    ${by}`

const work = async (copy: string): Promise<void> => {
  const runner = Runner.make(copy)
  for (let next = waiting.shift(); next !== undefined && minutes() < Number(values.minutes); next = waiting.shift()) {
    const verdict = await attempt(runner, known, next)
    verdicts.push(verdict)
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(verdicts, undefined, 1))
    print(rowOf(verdict))
  }
  runner.end()
}
await Promise.all(copies.map(work))

const count = (kind: Verdict["kind"], room = ""): number =>
  verdicts.filter((verdict) => verdict.kind === kind && verdict.file.startsWith(room)).length
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const score = (room: string): string => {
  const [killed, survived] = [count("killed", room), count("survived", room)]
  const [from, to] = interval(killed, killed + survived)
  return `${killed} of ${killed + survived} killed, ${percent(killed / (killed + survived))} (${percent(from)} to ${percent(to)})`
}
const rooms = [...new Set(verdicts.map(({ file }) => file.split("/").slice(0, 2).join("/")))].toSorted()
for (const room of rooms) print(`${room.padEnd(16)} ${score(room)}`)
print(`seed ${values.seed}, ${minutes().toFixed(1)} minutes: ${score("")}; ${count("discarded")} discarded`)
process.exit()
