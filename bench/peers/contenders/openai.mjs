/** The client of OpenAI, with its own retries: two. */
import { askAll, MAX_TOKENS, messagesFor } from "../lib/Work.mjs"

export const about = "OpenAI's client, a streamed completion for each request"
export const packages = ["openai"]

export const prepare = async () => {
  const { default: OpenAI } = await import("openai")
  return (work) => {
    const client = new OpenAI({ baseURL: work.url, apiKey: "none" })
    return askAll(work, async (request) => {
      const stream = await client.chat.completions.create({
        model: request.model,
        messages: messagesFor(request),
        max_completion_tokens: MAX_TOKENS,
        stream: true
      })
      let text = ""
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? ""
      return text
    })
  }
}
