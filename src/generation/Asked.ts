/** What a slot asks: its messages, made when they are wanted where that is possible. The prompts of thousands take much memory. */
import type { LazyArg } from "effect/Function"
import type { Message } from "../domain/Message.js"

export class Asked {
  readonly #messages: LazyArg<ReadonlyArray<Message>>
  constructor(messages: LazyArg<ReadonlyArray<Message>>) {
    this.#messages = messages
  }
  get messages() {
    return this.#messages()
  }
}
