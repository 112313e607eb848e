export * as Answer from "./Answer.js"
