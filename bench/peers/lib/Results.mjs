/** The last figures of every experiment, from which the page is made. */
import fs from "node:fs"
import os from "node:os"
import { fileURLToPath } from "node:url"
import * as Page from "./Page.mjs"

export const FILE = fileURLToPath(new URL("../results.json", import.meta.url))

export const read = (file = FILE) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { results: {} })

/** When and where something was measured that began then, in milliseconds of `performance.now()`. */
export const circumstances = (began, rounds) => ({
  at: new Date().toISOString().slice(0, 10),
  node: process.version,
  cores: os.availableParallelism(),
  load: Number(os.loadavg()[0].toFixed(1)),
  minutes: Math.ceil((performance.now() - began) / 60_000),
  rounds
})

/** Puts new figures in the place of those of the same experiments, and writes the page. */
export const merge = (results, about = {}) => {
  const before = read()
  const all = {
    absent: about.absent ?? before.absent,
    measured: { ...before.measured, ...about.measured },
    results: { ...before.results, ...results }
  }
  fs.writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`)
  Page.write(all)
  return all
}
