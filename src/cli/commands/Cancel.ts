/** `algogen cancel`: ends a batch. */
export { cancel as run } from "./Status.js"
