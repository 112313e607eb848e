/** A model to ask: the request, how far it may still be changed, and the ledger. */
import * as Effect from "effect/Effect"
import type { ModelInfo } from "../api/Catalog.js"
import type { ChatRequest } from "../api/ModelRequest.js"
import * as Models from "../api/Models.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type { Generated } from "./Judging.js"
import type * as Lanes from "./Lanes.js"
import * as Ledger from "./Ledger.js"
import type { Settings } from "./Options.js"
import * as Preview from "./Preview.js"
import type { Emit } from "./Progress.js"
import * as Recovery from "./Recovery.js"
import type * as Slot from "./Slot.js"
import type { Verdict } from "./Verdict.js"
import * as Waits from "./Waits.js"

/** Which model a slot is to ask. */
export interface Target {
  readonly slot: Slot.Planned
  /** The model to send the request to; events and ledger name it as requested. */
  readonly model: string
  /** Tells equal requests of one run apart, from 1. */
  readonly ordinal: number
  readonly info?: ModelInfo | undefined
  /** Since when it waits to be asked, in milliseconds since the epoch; default now. */
  readonly began?: number | undefined
}

export interface Conditions extends Settings {
  readonly emit: Emit
  readonly endsAt: number
  readonly wholeText?: boolean | undefined
  readonly verdict: Verdict
  readonly lanes: Pick<Lanes.Lanes, "lane">
  /** The run has several tickers, so that a note has to say which one it is about; default false. */
  readonly byTicker?: boolean | undefined
}

export interface Task extends Pick<Target, "slot" | "model" | "ordinal"> {
  /** What notes call it: the model as requested, with its sample from the second on, behind the ticker where the run has several. */
  readonly name: string
  readonly request: Recovery.Request
  readonly allowance: Recovery.Allowance
  /** What every request contains besides its messages and its token limit. */
  readonly parameters: Omit<ChatRequest, "model" | "messages" | "maxCompletionTokens">
  /** The token limit that the caller asked for, if any. */
  readonly wanted: number | undefined
  /** The most that the model can answer, in tokens. */
  readonly tokenCeiling: number
  /** What the list of models says of it. */
  readonly info: ModelInfo | undefined
  /** Of which round it is, from 1; undefined for the first module. */
  readonly round?: number | undefined
  readonly ledger: Ledger.Ledger
  readonly waits: Waits.Waits
  readonly lane: Lanes.Lane
  readonly preview: Preview.Preview
  /** What an earlier run has paid for in place of the first attempt. */
  readonly recalled?: Effect.Effect<Generated, GenerationError> | undefined
}

/** A request with room for an answer. */
const sizedFor = (messages: Recovery.Request["messages"], info: ModelInfo | undefined, wanted: number | undefined) => {
  const prompt = messages.map(({ content }) => content).join("")
  return {
    tokenCeiling: Models.mostTokens(info, prompt) ?? Number.POSITIVE_INFINITY,
    request: { messages, maxCompletionTokens: Models.firstTokens(info, prompt, wanted) }
  }
}

/** The same model in a later round, told more. */
export const inRound = (task: Task, round: number, more: Recovery.Request["messages"], repairs: number): Task => ({
  ...task,
  ...sizedFor([...task.slot.messages, ...more], task.info, task.wanted),
  round,
  allowance: Recovery.allowance(repairs),
  recalled: undefined
})

export const make = ({ began, info, model, ordinal, slot }: Target, conditions: Conditions): Effect.Effect<Task> => {
  const { index, messages, model: requested, sample, seed, ticker } = slot
  // What is asked of this model alone comes before what is asked of all.
  const { parameters } = slot
  const wanted = parameters.maxCompletionTokens ?? conditions.maxCompletionTokens
  const effort = parameters.effort ?? conditions.effort
  const serviceTier = parameters.serviceTier ?? conditions.serviceTier
  const temperature = parameters.temperature ?? conditions.temperature
  const name = (conditions.byTicker === true ? `${ticker} ` : "") + (sample > 1 ? `${requested} #${sample}` : requested)
  const { emit, endsAt, provider, repairs = 0, verdict, wholeText = false } = conditions
  const lane = conditions.lanes.lane()
  return Effect.map(
    Ledger.make({
      began,
      index,
      model: requested,
      asked: model,
      name,
      emit,
      endsAt,
      verdict,
      leave: lane.leave
    }),
    (ledger): Task => ({
      slot,
      model,
      name,
      ordinal,
      wanted,
      info,
      ...sizedFor(messages, info, wanted),
      allowance: Recovery.allowance(repairs),
      parameters: { temperature, seed, effort, provider, serviceTier },
      ledger,
      waits: Waits.make(model, ledger, verdict),
      lane,
      preview: Preview.make(emit, index, requested, wholeText)
    })
  )
}
