/** A process in a copy of the project, with a vitest that stays: it tries one mutant after the other, as its parent says. */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { createVitest } from "vitest/node"
import { CONFIG_FILE } from "./Copy.js"

export interface Job {
  /** In the copy; the mutant stands in it while the tests run. Empty when they run on what is there. */
  readonly file: string
  readonly text: string
  readonly tests: ReadonlyArray<string>
  readonly bail: boolean
  /** Whether the tests run the built command. */
  readonly built: boolean
}

export interface TestFile {
  readonly file: string
  readonly ok: boolean
  /** Seconds. */
  readonly took: number
}

export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "alive"; readonly cpu: number }
  | { readonly kind: "done"; readonly failed: string; readonly files: ReadonlyArray<TestFile> }

const say = (message: Message): void => void process.send?.(message)

const [copy = "."] = process.argv.slice(2)
process.chdir(copy)

const vitest = await createVitest("test", { config: CONFIG_FILE, root: copy, watch: false, run: true })
await vitest.init()

const build = () =>
  execFileSync(process.execPath, ["scripts/build.mjs", "bundles"], { stdio: "pipe", timeout: 120_000 })

const run = async ({ bail, built, tests }: Job): Promise<Message> => {
  if (built) build()
  // What failed in earlier runs counts as failed otherwise, and ends this one at once.
  vitest.state.filesMap.clear()
  vitest.state.idMap.clear()
  for (const project of vitest.projects) project.config.bail = bail ? 1 : 0
  vitest.config.bail = bail ? 1 : 0
  const all = await vitest.globTestSpecifications(tests.map((file) => resolve(file)))
  const given = tests.flatMap((file) => all.filter(({ moduleId }) => moduleId === resolve(file)))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(given)
  const files = testModules.map((module) => ({
    file: relative(copy, module.moduleId),
    ok: module.ok(),
    took: module.diagnostic().duration / 1000
  }))
  const failedTests = testModules.flatMap((module) => Array.from(module.children.allTests("failed")))
  const failedFile =
    files.find(({ ok }) => !ok)?.file ?? (unhandledErrors.length > 0 ? "an error outside of the tests" : "")
  const [test] = failedTests
  return {
    kind: "done",
    failed: test === undefined ? failedFile : `${relative(copy, test.module.moduleId)}: ${test.fullName}`,
    files
  }
}

const attempt = async (job: Job): Promise<Message> => {
  const path = join(copy, job.file)
  const original = job.file === "" ? undefined : readFileSync(path)
  const put = (text: string | Buffer) => {
    writeFileSync(path, text)
    vitest.invalidateFile(path)
  }
  try {
    if (original !== undefined) put(job.text)
    return await run(job)
  } catch (error) {
    return { kind: "done", failed: error instanceof Error ? error.message : String(error), files: [] }
  } finally {
    if (original !== undefined) put(original)
  }
}

process.on("disconnect", () => process.exit())
process.on("message", (job: Job) => void attempt(job).then(say))
setInterval(() => {
  const { system, user } = process.cpuUsage()
  say({ kind: "alive", cpu: (system + user) / 1e6 })
}, 250)
say({ kind: "ready" })
