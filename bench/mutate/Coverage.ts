/**
 * What each file of unit tests comes to in the sources, and what it costs: all of them run once on marked sources. The result is
 * kept, and only tests that have changed since run again, unless the sources have changed.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Runner from "./Runner.js"
import { marked, type Source } from "./Source.js"

export interface Covered {
  readonly hash: string
  readonly isOk: boolean
  /** Seconds on the processor. */
  readonly cost: number
  readonly sites: ReadonlyArray<number>
}

export interface Coverage {
  readonly key: string
  readonly tests: Readonly<Record<string, Covered>>
}

const KEPT = "node_modules/.cache/algogen-mutate.json"

const hashOf = (...texts: ReadonlyArray<string>): string =>
  texts.reduce((hash, text) => hash.update(text).update("\0"), createHash("sha256")).digest("hex")

/** As it was measured last. */
export const kept = (): Coverage => {
  try {
    return JSON.parse(readFileSync(KEPT, "utf8"))
  } catch {
    return { key: "", tests: {} }
  }
}

/** The number of the first site of each file, and of all sites. */
export const numbered = (sources: ReadonlyMap<string, Source>) => {
  const firsts = new Map<string, number>()
  let count = 0
  for (const [file, { sites }] of sources) {
    firsts.set(file, count)
    count += sites.length
  }
  return { firsts, count }
}

/** Tests of the system, which run on sources without marks: whether they pass here, and how long they take. */
export const timed = async (runner: Runner.Runner, tests: ReadonlyArray<string>, built: boolean) => {
  const { key, tests: known } = kept()
  const isKnown = (file: string) =>
    known[file]?.isOk === true && known[file].hash === hashOf(readFileSync(file, "utf8"))
  const missing = tests.filter((file) => !isKnown(file))
  if (missing.length === 0) return known
  const { failed, files } = await runner.run({ file: "", text: "", tests: missing, bail: false, built }, LIMITS)
  if (failed !== "") process.stderr.write(`fails without a mutant: ${failed}\n`)
  const found = files.map(({ file, ok, took }) => {
    return [file, { hash: hashOf(readFileSync(file, "utf8")), isOk: ok, cost: took, sites: [] }] as const
  })
  const now: Coverage = { key, tests: { ...known, ...Object.fromEntries(found) } }
  writeFileSync(KEPT, JSON.stringify(now))
  return now.tests
}

/** Half an hour is long enough for the slowest machine. */
const LIMITS: Runner.Limits = { cpu: 1800, wall: 1800 }

export const measure = async (
  copy: string,
  sources: ReadonlyMap<string, Source>,
  tests: ReadonlyArray<string>
): Promise<Coverage["tests"]> => {
  const key = hashOf(...[...sources].flatMap(([file, { text }]) => [file, text]))
  const earlier = kept()
  const known = earlier.key === key ? earlier.tests : {}
  const hashes = new Map(tests.map((file) => [file, hashOf(readFileSync(file, "utf8"))]))
  const isKnown = (file: string) => known[file]?.isOk === true && known[file].hash === hashes.get(file)
  const missing = tests.filter((file) => !isKnown(file))
  if (missing.length === 0) return known

  const { count, firsts } = numbered(sources)
  const marks = join(copy, "marks")
  mkdirSync(marks)
  const originals = new Map([...sources.keys()].map((file) => [file, readFileSync(join(copy, file))]))
  for (const [file, source] of sources) writeFileSync(join(copy, file), marked(source, firsts.get(file) ?? 0))
  const runner = Runner.make(copy, { ALGOGEN_MARKS: marks, ALGOGEN_SITES: String(count) })
  const { failed, files } = await runner.run({ file: "", text: "", tests: missing, bail: false, built: false }, LIMITS)
  runner.end()
  for (const [file, text] of originals) writeFileSync(join(copy, file), text)
  if (files.length === 0) throw new Error(`the tests could not be run: ${failed}`)
  if (failed !== "") process.stderr.write(`fails without a mutant: ${failed}\n`)

  const isOk = new Map(files.map(({ file, ok }) => [file, ok]))
  const found = readdirSync(marks).map((name) => {
    const file = decodeURIComponent(name)
    const { cost, sites } = JSON.parse(readFileSync(join(marks, name), "utf8"))
    return [file, { hash: hashes.get(file) ?? "", isOk: isOk.get(file) ?? false, cost, sites }] as const
  })
  rmSync(marks, { recursive: true })
  const now: Coverage = { key, tests: { ...known, ...Object.fromEntries(found) } }
  mkdirSync(dirname(KEPT), { recursive: true })
  writeFileSync(KEPT, JSON.stringify(now))
  return now.tests
}
