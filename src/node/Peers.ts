/**
 * The packages that an entry point needs beside it. npm would refuse a project on Effect 4 that only wants the command, so
 * the package asks npm for none of them; each entry point looks for itself, and says what to install. Imports nothing but
 * Node, since it has to run where the rest cannot be loaded.
 */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"

/** By name the oldest version of each that will do, such as `3.22.4`; the next major version will not. */
export type Needed = Readonly<Record<string, string>>

/** Finds the version of a package that is installed, if it is. */
export type Find = (name: string) => string | undefined

/** In a bundle the packages are inside of it, or stand beside it unseen: nobody can say that one is missing. */
const isInPackage = /\/node\/Peers\.[jt]s$/.test(String(import.meta.url)) && existsSync(new URL(import.meta.url))

const installed: Find = (name) => {
  try {
    const { resolve } = createRequire(import.meta.url)
    const { version }: { readonly version?: string } = JSON.parse(readFileSync(resolve(`${name}/package.json`), "utf8"))
    return version
  } catch {
    return undefined
  }
}

const parts = (version: string): ReadonlyArray<number> => version.split(/[.+-]/).slice(0, 3).map(Number)

const isGoodEnough = (version: string, oldest: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = parts(version)
  const [line = 0, least = 0, leastPatch = 0] = parts(oldest)
  return major === line && (minor > least || (minor === least && patch >= leastPatch))
}

/** What is wrong with the packages that `door` needs, and the command that puts it right; undefined where they will do. */
export const complaint = (door: string, needed: Needed, find: Find = installed): string | undefined => {
  const wrong = Object.entries(needed).flatMap(([name, oldest]) => {
    const version = find(name)
    if (version !== undefined && isGoodEnough(version, oldest)) return []
    return [{ wanted: `${name}@^${oldest}`, found: version === undefined ? `no ${name}` : `${name} ${version}` }]
  })
  return wrong.length === 0
    ? undefined
    : `${door} needs ${wrong.map(({ wanted }) => wanted).join(", ")}; found ${wrong.map(({ found }) => found).join(", ")}. Install with:\n` +
        `npm install ${wrong.map(({ wanted }) => wanted).join(" ")}`
}

/** Loads what is behind `door`. */
export const load = async <Module>(door: string, needed: Needed, module: () => Promise<Module>): Promise<Module> => {
  const wrong = isInPackage ? complaint(door, needed) : undefined
  if (wrong !== undefined) throw new Error(wrong)
  return module()
}
