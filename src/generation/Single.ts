/** One model by itself: what its caller says, checked before anything is sent, and the slot that it has then, as in a run. */
import * as Effect from "effect/Effect"
import { GenerationError, NotAsked } from "../domain/GenerationError.js"
import { sha256 } from "../domain/Hash.js"
import type { Message } from "../domain/Message.js"
import * as Names from "./Names.js"
import type { OfModel } from "./Options.js"
import * as Sense from "./Sense.js"
import type * as Slot from "./Slot.js"

function* rulesOf(options: OfModel): Generator<Sense.Rule> {
  const { model, prompt, seed = 0 } = options
  yield Names.rule(options, Names.OF_MODEL)
  yield* Sense.ofModel(model)
  yield Sense.ofPrompt(prompt)
  yield [Number.isSafeInteger(seed), `the seed must be a whole number, not ${seed}`]
  yield* Sense.ofSettings(options)
}

/** What makes no sense is not asked. */
export const slotOf = (options: OfModel): Effect.Effect<Slot.Planned, GenerationError> =>
  Effect.zipRight(Sense.check(rulesOf(options)), Sense.decodeTicker(options.ticker ?? "AAPL")).pipe(
    Effect.mapBoth({
      onFailure: ({ message }) => {
        const reason = new NotAsked({ message })
        // Callers without types may hand in anything.
        return new GenerationError({ model: String(options.model), reason })
      },
      onSuccess: (ticker) => {
        const { model, prompt, seed, system } = options
        const asked: Message = { role: "user", content: prompt }
        const messages: ReadonlyArray<Message> =
          system === undefined ? [asked] : [{ role: "system", content: system }, asked]
        return { index: 0, model, ticker, sample: 1, seed, messages, promptHash: sha256(prompt), parameters: {} }
      }
    })
  )
