/** What the machine that runs the tests can show. */
import { spawnSync } from "node:child_process"

/** Where it really is: a name on the PATH may be a version manager's script, which takes longer to start than a trial. */
const located = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" })
export const interpreter = located.status === 0 ? located.stdout.trim() : "python3"

const has = (program: string, ...args: ReadonlyArray<string>): boolean => spawnSync(program, args).status === 0

export const python3 =
  process.platform === "linux" &&
  ["x64", "arm64"].includes(process.arch) &&
  has("python3", "-c", "import sys, ctypes; sys.exit(sys.version_info < (3, 8))")

/** For the name of a group of tests: whether it ran, and if not, why. */
export const withPython3 = python3 ? "" : " (not run: needs python3 with ctypes on Linux, x86-64 or aarch64)"

/** What other test files in this process have started, for as long as it lives. */
const OF_OTHERS = /^$|^ps |\besbuild\b|\/host\.mjs$/

/** The programs that this process has started and that still run. */
export const children = (): ReadonlyArray<string> =>
  spawnSync("ps", ["-o", "args=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .map((program) => program.trim())
    .filter((program) => !OF_OTHERS.test(program))
