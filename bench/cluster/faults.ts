/** A database that hangs, is away, or is full, under real workers: what they cost meanwhile, what they say, what is lost. */
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Counting from "./counting.js"
import * as Place from "./place.js"

export type Fault = "frozen" | "away" | "full"

export interface Options extends Place.Options {
  /** How long it lasts, in milliseconds. */
  readonly lasts: number
}

export interface Result {
  /** CPU of a worker while it lasts, in percent of a core. */
  readonly cpu: number
  /** What the worker said, without colours. */
  readonly said: ReadonlyArray<string>
  readonly askedTwice: number
  readonly ok: number
  readonly workerExit: number | null
}

/** When a fault has begun, statements that were under way need a moment to fail. */
const SETTLES_MS = 2_000

/** Fills what is left of a small file system. */
const ballast = (folder: string) => {
  const file = join(folder, "ballast")
  return {
    write: () => {
      for (let size = 4_194_304; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" })
        } catch {
          // Smaller pieces until nothing fits.
        }
      }
    },
    remove: () => rmSync(file, { force: true })
  }
}

const MB = 8

/** Can this user make a small file system? */
export const canFill = (): boolean => process.getuid?.() === 0 && process.platform === "linux"

export const run = async (fault: Fault, { lasts, ...options }: Options): Promise<Result> => {
  let small: string | undefined
  const db = (folder: string): string => {
    small = join(folder, "small")
    mkdirSync(small)
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MB}m`, "tmpfs", small])
    return `sqlite:${small}/jobs.db`
  }
  const place = await Place.make({ ...options, db: fault === "full" ? db : undefined })
  const { counting, postgres } = place
  const filling = ballast(small ?? "")
  const begin = {
    frozen: async () => postgres?.freeze(true),
    away: async () => postgres?.kill(),
    full: async () => filling.write()
  }[fault]
  const undo = {
    frozen: async () => postgres?.freeze(false),
    away: async () => postgres?.start(),
    full: async () => filling.remove()
  }[fault]
  let lasting = false
  const end = async () => {
    if (lasting) await undo()
    lasting = false
  }
  try {
    const worker = place.startWorker(4)
    const client = place.startClient()
    await place.until(() => place.askedJobs() >= options.jobs / 4)
    lasting = true
    await begin()
    await setTimeout(SETTLES_MS)
    const before = Place.cpuOf(worker.pid)
    await setTimeout(lasts - SETTLES_MS)
    const cpu = ((Place.cpuOf(worker.pid) - before) / (lasts - SETTLES_MS)) * 100
    if (fault === "full" && small !== undefined && statfsSync(small).bavail > 0) throw new Error("it was not full")
    await end()
    await place.until(() => client.process.exitCode !== null)
    worker.kill("SIGTERM")
    const { code, stderr } = await place.ended(worker)
    return {
      cpu,
      said: stderr.split("\n").filter((line) => /database/.test(line)),
      askedTwice: Counting.askedTwice(counting.asked),
      ok: client.ok(),
      workerExit: code
    }
  } finally {
    await end()
    await place.remove(() => (small === undefined ? undefined : execFileSync("umount", ["--lazy", small])))
  }
}
