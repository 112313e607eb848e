/**
 * What had come of a request when it was interrupted, for the sender: its text and its price are paid for. An interrupted
 * fiber hands nothing back, so the sender puts this into it and looks afterwards. A server's double need not know of it.
 */
import type * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"
import type { Answer } from "../domain/Answer.js"
import type { GenerationError } from "../domain/GenerationError.js"

export interface Received {
  /** How long the request may take, in milliseconds. */
  readonly limitMs: number
  /**
   * What it had come to. An answer where only a last word was missing; else the failure to answer within the limit, or the
   * one that the status had decided, with everything that had come.
   */
  outcome: Either.Either<Answer, GenerationError> | undefined
}

/** Of the request that a fiber sends. Entry points may have a copy of this module each, and share this. */
export const current: FiberRef.FiberRef<Received | undefined> = globalValue("algogen/Received/current", () =>
  FiberRef.unsafeMake<Received | undefined>(undefined)
)
