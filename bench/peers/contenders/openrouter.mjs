/** OpenRouter's own client, with its own retries: those after 5xx. */
import { askAll, MAX_TOKENS, messagesFor } from "../lib/Work.mjs"

export const about = "OpenRouter's `@openrouter/sdk`, a streamed completion for each request"
export const packages = ["@openrouter/sdk"]

export const prepare = async () => {
  const { OpenRouter } = await import("@openrouter/sdk")
  return (work) => {
    const client = new OpenRouter({ apiKey: "none", serverURL: work.url })
    return askAll(work, async (request) => {
      const stream = await client.chat.send({
        chatRequest: {
          model: request.model,
          messages: messagesFor(request),
          maxCompletionTokens: MAX_TOKENS,
          stream: true
        }
      })
      let text = ""
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? ""
      return text
    })
  }
}
