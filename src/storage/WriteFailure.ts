/**
 * Why something could not be written or read back. Plain values, so that a store or a journal outside this package fails
 * with its own words: `{ _tag: "Unknown", message: "was refused by the bucket", remedy: "allow s3:PutObject" }`.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

export const WriteFailure = Schema.Struct({
  _tag: Schema.Literal("FolderUnusable", "DiskFull", "NameTaken", "Unreadable", "Unknown"),
  /** Goes on where the path ends: "does not fit on the disk (ENOSPC)". */
  message: Schema.String,
  /** What to do about it, as an order: "free some space". */
  remedy: Schema.optional(Schema.String)
})
export type WriteFailure = typeof WriteFailure.Type

/** Something else has the name that the file should get: a directory, a pipe, or a link that leads out of the folder. */
export const nameTaken = (by: string): WriteFailure => ({
  _tag: "NameTaken",
  message: `is taken by a ${by}`,
  remedy: "move it away"
})

export const unreadable = (error: PlatformError): WriteFailure => {
  const code = codeOf(error)
  const remedy = code === "EIO" ? "check the disk" : "change its permissions"
  return { _tag: "Unreadable", message: `cannot be read (${code})`, remedy }
}

export const diskFull = (code: string): WriteFailure => ({
  _tag: "DiskFull",
  message: `does not fit on the disk (${code})`,
  remedy: "free some space"
})

const inTheWay = (code: string): WriteFailure => ({
  _tag: "FolderUnusable",
  message: `is not a folder, or its parent is not one (${code})`,
  remedy: "move the file in the way"
})

const unusable =
  (remedy: string) =>
  (code: string): WriteFailure => ({ _tag: "FolderUnusable", message: `cannot be written to (${code})`, remedy })

/** By the operating system's code, which the platform itself translates for a few only. */
const ROWS: Readonly<Record<string, (code: string) => WriteFailure>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EISDIR: () => nameTaken("directory"),
  EEXIST: inTheWay,
  ENOTDIR: inTheWay,
  EACCES: unusable("change its permissions"),
  EPERM: unusable("change its permissions"),
  EROFS: unusable("make the disk writable"),
  ELOOP: unusable("check its symbolic links"),
  ENAMETOOLONG: unusable("shorten its name"),
  ENOENT: unusable("check its path")
}

export const codeOf = (error: PlatformError): string =>
  Predicate.hasProperty(error.cause, "code") ? String(error.cause.code) : error._tag

const of = (code: string, said: string): WriteFailure =>
  ROWS[code]?.(code) ?? { _tag: "Unknown", message: `could not be written (${said})`, remedy: "check the disk" }

export const fromPlatform = (error: PlatformError): WriteFailure => of(codeOf(error), error.message)

/** Node's own errors, which have the code themselves. */
export const fromNode = (error: unknown): WriteFailure =>
  of(
    Predicate.hasProperty(error, "code") ? String(error.code) : "",
    error instanceof Error ? error.message : String(error)
  )

/** One sentence. Another folder helps where this one is the trouble; nobody here knows about a place outside the package. */
export const sentence = (path: string, { _tag, message, remedy }: WriteFailure, orElse: string): string => {
  const advice = [remedy ?? "", _tag === "Unknown" ? "" : orElse].filter((words) => words !== "").join(" ")
  return `${path} ${message}${advice === "" ? "" : `; ${advice}`}`
}
