/** A place for real processes: a database, a server that counts, a file of jobs, and the command on all of them. */
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import * as Counting from "./counting.js"
import * as Postgres from "./postgres.js"

export interface Options {
  readonly jobs: number
  /** What the workers ask. */
  readonly target: string
  /** The command, as a path. */
  readonly bin: string
  /** Gives up after this time, in milliseconds. */
  readonly limit?: number | undefined
  /** The address of a database; default a PostgreSQL of its own. */
  readonly db?: ((folder: string) => string) | undefined
  readonly model?: string | undefined
  readonly perMinute?: number | undefined
}

export interface Client {
  readonly process: ChildProcess
  /** Places of the outcomes in the order they came. */
  readonly order: ReadonlyArray<number>
  readonly ok: () => number
}

export interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** Milliseconds of CPU that a process has used. */
export const cpuOf = (pid: number | undefined): number => {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number)
  // The kernel counts in hundredths of a second.
  return (user + system) * 10
}

export const make = async (options: Options) => {
  const { bin, db, jobs, limit = 180_000, model = "openai/gpt-4o-mini", perMinute, target } = options
  const folder = mkdtempSync(join(tmpdir(), "algogen-cluster-"))
  const file = join(folder, "jobs.jsonl")
  writeFileSync(
    file,
    Array.from({ length: jobs }, (_, job) =>
      JSON.stringify({ model, ticker: "AAPL", sample: 1, prompt: Counting.promptOf(job) })
    ).join("\n")
  )
  const counting = await Counting.make(target, { perMinute })
  const postgres = db === undefined ? await Postgres.make() : undefined
  const alive = new Set<ChildProcess>()
  const ends = new Map<ChildProcess, Promise<Ended>>()
  const env = {
    ...process.env,
    ALGOGEN_DB: postgres?.url ?? db?.(folder) ?? "",
    OPENROUTER_API_KEY: "",
    OPENROUTER_BASE_URL: counting.baseUrl
  }
  // Such as `--cpu-prof`.
  const flags = (process.env["ALGOGEN_NODE_FLAGS"] ?? "").split(" ").filter(Boolean)
  const start = (program: string, words: ReadonlyArray<string>) => {
    const child = spawn(process.execPath, [...flags, program, ...words], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stderr = ""
    child.stderr.on("data", (part: Buffer) => {
      stderr += String(part)
      if (process.env["ALGOGEN_SHOW"] !== undefined) process.stderr.write(part)
    })
    alive.add(child)
    const end = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stderr })))
    ends.set(child, end)
    child.once("exit", () => alive.delete(child))
    return child
  }
  const algogen = (words: ReadonlyArray<string>) => start(bin, words)

  return {
    folder,
    url: env.ALGOGEN_DB,
    start,
    counting,
    postgres,
    algogen,
    /** What a process ended with. */
    ended: (child: ChildProcess): Promise<Ended> => ends.get(child) ?? Promise.reject(new Error("not one of these")),
    startWorker: (concurrency: number, ...flags: ReadonlyArray<string>) =>
      algogen(["worker", "--concurrency", String(concurrency), ...flags]),
    startClient: (...flags: ReadonlyArray<string>): Client => {
      const order: Array<number> = []
      let ok = 0
      const batch = ["--batch", "batch", "--jobs", file, "--out", join(folder, "out"), "--events"]
      const child = algogen(["generate", ...batch, ...flags])
      createInterface({ input: child.stdout }).on("line", (line) => {
        // Parts of what `--events` prints, without taking its schema for granted.
        const [, index] = /"event":\{"_tag":"Settled","index":(\d+)/.exec(line) ?? []
        if (index === undefined) return
        order.push(Number(index))
        if (/"status":"ok"/.test(line)) ok += 1
      })
      return { process: child, order, ok: () => ok }
    },
    /** The same jobs without a database. */
    startAlone: (concurrency: number) =>
      algogen(["generate", "--jobs", file, "--out", join(folder, "alone"), "--concurrency", String(concurrency)]),
    askedJobs: () => new Set(counting.asked.map(({ job }) => job)).size,
    until: async (holds: () => boolean) => {
      const giveUp = Date.now() + limit
      while (!holds()) {
        if (Date.now() > giveUp) throw new Error(`not over after ${limit} ms`)
        await setTimeout(20)
      }
    },
    /** `before` its folder is removed. */
    remove: async (before: () => unknown = () => undefined) => {
      for (const child of alive) child.kill("SIGKILL")
      counting.close()
      await postgres?.remove()
      before()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    }
  }
}

export type Place = Awaited<ReturnType<typeof make>>
