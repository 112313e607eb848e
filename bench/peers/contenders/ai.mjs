/** The AI SDK with its provider for OpenAI-compatible servers, with its own retries: two. */
import { askAll, MAX_TOKENS, promptFor } from "../lib/Work.mjs"

export const about = "the AI SDK's `streamText` with `@ai-sdk/openai-compatible`"
export const packages = ["ai", "@ai-sdk/openai-compatible"]

export const prepare = async () => {
  const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
    import("ai"),
    import("@ai-sdk/openai-compatible")
  ])
  return (work) => {
    const provider = createOpenAICompatible({ name: "bench", baseURL: work.url, apiKey: "none" })
    return askAll(work, (request) => {
      let failure
      const { text } = streamText({
        model: provider(request.model),
        prompt: promptFor(request),
        maxOutputTokens: MAX_TOKENS,
        onError: ({ error }) => {
          failure = error
        }
      })
      return text.then((whole) => (failure === undefined ? whole : Promise.reject(failure)))
    })
  }
}
