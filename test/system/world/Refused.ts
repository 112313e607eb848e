/** A call of the disk that fails, with a code of the operating system, and what the product is told of it. */
import { type PlatformError, SystemError, type SystemErrorReason } from "@effect/platform/Error"
import type { Call } from "./Faults.js"

const REASONS: Readonly<Record<string, SystemErrorReason>> = {
  ENOENT: "NotFound",
  EACCES: "PermissionDenied",
  EEXIST: "AlreadyExists",
  EISDIR: "BadResource",
  ENOTDIR: "BadResource"
}

/** A call fails with a code of the operating system. Thrown and caught here; without a stack, which takes long to make. */
export class Refused {
  constructor(readonly code: string) {}
}

export const refuse = (code: string): never => {
  throw new Refused(code)
}

export const failure = (call: Call, path: string, code: string): PlatformError =>
  new SystemError({
    reason: REASONS[code] ?? "Unknown",
    module: "FileSystem",
    method: call,
    pathOrDescriptor: path,
    description: code,
    cause: Object.assign(new Error(`${code}: ${call} '${path}'`), { code })
  })
