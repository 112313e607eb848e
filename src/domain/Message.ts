/** What is said to a model, and who says it. */
export interface Message {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}
