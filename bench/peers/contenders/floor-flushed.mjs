/** The floor that keeps what it gets: a flushed line of a journal for each answer, then a flushed file with the module. */
import fs from "node:fs/promises"
import path from "node:path"
import * as Raw from "../lib/Raw.mjs"
import { messagesFor } from "../lib/Work.mjs"

export const about = "the floor, and each answer as a flushed journal line and a flushed file"
export const packages = ["undici"]
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

export const prepare = async () => async (work) => {
  const journal = await fs.open(path.join(work.folder, "journal.jsonl"), "a", 0o600)
  await Raw.run(work, async (request, answer) => {
    const line = { at: Date.now(), ...request, messages: messagesFor(request), answer }
    await journal.write(`${JSON.stringify(line)}\n`)
    await journal.sync()
    await writeFlushed(
      path.join(work.folder, `${request.model.replace("/", "_")}_${request.sample}.py`),
      moduleOf(answer)
    )
  })
  await journal.close()
}
