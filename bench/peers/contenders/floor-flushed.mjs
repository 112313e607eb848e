/** The floor that keeps what it gets: a flushed line of a journal for each answer, then a flushed file with the module. */
import fs from "node:fs/promises"
import path from "node:path"
import * as Raw from "../lib/Raw.mjs"
import { inParallel, messagesFor, requestsOf } from "../lib/Work.mjs"

export const about = "the same, and each answer as a flushed journal line and a flushed file"
export const writesFiles = true

const moduleOf = (answer) => answer.slice(answer.indexOf("\n") + 1, answer.lastIndexOf("```"))

const writeFlushed = async (file, text) => {
  const handle = await fs.open(file, "w")
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export const prepare = async (setting) => async (work) => {
  const journal = await fs.open(path.join(work.folder, "journal.jsonl"), "a", 0o600)
  await Raw.withPool(setting, (pool, at) =>
    inParallel(setting.inFlight, requestsOf(work), async ({ model, sample }) => {
      const messages = messagesFor(model, sample)
      const answer = await Raw.ask(pool, at, setting.stream, model, messages)
      await journal.write(`${JSON.stringify({ at: Date.now(), model, sample, messages, answer })}\n`)
      await journal.sync()
      await writeFlushed(path.join(work.folder, `${model.replace("/", "_")}_${sample}.py`), moduleOf(answer))
      work.take(answer)
    })
  )
  await journal.close()
}
