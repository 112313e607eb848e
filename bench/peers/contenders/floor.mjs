/** The floor: undici's Pool, as many workers as are in flight, nothing else. */
import * as Raw from "../lib/Raw.mjs"
import { inParallel, messagesFor, requestsOf } from "../lib/Work.mjs"

export const about = "undici Pool and a worker loop"

export const prepare = async (setting) => (work) =>
  Raw.withPool(setting, (pool, path) =>
    inParallel(setting.inFlight, requestsOf(work), async ({ model, sample }) => {
      work.take(await Raw.ask(pool, path, setting.stream, model, messagesFor(model, sample)))
    })
  )
