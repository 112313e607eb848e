/** From the start of a process to the first request at the server, and until the help is printed; beside Node itself. */
import { spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"

const now = () => performance.timeOrigin + performance.now()
const program = (name) => fileURLToPath(new URL(`../lib/${name}`, import.meta.url))

const run = (args, folder) =>
  new Promise((resolve) => {
    const began = now()
    const child = spawn(process.execPath, args, {
      stdio: "ignore",
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, OPENROUTER_API_KEY: "none" }
    })
    child.once("close", (code) => resolve({ began, code, ms: now() - began }))
  })

const inFolder = async (use) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-start-"))
  try {
    return await use(folder)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Until the process has ended. */
const ending = (args) => () => inFolder(async (folder) => run(args, folder))

/** Until the server has the first request, whatever it asks for, and until it has the first that asks for an answer. */
const asking =
  (argsFor) =>
  ({ server }) =>
    inFolder(async (folder) => {
      const { look, url } = await server.world({ models: 1 })
      const { began, code } = await run(argsFor(url), folder)
      const { firstAnswerAt, firstAt, served } = await look()
      return { code, ms: firstAt - began, answerMs: firstAnswerAt - began, served }
    })

const bin = (dist) => path.join(dist, "dist", "bin.js")
const client = (contender) => asking((url) => [program("once.mjs"), contender.href, url])

/** The peers are programs of a few lines that ask one model once. */
const STARTS = {
  node: () => ending(["-e", "0"]),
  fetch: () => asking((url) => [program("fetchOnce.mjs"), url]),
  "algogen-help": (_, dist) => ending([bin(dist), "--help"]),
  "algogen-command": (_, dist) =>
    asking((url) => [bin(dist), "generate", "--base-url", url, "--model", "bench/model-00000", "--out", "out"])
}

export const command = ({ repeat }) => ({
  name: "command",
  contenders: [
    "node",
    "fetch",
    "openai",
    "ai",
    "langchain",
    "openrouter",
    "plain-effect",
    "algogen-help",
    "algogen-command"
  ],
  /** These are no contenders of the other experiments. */
  own: Object.keys(STARTS),
  round: async (tools, list) => {
    const results = Object.fromEntries(list.map(({ name }) => [name, { starts: [], of: repeat, correct: 0 }]))
    for (let time = 0; time < repeat; time += 1) {
      for (const contender of list) {
        const measure = (STARTS[contender.name] ?? client)(contender, tools.dist)
        const started = await measure(tools)
        const result = results[contender.name]
        result.starts.push(started)
        if (started.code === 0 && started.served !== 0) result.correct += 1
      }
    }
    return results
  }
})
