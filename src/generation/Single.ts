/** One model by itself: what its caller may say, checked before anything is sent, and the slot that it has then, as in a run. */
import * as Effect from "effect/Effect"
import { GenerationError, NotAsked } from "../domain/GenerationError.js"
import { sha256 } from "../domain/Hash.js"
import type { Message } from "../domain/Message.js"
import * as Names from "./Names.js"
import * as Sense from "./Sense.js"
import type { Settings } from "./Settings.js"
import type * as Slot from "./Slot.js"

export interface Options extends Settings {
  /** The id of the model, as the server lists it. It is sent as it is: parameters are options of their own. */
  readonly model: string
  /** What the model is told, in the role `user`; the module is looked for in its answer. */
  readonly prompt: string
  /** What a trial run trades, where there is one; default AAPL. */
  readonly ticker?: string | undefined
  /** A whole number for servers that repeat an answer for one; default none. */
  readonly seed?: number | undefined
}

const NAMES: Readonly<Record<keyof Options, true>> = {
  model: true,
  prompt: true,
  ticker: true,
  seed: true,
  ...Names.OF_SETTINGS
}

function* rulesOf(options: Options): Generator<Sense.Rule> {
  const { model, prompt, seed = 0, ...settings } = options
  yield Names.rule(options, NAMES)
  yield* Sense.ofModel(model)
  yield Sense.ofPrompt(prompt)
  yield [Number.isSafeInteger(seed), `the seed must be a whole number, not ${seed}`]
  yield* Sense.ofSettings(settings)
}

/** What makes no sense is not asked. */
export const slotOf = (options: Options): Effect.Effect<Slot.Planned, GenerationError> =>
  Effect.zipRight(Sense.check(rulesOf(options)), Sense.decodeTicker(options.ticker ?? "AAPL")).pipe(
    Effect.mapError(({ message }) => {
      const reason = new NotAsked({ message })
      // Callers without types may hand in anything.
      return new GenerationError({ model: String(options.model), reason })
    }),
    Effect.map((symbol) => {
      const { model, prompt, seed, system } = options
      const asked: Message = { role: "user", content: prompt }
      const messages: ReadonlyArray<Message> =
        system === undefined ? [asked] : [{ role: "system", content: system }, asked]
      return { index: 0, model, ticker: symbol, sample: 1, seed, messages, promptHash: sha256(prompt), parameters: {} }
    })
  )
