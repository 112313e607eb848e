/** The least that a program has to load to ask once: Node's own `fetch`. */
import { messagesFor, modelIds } from "./Work.mjs"

const [model] = modelIds(1)
const response = await fetch(`${process.argv[2]}/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model, messages: messagesFor({ model, sample: 1 }) })
})
process.exit((await response.json()).choices.length === 1 ? 0 : 1)
