/** The contenders: each a module in `contenders/`, which says in `about` what it is. */
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { missing } from "./Processes.mjs"

const FOLDER = new URL("../contenders/", import.meta.url)

/** What every script lets one choose that measures contenders. */
export const OPTIONS = {
  dist: {
    type: "string",
    default: fileURLToPath(new URL("../../..", import.meta.url)),
    word: "DIR",
    help: "a checkout of algogen with dist/ in it"
  },
  profile: { type: "string", word: "DIR", help: "writes a CPU profile of each process that is measured" }
}

/** A module that imports what is not installed cannot be loaded; one that imports it late says in `packages` what it needs. */
const loadOne = async (href) => {
  try {
    const module = await import(href)
    return { module, reason: missing(module) }
  } catch (error) {
    return { module: {}, reason: error.message.split("\n")[0] }
  }
}

/** Those that this machine has by name, and why the others are left out. */
export const load = async ({ dist, only }) => {
  const present = new Map()
  const absent = {}
  const isBuilt = fs.existsSync(path.join(dist, "dist", "index.js"))
  const names = fs.readdirSync(FOLDER).flatMap((file) => (file.endsWith(".mjs") ? [path.basename(file, ".mjs")] : []))
  for (const name of names) {
    if (only !== undefined && !only.includes(name)) continue
    const { href } = new URL(`${name}.mjs`, FOLDER)
    const { module, reason } = await loadOne(href)
    if (reason !== undefined) absent[name] = reason
    else if (name.startsWith("algogen") && !isBuilt) absent[name] = `no dist/index.js in ${dist}: npm run build`
    else present.set(name, { ...module, name, href })
  }
  return { present, absent }
}
