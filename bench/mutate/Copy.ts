/** The project in a temporary folder: what is changed there never is in the checkout. */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"

/** Files run in the order they are given, one after the other, in one worker that keeps what it has loaded. */
const CONFIG = `
import base from "./vitest.config.ts"
import { BaseSequencer } from "vitest/node"

class AsGiven extends BaseSequencer {
  async sort(files) { return files }
  async shard(files) { return files }
}

const marks = process.env.ALGOGEN_MARKS === undefined ? [] : ["./marks.mjs"]

export default {
  ...base,
  test: {
    ...base.test,
    cache: false,
    silent: true,
    reporters: [{}],
    poolOptions: { threads: { isolate: false, singleThread: true }, forks: { isolate: false, singleFork: true } },
    sequence: { sequencer: AsGiven },
    projects: base.test.projects.map((project) => ({
      ...project,
      test: { ...project.test, setupFiles: [...marks, ...project.test.setupFiles], poolOptions: {} }
    }))
  }
}
`

/** Notes which sites each file of tests comes to, and what it costs. Loading is no proof: a module is loaded for the first of them. */
const MARKS = `
import { writeFileSync } from "node:fs"
import { afterAll, beforeAll, expect } from "vitest"

globalThis.__sites ??= new Uint8Array(Number(process.env.ALGOGEN_SITES))
const began = process.cpuUsage()

beforeAll(() => void globalThis.__sites.fill(0))

afterAll(() => {
  const sites = []
  globalThis.__sites.forEach((hit, site) => hit === 1 && sites.push(site))
  const { system, user } = process.cpuUsage(began)
  const file = expect.getState().testPath
  const name = encodeURIComponent(file.slice(process.cwd().length + 1))
  writeFileSync(process.env.ALGOGEN_MARKS + "/" + name, JSON.stringify({ sites, cost: (user + system) / 1e6 }))
})
`

export const CONFIG_FILE = "mutate.config.mjs"

export const make = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "algogen-mutate-"))
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
  for (const file of listed.split("\n").filter((name) => name !== "" && existsSync(name))) {
    cpSync(file, join(folder, file), { recursive: true })
  }
  if (existsSync("dist")) cpSync("dist", join(folder, "dist"), { recursive: true })
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"))
  writeFileSync(join(folder, CONFIG_FILE), CONFIG)
  writeFileSync(join(folder, "marks.mjs"), MARKS)
  return folder
}

/** Only what was made here. */
export const remove = (folder: string): void => {
  if (dirname(folder) === tmpdir()) rmSync(folder, { recursive: true, force: true })
}
