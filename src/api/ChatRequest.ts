/** One request for one answer, in the words of this library; how a server wants it spelled is `Dialect`'s concern. */
import type { Message } from "../domain/Message.js"
import type { Effort } from "./ModelRequest.js"

export interface ChatRequest {
  readonly model: string
  readonly messages: ReadonlyArray<Message>
  /** Ceiling of the answer in tokens, reasoning included. */
  readonly maxCompletionTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
  /** How much the model is to think before it answers. */
  readonly effort?: Effort | undefined
  /** Which providers may serve it, as OpenRouter's `provider` object; passed through as it is. */
  readonly provider?: { readonly [name: string]: unknown } | undefined
  /** `flex`, `priority`, ..; passed through as it is. */
  readonly serviceTier?: string | undefined
}
