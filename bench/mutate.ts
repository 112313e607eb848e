/**
 * How much of what the sources say is held by a test: changes one thing at a time, in a copy, and counts the changes that a
 * test finds. See docs/mutation.md.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import * as Copy from "./mutate/Copy.js"
import * as Coverage from "./mutate/Coverage.js"
import { reached, reader } from "./mutate/Imports.js"
import * as Runner from "./mutate/Runner.js"
import { type Candidate, interval, sample } from "./mutate/Sample.js"
import { read } from "./mutate/Source.js"
import { attempt, type Known, type Verdict } from "./mutate/Trial.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run mutate --", {
  seed: { type: "number", default: 1, help: "decides which mutants are tried" },
  sample: { type: "number", default: 300, help: "how many" },
  room: { type: "string", default: "", word: "PATH", help: "only those of a folder or file of src, such as api/wire" },
  operator: { type: "string", default: "", word: "WORDS", help: "only those of one kind" },
  minutes: { type: "number", default: 20, help: "begins no further one after that" },
  processes: { type: "number", default: 2, help: "how many at once, one for each core" },
  patience: { type: "number", default: 15, help: "seconds of unit tests that a mutant has to survive" },
  unit: { type: "boolean", default: false, help: "leaves out the tests of the system" },
  rough: { type: "boolean", default: false, help: "measures nothing first: for a few mutants" },
  tests: { type: "string", multiple: true, default: [], word: "FILE", help: "only these unit tests; may be repeated" },
  json: { type: "string", word: "FILE", help: "keeps the verdicts there" },
  again: { type: "string", word: "FILE", help: "tries again what survived there" }
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
    ? [...sample(candidates, values.sample, values.seed)]
    : candidates.filter((candidate) => survivors.has(nameOf(candidate)))
print(`seed ${values.seed}: ${waiting.length} of ${candidates.length} mutants`)

const copies = Array.from({ length: values.processes }, Copy.make)
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
  patience: values.patience,
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
  for (let next = waiting.shift(); next !== undefined && minutes() < values.minutes; next = waiting.shift()) {
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
