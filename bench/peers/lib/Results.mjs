/** The last figures of every experiment, from which the page is made. */
import fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as Page from "./Page.mjs"

export const FILE = fileURLToPath(new URL("../results.json", import.meta.url))

export const read = (file = FILE) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { results: {} })

/** Puts new figures in the place of those of the same experiments, and writes the page. */
export const merge = (results, about = {}) => {
  const before = read()
  const all = { ...before, ...about, results: { ...before.results, ...results } }
  fs.writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`)
  Page.write(all)
  return all
}
