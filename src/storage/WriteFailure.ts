/** Why something could not be written: `message` says what is the matter with the place, `remedy` what helps there. */
import type { PlatformError } from "@effect/platform/Error"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

const IN_THE_WAY = new Set(["EEXIST", "ENOTDIR"])
const FORBIDDEN = new Set(["EACCES", "EPERM"])

/** The folder does not exist and cannot be made, or nothing can be written there. */
export class FolderUnusable extends Schema.TaggedClass<FolderUnusable>()("FolderUnusable", { detail: Schema.String }) {
  get message(): string {
    return IN_THE_WAY.has(this.detail)
      ? `is no folder, or lies in something that is none (${this.detail})`
      : `cannot be written to (${this.detail})`
  }
  get remedy(): string {
    if (IN_THE_WAY.has(this.detail)) return "move away what is there"
    return FORBIDDEN.has(this.detail) ? "change its permissions" : "see to that"
  }
}

/** No space left, or a quota is used up. */
export class DiskFull extends Schema.TaggedClass<DiskFull>()("DiskFull", { detail: Schema.String }) {
  get message(): string {
    return `does not fit on the disk (${this.detail})`
  }
  readonly remedy = "free some space"
}

/** Something else has the name that the file should get: a directory, a pipe, or a link that leads out of the folder. */
export class NameTaken extends Schema.TaggedClass<NameTaken>()("NameTaken", { by: Schema.String }) {
  get message(): string {
    return `is the name of a ${this.by}`
  }
  readonly remedy = "move that away"
}

export class Unknown extends Schema.TaggedClass<Unknown>()("Unknown", { detail: Schema.String }) {
  get message(): string {
    return `could not be written (${this.detail})`
  }
  readonly remedy = "see to that"
}

export const WriteFailure = Schema.Union(FolderUnusable, DiskFull, NameTaken, Unknown)
export type WriteFailure = typeof WriteFailure.Type

/** The operating system's word for it, which the platform itself translates for a few codes only. */
export const codeOf = (error: PlatformError): string =>
  Predicate.hasProperty(error.cause, "code") ? String(error.cause.code) : error._tag

export const fromPlatform = (error: PlatformError): WriteFailure => {
  const code = codeOf(error)
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new DiskFull({ detail: code })
    case "EISDIR":
      return new NameTaken({ by: "directory" })
    case "EACCES":
    case "EEXIST":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENOENT":
    case "ENOTDIR":
    case "EPERM":
    case "EROFS":
      return new FolderUnusable({ detail: code })
    default:
      return new Unknown({ detail: error.message })
  }
}
