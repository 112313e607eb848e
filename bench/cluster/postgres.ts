/** A PostgreSQL of one's own on loopback, in a temporary folder, as Debian installs its programs. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"

const ROOT = "/usr/lib/postgresql"

/** The folder of the programs; undefined where PostgreSQL is not installed. */
export const programs = (): string | undefined => {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(ROOT, version, "bin")).find((bin) => existsSync(join(bin, "initdb")))
}

/** The server refuses to run as root. */
const USER = "postgres"

interface Identity {
  readonly uid?: number
  readonly gid?: number
}

const identity = (): Identity => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync("id", [flag, USER], { encoding: "utf8" }).trim())
  return { uid: idOf("-u"), gid: idOf("-g") }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(address)))
    })
  })

export interface Postgres {
  readonly url: string
  /** Runs a statement and returns what it says, a line a row. */
  readonly query: (statement: string) => string
  readonly start: () => Promise<void>
  /** Ends it at once, as a power cut does. */
  readonly kill: () => Promise<void>
  /** Stops all of its processes where they are, or lets them go on. */
  readonly freeze: (frozen: boolean) => void
  /** Milliseconds of CPU that all of its processes have used, those that have ended included. */
  readonly cpu: () => number
  readonly remove: () => Promise<void>
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once("exit", resolve))
    : Promise.resolve()

/** `parent` is where its folder is made; default the system's folder for temporary files. */
export const make = async (parent = tmpdir()): Promise<Postgres> => {
  const bin = programs()
  if (bin === undefined) throw new Error("PostgreSQL is not installed (apt-get install postgresql)")
  const as = identity()
  const folder = mkdtempSync(join(parent, "algogen-pg-"))
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid)
  const data = join(folder, "data")
  const quiet = { cwd: "/", stdio: "ignore", ...as } as const
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "algogen", "--auth=trust", "--no-instructions"], quiet)
  const port = await freePort()
  let server: ChildProcess | undefined

  const query = (statement: string): string =>
    execFileSync(
      join(bin, "psql"),
      ["-h", "127.0.0.1", "-p", String(port), "-U", "algogen", "-d", "postgres", "-Atqc", statement],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }
    ).trim()

  const start = async () => {
    const flags = ["-D", data, "-p", String(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"]
    server = spawn(join(bin, "postgres"), flags, { ...quiet, detached: true })
    for (let tries = 0; tries < 200; tries += 1) {
      try {
        query("SELECT 1")
        return
      } catch {
        await setTimeout(50)
      }
    }
    throw new Error("PostgreSQL did not start within 10 s")
  }
  const processes = (): ReadonlyArray<number> => {
    const pid = server?.pid
    if (pid === undefined) return []
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    return [pid, ...children.trim().split(/\s+/).map(Number)]
  }
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processes()) {
      try {
        process.kill(pid, name)
      } catch {
        // It has ended by itself.
      }
    }
  }
  const kill = async () => {
    if (server === undefined) return
    // SIGQUIT: ends without writing anything down; the next start has to recover.
    server.kill("SIGQUIT")
    await ended(server)
    server = undefined
  }
  const cpu = () => {
    const [main, ...children] = processes()
    const times = (pid: number | undefined) => {
      const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")
      return fields.split(" ").slice(11, 15).map(Number)
    }
    const own = times(main)
    // User, system, and the same of the children that have ended, in hundredths of a second.
    return (
      children.reduce(
        (sum, pid) => sum + (times(pid)[0] ?? 0) + (times(pid)[1] ?? 0),
        own.reduce((a, b) => a + b, 0)
      ) * 10
    )
  }
  await start()
  return {
    cpu,
    url: `postgres://algogen@127.0.0.1:${port}/postgres`,
    query,
    start,
    kill,
    freeze: (frozen) => signal(frozen ? "SIGSTOP" : "SIGCONT"),
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    }
  }
}
