/** Why a file could not be read, in words: what the system's error code means, and what to do. */
import * as Predicate from "effect/Predicate"

type Row = readonly [meaning: string, remedy: string]

const PERMISSION: Row = ["you have no permission to read it", "change its permissions"]
const TOO_MANY: Row = ["too many files are open", "close other programs, or raise the limit (ulimit -n)"]

const ROWS: Readonly<Record<string, Row>> = {
  ENOENT: ["there is no such file", "check its path"],
  ENOTDIR: ["there is no such file", "check its path: a file stands where a folder should be"],
  EISDIR: ["it is a folder", "name a file in it"],
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  ELOOP: ["its symbolic links lead in a circle", "check them"],
  ENAMETOOLONG: ["its name is too long", "check its path"],
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: ["the disk failed", "check the disk"]
}

/** Node's own errors have a code; the platform's have one of these as their cause. */
const codeOf = (error: unknown): string | undefined => {
  const own = Predicate.hasProperty(error, "cause") ? error.cause : error
  return Predicate.hasProperty(own, "code") ? String(own.code) : undefined
}

/** A folder stands where a file was to be read. */
export const isFolder = (error: unknown): boolean => codeOf(error) === "EISDIR"

/** "there is no such file (ENOENT); check its path". */
export const describe = (error: unknown): string => {
  const code = codeOf(error)
  const [meaning, remedy] = ROWS[code ?? ""] ?? ["it cannot be read", "check the file"]
  return `${meaning} (${code ?? (error instanceof Error ? error.message : String(error))}); ${remedy}`
}
