/**
 * Where algorithms are kept once they are made. The contract, and what can go wrong with it; the variants lie in the
 * folder of the same name. The order of saving and what becomes of a failure are the caller's business.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Algorithm } from "./Algorithm.js"
import type { FileName } from "./AlgorithmStore/FileName.js"

export interface Service {
  /** Finds out whether saving will work. To be asked before anything is sent, and so before anything is paid for. */
  readonly prepare: Effect.Effect<void, StoreError>
  /** Keeps one algorithm, whole or not at all, in place of an earlier one of that name. Yields where it lies. */
  readonly save: (name: FileName, algorithm: Algorithm) => Effect.Effect<string, StoreError>
}

export class AlgorithmStore extends Context.Tag("algogen/AlgorithmStore")<AlgorithmStore, Service>() {}

/** The folder does not exist and cannot be made, or nothing can be written into it. */
export class FolderUnusable extends Schema.TaggedClass<FolderUnusable>()("FolderUnusable", { detail: Schema.String }) {
  get message(): string {
    return `is not a folder that can be written to (${this.detail}); choose another folder or change its permissions`
  }
}

/** No space left, or a quota is used up. */
export class DiskFull extends Schema.TaggedClass<DiskFull>()("DiskFull", { detail: Schema.String }) {
  get message(): string {
    return `does not fit on the disk (${this.detail}); free some space or choose a folder elsewhere`
  }
}

/** A directory has the name that the file should get. */
export class NameTaken extends Schema.TaggedClass<NameTaken>()("NameTaken", {}) {
  get message(): string {
    return "is the name of a directory; move that directory away or choose another folder"
  }
}

export class Unknown extends Schema.TaggedClass<Unknown>()("Unknown", { detail: Schema.String }) {
  get message(): string {
    return `could not be written (${this.detail})`
  }
}

export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  /** The folder or the file that could not be written. */
  path: Schema.String,
  reason: Schema.Union(FolderUnusable, DiskFull, NameTaken, Unknown)
}) {
  override get message(): string {
    return `${this.path} ${this.reason.message}`
  }
}
