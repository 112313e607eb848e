/**
 * Runs the built command, or the module of a file, once for each message, in the folder and the environment that come with it. A
 * run has ended when nothing is left to wait for, or soon after the command says so, as with a process of its own.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import { pathToFileURL } from "node:url"
import { Script } from "node:vm"

const file = path.resolve("dist/chunks/command.cjs")
const { version } = JSON.parse(readFileSync("package.json", "utf8"))

const module = { exports: {} }
const command = () => {
  if (module.exports.run === undefined) {
    new Script(readFileSync(file, "latin1"), { filename: file }).runInThisContext()(
      module.exports,
      createRequire(file),
      module,
      file,
      path.dirname(file)
    )
  }
  return module.exports
}

/** What a module leaves as it fails is what Node says of it. */
const evaluate = (program) =>
  import(pathToFileURL(program).href).catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`)
    process.exitCode = 1
  })

/** What was printed since the run began. */
const printed = { stdout: "", stderr: "" }
for (const name of ["stdout", "stderr"]) {
  process[name].write = (text, encoding, done = encoding) => {
    printed[name] += text
    if (typeof done === "function") process.nextTick(done)
    return true
  }
}

let isRunning = false
const end = (code, stays) => {
  if (!isRunning) return
  isRunning = false
  process.channel.ref()
  process.send({ code, stays, ...printed })
}
const exit = process.exit.bind(process)
/** How long what a run has left behind may take before the process goes with it. */
const GRACE = 200
let late
process.exit = (code = process.exitCode ?? 0) => {
  process.exitCode = code
  late = setTimeout(() => {
    end(code, false)
    process.once("disconnect", exit)
  }, GRACE).unref()
}
process.on("beforeExit", () => end(process.exitCode ?? 0, true))

process.on("message", ({ args, env, folder, program }) => {
  clearTimeout(late)
  Object.assign(printed, { stdout: "", stderr: "" })
  process.exitCode = undefined
  process.argv.splice(1, Infinity, "algogen", ...args)
  process.chdir(folder)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  isRunning = true
  process.channel.unref()
  if (program === undefined) command().run(version)
  else evaluate(program)
})
