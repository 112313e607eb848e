/** LangChain's client for OpenRouter, with its own retries: six. */
import { askAll, MAX_TOKENS, promptFor } from "../lib/Work.mjs"

export const about = "LangChain's `ChatOpenRouter`, one for each model, streamed"
export const packages = ["@langchain/openrouter", "@langchain/core"]

export const prepare = async () => {
  const { ChatOpenRouter } = await import("@langchain/openrouter")
  return (work) => {
    const clients = new Map(
      work.models.map((model) => [
        model,
        new ChatOpenRouter({ model, apiKey: "none", baseURL: work.url, maxTokens: MAX_TOKENS })
      ])
    )
    return askAll(work, async (request) => {
      let text = ""
      for await (const chunk of await clients.get(request.model).stream(promptFor(request))) text += chunk.content
      return text
    })
  }
}
