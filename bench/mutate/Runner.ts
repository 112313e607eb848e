/** Hands jobs to a driver and ends it when one takes too long, which a mutant that loops for ever does. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Job, Message, TestFile } from "./Driver.js"

export interface Limits {
  /** Seconds on the processor, of the driver and its threads. */
  readonly cpu: number
  /** Seconds on the clock. */
  readonly wall: number
}

export interface Result {
  /** The test that failed; empty if none did. */
  readonly failed: string
  readonly files: ReadonlyArray<TestFile>
  /** The time was up and little was done, as on a machine that has other things to do: that says nothing. */
  readonly late?: true | undefined
}

export interface Runner {
  readonly run: (job: Job, limits: Limits) => Promise<Result>
  readonly end: () => void
}

const DRIVER = fileURLToPath(new URL("mutate/Driver.js", import.meta.url))

/** Megabytes: a mutant that fills the memory is to end soon. */
const MEMORY = 2048

export const make = (copy: string, env: Readonly<Record<string, string>> = {}): Runner => {
  let driver: ChildProcess | undefined

  const started = () => {
    const child = fork(DRIVER, [copy], {
      env: { ...process.env, ...env },
      execArgv: [`--max-old-space-size=${MEMORY}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"]
    })
    driver = child
    return new Promise<ChildProcess>((resolve, reject) => {
      child.once("message", () => resolve(child))
      child.once("exit", (code) => reject(new Error(`the driver ended with ${code}`)))
    })
  }

  const end = () => {
    driver?.kill("SIGKILL")
    driver = undefined
  }

  const run = async (job: Job, limits: Limits): Promise<Result> => {
    const child = driver?.connected === true ? driver : await started()
    return new Promise<Result>((resolve) => {
      let began: number | undefined
      const settle = (result: Result) => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(result)
      }
      const giveUp = (failed: string, late?: true) => {
        end()
        settle({ failed, files: [], late })
      }
      const timer = setTimeout(() => giveUp("", true), limits.wall * 1000)
      child.on("message", (message: Message) => {
        if (message.kind === "done") settle(message)
        if (message.kind !== "alive") return
        began ??= message.cpu
        if (message.cpu - began > limits.cpu) giveUp("nothing: it went on and on")
      })
      child.on("exit", () => giveUp("nothing: the process ended"))
      child.send(job)
    })
  }

  return { run, end }
}
