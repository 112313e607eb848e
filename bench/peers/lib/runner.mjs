/**
 * One contender in a process of its own: warms up, says that it is ready, waits for a line, then measures. Arguments: the
 * setting as JSON. What it says goes to file descriptor 3, a JSON object a line, so that libraries may print what they like.
 */
import fs from "node:fs"
import path from "node:path"
import * as Answer from "./Answer.mjs"
import { modelIds } from "./Work.mjs"

const setting = JSON.parse(process.argv[2])
const say = (message) => fs.writeSync(3, `${JSON.stringify(message)}\n`)

const workOf = (name, { models, ...rest }) => {
  const folder = path.join(setting.folder, name)
  fs.mkdirSync(folder, { recursive: true })
  const count = { correct: 0, wrong: 0, failed: 0, failure: undefined }
  const take = (text) => {
    if (Answer.isRight(text)) count.correct += 1
    else count.wrong += 1
  }
  const fail = (error) => {
    count.failed += 1
    count.failure ??= String(error?.message ?? error).slice(0, 200)
  }
  return { ...rest, folder, inFlight: setting.inFlight, models: modelIds(models), take, fail, count }
}

/** Linux keeps the largest resident size so far, and can be told to start again from the present one. */
const forgetPeak = () => {
  try {
    fs.writeFileSync("/proc/self/clear_refs", "5")
  } catch {
    // Elsewhere the peak is that of the whole process.
  }
}
const peakMb = () => {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))
    return Number(kilobytes) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}

const goodFiles = (folder) =>
  fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".py") && fs.readFileSync(path.join(folder, name), "utf8").includes(Answer.MODULE))
    .length

const go = () => new Promise((resolve) => process.stdin.once("data", resolve))

const measure = async () => {
  const { prepare, writesFiles = false } = await import(setting.contender)
  const run = await prepare(setting)
  if (setting.warm !== undefined) await run(workOf("warm-up", setting.warm))
  globalThis.gc?.()
  // A collection that is asked for, unlike others, also drops the compiled code for classes of which no object is alive.
  if (setting.warm !== undefined) await run(workOf("warm-again", setting.warm))
  say({ ready: true })
  await go()
  forgetPeak()
  const cpu = process.cpuUsage()
  const walls = []
  let work
  for (let time = 0; time < setting.repeat; time += 1) {
    work = workOf(setting.measured.name ?? `measured-${time}`, setting.measured)
    const began = performance.now()
    await run(work)
    walls.push(performance.now() - began)
  }
  const { system, user } = process.cpuUsage(cpu)
  return {
    cpuMs: (user + system) / 1000,
    walls,
    peakMb: peakMb(),
    ...work.count,
    files: writesFiles ? goodFiles(work.folder) : undefined
  }
}

say(await measure().catch((error) => ({ error: String(error?.stack ?? error) })))
process.exit(0)
