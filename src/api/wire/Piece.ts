/** What one chunk of a stream, or one whole body, says of the answer, in OpenAI's words. Fields of unexpected type are passed over. Pure. */
import * as Lenient from "./Lenient.js"
import * as Parts from "./Parts.js"

export interface Piece {
  readonly text: string
  readonly reasoning: string
  readonly refusal: string
  readonly finish: unknown
  /** It holds all that was said so far, and not what is new. */
  readonly snapshot: boolean
  /** The API's own word that nothing follows. */
  readonly done: boolean
  /** Which message or block of the answer it belongs to; those more than one Parts.apart are no one text. */
  readonly block?: number | undefined
  /** It opens its block, and what follows may say it once more. */
  readonly opens?: boolean | undefined
}

/** The choice of OpenAI's shape: what is new in `delta`, or everything in `message`. */
export const ofChoice = (choice: Lenient.Fields): Piece => {
  const { delta, message } = choice
  const finish = choice["finish_reason"] ?? choice["finishReason"]
  const fresh = delta === undefined || delta === null ? undefined : ofSaid(delta, finish, false)
  // Some repeat the whole beside the last delta, which has nothing in it.
  if (fresh !== undefined && (message === undefined || fresh.text !== "")) return fresh
  return ofSaid(message ?? { content: choice["text"] }, finish, message !== undefined)
}

const ofSaid = (said: unknown, finish: unknown, snapshot: boolean): Piece => {
  if (!Lenient.isRecord(said)) {
    return { text: Lenient.scalar(said), reasoning: "", refusal: "", finish, snapshot, done: false }
  }
  const { content, refusal } = said
  const isParts = typeof content === "object" && content !== null
  // What is new may be a number; all of an answer is none.
  const told = snapshot ? (Lenient.string(content) ?? "") : Lenient.scalar(content)
  const text = isParts ? Parts.textOf(content, Parts.isText) : told
  const shown = reasoningIn(said)
  const reasoning = shown === "" && isParts ? Parts.textOf(content, Parts.isThought) : shown
  return { text, reasoning, refusal: Lenient.string(refusal) ?? "", finish, snapshot, done: false }
}

const reasoningIn = (said: Lenient.Fields): string =>
  textIn(said["reasoning_content"]) ||
  textIn(said["reasoning"]) ||
  textIn(said["thinking"]) ||
  textIn(said["thoughts"]) ||
  textIn(said["reasoning_text"]) ||
  (said["reasoning_details"] === undefined ? "" : Parts.textOf(said["reasoning_details"], Parts.isAny))

const textIn = (value: unknown): string => (typeof value === "string" ? value : "")
