/** The server and the contenders as processes. */
import { fork, spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Answer from "./Answer.mjs"
import { modelIds, promptFor } from "./Work.mjs"

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** The server; `world` makes one with a limit and latencies of its own. */
export const startServer = async () => {
  const child = fork(here("server.mjs"))
  const ask = (message) =>
    new Promise((resolve) => {
      const listen = (said) => {
        if (message.make !== undefined && said.made !== message.make) return
        child.off("message", listen)
        resolve(said)
      }
      child.on("message", listen)
      child.send(message)
    })
  const { origin } = await new Promise((resolve) => child.once("message", resolve))
  let last = Promise.resolve()
  /** One question at a time. */
  const inTurn = (message) => {
    last = last.then(() => ask(message))
    return last
  }
  let made = 0
  const world = async (setting) => {
    made += 1
    const name = `world-${made}`
    await inTurn({ make: name, ...setting })
    return { url: `${origin}/${name}/api/v1`, look: async () => (await inTurn({ look: name })).counts }
  }
  return { world, stop: () => child.disconnect() }
}

/** What a contender needs beside Node: its packages, or an interpreter. Says what is missing. */
export const missing = ({ interpreter, packages = [] }) => {
  if (interpreter !== undefined) return interpreter() === undefined ? "python3 has no httpx" : undefined
  const absent = packages.filter((name) => {
    try {
      import.meta.resolve(`${name}/package.json`)
      return false
    } catch (error) {
      // A package may keep its package.json to itself, and is there all the same.
      return error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED"
    }
  })
  return absent.length === 0 ? undefined : `not installed: ${absent.join(", ")}`
}

const FLAGS = ["--experimental-import-meta-resolve", "--no-warnings", "--expose-gc"]

const launch = (contender, setting) => {
  const stdio = ["pipe", "ignore", "inherit", "pipe"]
  if (contender.program === undefined) {
    const given = JSON.stringify({ ...setting, contender: contender.href })
    const profile = setting.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${setting.profile}`]
    return spawn(process.execPath, [...FLAGS, ...profile, here("runner.mjs"), given], { stdio })
  }
  const rules = promptFor({ model: "", sample: "" }).split("\nVariant")[0]
  const work = (given) => given && { ...given, models: modelIds(given.models), inFlight: setting.inFlight }
  const given = { ...setting, rules, text: Answer.TEXT, warm: work(setting.warm), measured: work(setting.measured) }
  const program = fileURLToPath(new URL(contender.program, contender.href))
  return spawn(contender.interpreter(), [program, JSON.stringify(given)], { stdio })
}

/**
 * Starts a contender and resolves when it is ready: to a function that lets it go and resolves to what it measured. What
 * goes wrong is in the result, as `error`.
 */
export const start = async (contender, setting) => {
  const folder = setting.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), "algogen-peers-"))
  const child = launch(contender, { repeat: 1, ...setting, folder })
  const gone = new Promise((resolve) => child.once("close", resolve))
  const lines = createInterface({ input: child.stdio[3] })[Symbol.asyncIterator]()
  const next = async () => {
    const { done, value } = await lines.next()
    return done ? { error: "ended before it said anything" } : JSON.parse(value)
  }
  const end = async (result) => {
    await gone
    if (setting.folder === undefined) fs.rmSync(folder, { recursive: true, force: true })
    return result
  }
  const first = await next()
  if (first.ready !== true) return () => end(first)
  return async () => {
    child.stdin.end("go\n")
    return end(await next())
  }
}

export const measure = async (contender, setting) => (await start(contender, setting))()
