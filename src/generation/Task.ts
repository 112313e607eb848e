/** A model that is about to be asked: with what, how far the request may still be changed, and its ledger. */
import * as Effect from "effect/Effect"
import type { ModelInfo } from "../api/Catalog.js"
import type { ChatRequest } from "../api/OpenRouter.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type { Generated } from "./Judging.js"
import * as Ledger from "./Ledger.js"
import * as Preview from "./Preview.js"
import type { Emit } from "./Progress.js"
import * as Recovery from "./Recovery.js"
import type * as Slot from "./Slot.js"
import type { Verdict } from "./Verdict.js"

/** Which model a slot is to ask. */
export interface Subject {
  readonly slot: Slot.Planned
  /** The model to send the request to; events and ledger name it as requested. */
  readonly model: string
  /** Tells equal requests of one run apart, from 1. */
  readonly ordinal: number
  readonly price?: ModelInfo["price"]
  /** The most that the model can answer, in tokens; default no limit. */
  readonly tokenCeiling?: number | undefined
}

export interface Conditions {
  readonly maxCompletionTokens?: number | undefined
  readonly repairs?: number | undefined
  readonly temperature?: number | undefined
  readonly emit: Emit
  readonly endsAt: number
  readonly wholeText?: boolean | undefined
  readonly verdict?: Pick<Verdict, "on" | "hear"> | undefined
}

export interface Task extends Pick<Subject, "slot" | "model" | "ordinal" | "price"> {
  readonly request: Recovery.Request
  readonly allowance: Recovery.Allowance
  /** What goes with every request besides its messages and its ceiling. */
  readonly parameters: Pick<ChatRequest, "temperature" | "seed">
  readonly tokenCeiling: number
  readonly ledger: Ledger.Ledger
  readonly preview: Preview.Preview
  /** What an earlier run has paid for in place of the first attempt. */
  readonly recalled?: Effect.Effect<Generated, GenerationError> | undefined
}

/** Four times what the longest modules take, and within the limits of small models. */
export const MAX_COMPLETION_TOKENS = 4096

export const make = (
  { model, ordinal, price, slot, tokenCeiling = Number.POSITIVE_INFINITY }: Subject,
  conditions: Conditions
): Effect.Effect<Task> => {
  const { emit, endsAt, maxCompletionTokens = MAX_COMPLETION_TOKENS, repairs = 0, temperature, verdict } = conditions
  const { index, messages, model: requested, seed } = slot
  return Effect.map(
    Ledger.make({ index, model: requested, emit, endsAt, verdict: () => verdict?.on(model), hear: verdict?.hear }),
    (ledger): Task => ({
      slot,
      model,
      ordinal,
      price,
      tokenCeiling,
      request: { messages, maxCompletionTokens: Math.min(maxCompletionTokens, tokenCeiling) },
      allowance: { extensions: Recovery.MAX_EXTENSIONS, emptyAnswers: Recovery.MAX_EMPTY_ANSWERS, repairs },
      parameters: { temperature, seed },
      ledger,
      preview: Preview.make(emit, index, requested, conditions.wholeText === true)
    })
  )
}
