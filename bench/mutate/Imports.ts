/** Which files each file of tests loads, by what they import: read from the text, types left out. */
import { readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"

const IMPORTED =
  /(?:^|\n)(?:import|export)(?!\s+type\b)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g

const isOwn = (name: string): boolean => name.startsWith(".") || /^algogen(?:\/|$)/.test(name)

/** The file that `name` means in `file`, which may not be there. */
export const resolved = (file: string, name: string): string => {
  if (!name.startsWith(".")) return name === "algogen" ? "src/index.ts" : `src/${name.slice("algogen/".length)}.ts`
  return normalize(join(dirname(file), name)).replace(/\.js$/, ".ts")
}

export const importsIn = (file: string, text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(IMPORTED), ([, from, late, bare]) => from ?? late ?? bare ?? "")
    .filter(isOwn)
    .map((name) => resolved(file, name))

/** All that a file loads, itself included. `textOf` gives nothing for a file that is not there. */
export const reached = (file: string, textOf: (file: string) => string | undefined): ReadonlySet<string> => {
  const seen = new Set<string>()
  const waiting = [file]
  for (const next of waiting) {
    if (seen.has(next)) continue
    seen.add(next)
    const text = textOf(next)
    if (text !== undefined) waiting.push(...importsIn(next, text))
  }
  return seen
}

export const reader = (): ((file: string) => string | undefined) => {
  const read = new Map<string, string | undefined>()
  return (file) => {
    if (!read.has(file)) {
      try {
        read.set(file, readFileSync(file, "utf8"))
      } catch {
        read.set(file, undefined)
      }
    }
    return read.get(file)
  }
}
