import { readFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { defineConfig } from "vitest/config"
import LongestFirst from "./test/LongestFirst.js"

// Most code runs a few times here: compiling it plainly and soon costs less than optimizing it does, a third of all time else.
const FLAGS = ["--always-sparkplug", "--interrupt-budget=400000"]
// Workers on threads collect what is new once it comes to that many megabytes: at a tenth of them, it took a seventh of their time.
const ROOM = ["--min-semi-space-size=64", "--max-semi-space-size=64"]
;[...FLAGS, ...ROOM].forEach((flag) => setFlagsFromString(flag))

// Far from UTC, in which many machines are: what is read in local time is wrong here. A worker cannot set it for itself.
process.env["TZ"] = "America/New_York"

/** `import text from "./program.py" with { type: "text" }`, as the build has it. */
const texts = {
  name: "texts",
  enforce: "pre" as const,
  load: (id: string) =>
    /\.py$|montyHost\.cjs$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}` : undefined
}

/** System tests that measure milliseconds, or that keep both cores busy: one file at a time. */
const ALONE = [
  "test/system/{bench,flow}/**/*.test.ts",
  "test/system/command/{Crafted,Signals}.test.ts",
  "test/system/sockets/{Aborts,Clocks,ShortWay}.test.ts",
  "test/system/view/Browser.test.ts"
]

/** Half of what they take is waiting for processes, servers and clocks: three share two cores well, and four are no faster. */
const FORKS = 3

export default defineConfig({
  plugins: [texts],
  // What the build puts there, see `src/code/Fingerprint.ts`.
  define: { ALGOGEN_CHECKS: JSON.stringify("the checks of the tests") },
  // The examples import the package by its name, as a user does; `tsconfig.json` says the same to the compiler.
  resolve: {
    alias: [
      { find: /^algogen$/, replacement: new URL("src/index.ts", import.meta.url).pathname },
      { find: /^algogen\/(.+)$/, replacement: new URL("src/$1.ts", import.meta.url).pathname }
    ]
  },
  test: {
    reporters: ["default", "./test/SummaryReporter.ts"],
    // For what hangs, on a machine that has much else to do. More cases take longer: see `test/unit/properties.ts`.
    testTimeout: 120_000 * Math.max(1, Number(process.env["ALGOGEN_CASES"] ?? 1)),
    hookTimeout: 120_000,
    coverage: { include: ["src/**/*.ts"], reporter: ["text", "html"] },
    poolOptions: {
      // No test changes what another file sees, so modules are loaded once for each worker, not for each file.
      threads: { isolate: false, minThreads: 2, maxThreads: 2 },
      forks: { isolate: false, minForks: FORKS, maxForks: FORKS, execArgv: FLAGS }
    },
    sequence: { sequencer: LongestFirst },
    projects: [
      // No socket, no process, no folder: files run side by side, and a maintainer runs them all day.
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "docs/examples/**/*.test.ts"],
          setupFiles: ["test/seed.ts", "test/turns.ts", "test/unit/timers.ts", "test/unit/clock.ts"],
          pool: "threads"
        }
      },
      {
        extends: true,
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          exclude: ALONE,
          setupFiles: ["test/seed.ts", "test/turns.ts", "test/system/methods.ts"],
          globalSetup: "test/system/shared.ts",
          pool: "forks",
          sequence: { groupOrder: 1 }
        }
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ALONE,
          setupFiles: ["test/seed.ts", "test/turns.ts", "test/system/methods.ts"],
          globalSetup: "test/system/shared.ts",
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 2 }
        }
      }
    ]
  }
})
