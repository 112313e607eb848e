/**
 * Where algorithms are kept once they are made: the contract, and what can go wrong with it. The variants lie in the
 * folder of the same name; the caller chooses the order of saving and decides what a failure means.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Algorithm } from "../domain/Algorithm.js"
import type { FileName } from "./FileName.js"
import * as WriteFailure from "./WriteFailure.js"

export interface Service {
  /** Finds out whether saving will work. Called before anything is sent, and so before anything is paid for; within its time. */
  readonly prepare: Effect.Effect<void, StoreError>
  /**
   * Keeps one algorithm, whole or not at all, in place of an earlier one of the same model, and returns where it is.
   * Several calls may be in flight: their algorithms appear in the order of the calls. A run interrupts it only when its time is
   * over: then it counts as failed, and what comes of it later is ignored.
   */
  readonly save: (name: FileName, algorithm: Algorithm) => Effect.Effect<string, StoreError>
  /** Called once after a batch of saves: what they kept survives a power cut. Has its time, too; a failure is logged. */
  readonly flush?: Effect.Effect<void, StoreError> | undefined
  /**
   * How long each of these may take, in milliseconds; default 30,000, `Infinity` for a store that sees to it itself. After one that was late
   * the next are waited for 2 s, until one ends by itself.
   */
  readonly timeoutMs?: number | undefined
}

export class AlgorithmStore extends Context.Tag("algogen/AlgorithmStore")<AlgorithmStore, Service>() {}

/**
 * A store outside this package fails with words of its own:
 * `new StoreError({ path: "s3://bucket/a.py", reason: { _tag: "Unknown", message: "was refused", remedy: "ask again" } })`.
 */
export class StoreError extends Schema.TaggedError<StoreError>("algogen.StoreError")("StoreError", {
  /** The folder, file or object that could not be written. */
  path: Schema.String,
  reason: WriteFailure.WriteFailure,
  /** The journal holds the answer that the algorithm was in, so it can still be saved. */
  answerKept: Schema.optional(Schema.Literal(true))
}) {
  override get message(): string {
    const { answerKept, path, reason } = this
    if (answerKept !== true) return WriteFailure.sentence(path, reason, "or choose another folder")
    // Not to choose another folder: that one has another journal, so the answer would be paid for again.
    const remedy = reason.remedy === undefined ? "" : `${reason.remedy} and `
    return (
      `${path} ${reason.message}; ${remedy}make the same request again with resume (--resume): ` +
      "the journal has the answer, so it costs nothing"
    )
  }
}
