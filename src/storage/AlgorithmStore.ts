/**
 * Where algorithms are kept once they are made. The contract, and what can go wrong with it; the variants lie in the
 * folder of the same name. The order of saving and what becomes of a failure are the caller's business.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Algorithm } from "../domain/Algorithm.js"
import type { FileName } from "./FileName.js"
import { WriteFailure } from "./WriteFailure.js"

export interface Service {
  /** Finds out whether saving will work. To be asked before anything is sent, and so before anything is paid for. */
  readonly prepare: Effect.Effect<void, StoreError>
  /** Keeps one algorithm, whole or not at all, in place of an earlier one of the same model. Yields where it lies. */
  readonly save: (name: FileName, algorithm: Algorithm) => Effect.Effect<string, StoreError>
}

export class AlgorithmStore extends Context.Tag("algogen/AlgorithmStore")<AlgorithmStore, Service>() {}

export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  /** The folder or the file that could not be written. */
  path: Schema.String,
  reason: WriteFailure,
  /** The algorithm can still be had: the journal holds the answer that it was in. */
  answerKept: Schema.optionalWith(Schema.Literal(true), { exact: true })
}) {
  override get message(): string {
    const { answerKept, path, reason } = this
    // Another folder has another journal: whoever goes there pays again.
    const advice = answerKept
      ? "and make the same request again with resume (--resume): the journal has the answer, so it costs nothing"
      : "or choose another folder"
    return `${path} ${reason.message}; ${reason.remedy} ${advice}`
  }
}
