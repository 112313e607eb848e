/**
 * One contender in a process of its own: warms up, then measures. Arguments: a JSON object with the setting.
 * Sends `{ cpuMs, wallMs, peakMb, correct, files }` or `{ error }` to its parent.
 */
import fs from "node:fs"
import path from "node:path"
import * as Answer from "./Answer.mjs"
import { modelIds } from "./Work.mjs"

const setting = JSON.parse(process.argv[2])

const work = (name, models, samples) => {
  const folder = path.join(setting.folder, name)
  fs.mkdirSync(folder, { recursive: true })
  const count = { correct: 0, wrong: 0 }
  const take = (text) => {
    if (text === Answer.MODULE || text === Answer.TEXT || text === Answer.TEXT.trim()) count.correct += 1
    else count.wrong += 1
  }
  return { folder, models, samples, take, count }
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
    .readdirSync(folder)
    .filter((name) => name.endsWith(".py") && fs.readFileSync(path.join(folder, name), "utf8").includes(Answer.MODULE))
    .length

const measure = async () => {
  const { prepare, writesFiles } = await import(setting.contender)
  const run = await prepare(setting)
  const models = modelIds(setting.models)
  if (setting.warm > 0) {
    const warmModels = models.slice(0, setting.warm)
    await run(work("warm-up", warmModels, Math.min(100, Math.ceil(setting.warm / warmModels.length))))
  }
  globalThis.gc?.()
  forgetPeak()
  const measured = work("measured", models, setting.samples)
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  await run(measured)
  const [{ system, user }, wallMs] = [process.cpuUsage(cpu), performance.now() - wall]
  return {
    cpuMs: (user + system) / 1000,
    wallMs,
    peakMb: peakMb(),
    correct: measured.count.correct,
    wrong: measured.count.wrong,
    files: writesFiles === true ? goodFiles(measured.folder) : undefined
  }
}

const result = await measure().catch((error) => ({ error: String(error?.stack ?? error) }))
process.send(result, () => process.exit(0))
