/** One mutant's way: the unit tests that come to it, then tests of the system that run on the sources, then on the built command. */
import { APART, chosen, nearness, systemTests, type Test } from "./Choice.js"
import * as Coverage from "./Coverage.js"
import type { Runner } from "./Runner.js"
import type { Candidate } from "./Sample.js"
import { isProgram, mutated, type Source } from "./Source.js"

export interface Known {
  readonly sources: ReadonlyMap<string, Source>
  readonly firsts: ReadonlyMap<string, number>
  readonly unit: Coverage.Coverage["tests"]
  /** Unit tests that are taken for those that come to every place; none: what they come to was measured. */
  readonly only: ReadonlyArray<string>
  /** Whether `unit` is of other sources: then every test that loads a file counts. */
  readonly rough: boolean
  /** What each file of unit tests loads. */
  readonly loads: ReadonlyMap<string, ReadonlySet<string>>
  /** Seconds of tests that a mutant may survive in each stage. */
  readonly patience: number
  /** Whether tests of the system are left out. */
  readonly unitOnly: boolean
}

export interface Verdict extends Candidate {
  readonly kind: "killed" | "survived" | "discarded"
  /** What found it, or how many files of tests did not. */
  readonly by: string
}

/** A test named like the file may be about it though it does not come to the place. */
const NAMED = 0.6

const unitTests = ({ firsts, loads, only, patience, rough, unit }: Known, { file, mutant: { site } }: Candidate) => {
  if (only.length > 0)
    return only.map((test) => ({ file: test, cost: 1 })).filter((test) => loads.get(test.file)?.has(file))
  const usable = Object.entries(unit).filter(([test, { isOk }]) => isOk && !APART.test(test))
  const tests = usable.map(([test, { cost, sites }]) => ({ file: test, cost, sites }))
  const number = site === undefined || rough ? undefined : (firsts.get(file) ?? 0) + site
  const about = tests.filter((test) =>
    number === undefined
      ? loads.get(test.file)?.has(file)
      : test.sites.includes(number) || (nearness(file, test.file) >= NAMED && loads.get(test.file)?.has(file))
  )
  return chosen(file, about, patience)
}

/** Of what the tests take without a mutant; machines that have other things to do take longer. */
const limitsFor = (tests: ReadonlyArray<Test>) => {
  const cost = tests.reduce((sum, test) => sum + test.cost, 0)
  return { cpu: 20 + 4 * cost, wall: 240 + 10 * cost }
}

export const attempt = async (runner: Runner, known: Known, candidate: Candidate): Promise<Verdict> => {
  const { file, mutant } = candidate
  const source = known.sources.get(file)
  if (source === undefined || !isProgram(source, mutant)) return { ...candidate, kind: "discarded", by: "no program" }
  const text = mutated(source, mutant)
  let tried = 0
  let late = false
  const found = async (tests: ReadonlyArray<Test>, built: boolean): Promise<string> => {
    if (tests.length === 0) return ""
    tried += tests.length
    const job = { file, text, tests: tests.map((test) => test.file), bail: true, built }
    const result = await runner.run(job, limitsFor(tests))
    late ||= result.late === true
    return result.failed
  }

  let failed = await found(unitTests(known, candidate), false)
  for (const built of [false, true]) {
    const names = failed === "" && !known.unitOnly ? systemTests(file, built) : []
    if (names.length === 0) continue
    const times = await Coverage.timed(runner, names, built)
    const usable = names.flatMap((name) => (times[name]?.isOk === true ? { file: name, cost: times[name].cost } : []))
    failed = await found(usable, built)
  }
  if (failed === "" && late) return { ...candidate, kind: "discarded", by: "the tests did not come to an end in time" }
  return failed === ""
    ? { ...candidate, kind: "survived", by: `${tried} files of tests` }
    : { ...candidate, kind: "killed", by: failed }
}
