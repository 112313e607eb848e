/** What a request may cost, reckoned from the catalogue's prices before it is sent. Money is US dollars. */
import * as Option from "effect/Option"
import type { Message } from "../domain/Message.js"
import type { ModelInfo } from "./Catalog.js"
import * as Bytes from "./wire/Bytes.js"

/** Tokens that a chat template adds around each message, taken high. */
const TOKENS_PER_MESSAGE = 16

/** Characters a token of English and code has on average. */
const CHARACTERS_PER_TOKEN = 4

/** A module of 60 lines, which is what most models write, with a few sentences around it. */
export const LIKELY_COMPLETION_TOKENS = 900

/** No tokenizer makes more tokens than there are bytes. */
export const mostPromptTokens = (messages: ReadonlyArray<Message>): number =>
  messages.reduce((sum, { content }) => sum + Bytes.sizeOf(content) + TOKENS_PER_MESSAGE, 0)

export const likelyPromptTokens = (messages: ReadonlyArray<Message>): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(content.length / CHARACTERS_PER_TOKEN), 0)

/** The cost of one request of so many tokens, `None` where the catalogue names no price. */
export const of = (
  { price }: { readonly price?: ModelInfo["price"] | undefined },
  tokens: { readonly prompt: number; readonly completion: number }
): Option.Option<number> =>
  Option.map(
    Option.fromNullable(price),
    ({ completion, prompt, request = 0 }) => prompt * tokens.prompt + completion * tokens.completion + request
  )

/** For people: dollars for a million tokens, of which the price of one is given. */
export const perMillion = (price: number): string => (price * 1e6).toFixed(2)

export { dollars } from "../domain/Figures.js"
