/**
 * What has been said so far in one exchange. A stream adds its chunks one after the other, a plain body is one chunk that
 * holds everything; both end in the same value, so that whatever judges an answer does not know how it came. It grows in
 * place, as it is added to at every token.
 */
import * as Block from "./Block.js"
import * as Bytes from "./Bytes.js"
import * as Choice from "./Choice.js"
import * as ErrorShape from "./ErrorShape.js"
import * as Finish from "./Finish.js"
import * as Foreign from "./Foreign.js"
import * as Fragment from "./Fragment.js"
import * as Lenient from "./Lenient.js"
import type * as Piece from "./Piece.js"
import * as Repeat from "./Repeat.js"
import * as TokenCount from "./TokenCount.js"

export interface Transcript extends Choice.Seen, Block.Blocks {
  /** Some of the text is no white space. */
  hasText: boolean
  reasoning: string
  refusal: string
  /** The text of the last chunk, as long as each began with the one before. */
  grown?: string | undefined
  /** Something came in pieces, each of which was new. */
  pieces?: true | undefined
  /** What a block was opened with, until more of it comes. */
  opening?: string | undefined
  /** The size of the three in UTF-8: what an exchange keeps in memory. */
  bytes: number
  /** Chunks that carried something of the answer, be it text, reasoning or a refusal. */
  tokens: number
  /** At least one choice was seen. */
  choices: boolean
  /** The last finish reason that says anything. */
  finishReason?: string | undefined
  /** The provider's own word for it, where the server passes it on. */
  nativeFinishReason?: string | undefined
  /**
   * How far the finish reason is to be believed before the response ends. `sure`: it came with or after the last of several
   * chunks of text; `early`: with the first, so that it may come with each; `repeated`: text came after it.
   */
  finish: "none" | "sure" | "early" | "repeated"
  model?: string | undefined
  generationId?: string | undefined
  /** What the server counted, in its own words. */
  counts?: object | undefined
  /** The chunk, or the words, in which the server reports an error. */
  error?: unknown
  /** What was said last outside of any answer, and may be the explanation for none: a chunk or plain words. */
  aside?: unknown
  /** Nothing follows, and the server said so: `[DONE]`, usage after the finish reason, or a plain body read to its end. */
  closed: boolean
  /** The response came to its proper end. */
  ended: boolean
  /** A chunk could not be read: in the text, where something is missing now, or behind it; or it was nested too deep. */
  damage?: "inside" | "behind" | "deep" | undefined
  /** A plain body breaks off: in the text of the answer, or behind it. */
  torn?: "text" | "envelope" | undefined
}

export const empty = (): Transcript => ({
  text: "",
  block: {},
  hasText: false,
  reasoning: "",
  refusal: "",
  bytes: 0,
  tokens: 0,
  choices: false,
  finish: "none",
  closed: false,
  ended: false
})

/** Has everything been said: closed, or broken off with an error. */
export const isComplete = ({ closed, error }: Transcript): boolean => closed || error !== undefined

/**
 * Is only a last word still awaited, be it the count of tokens or the end itself. A finish reason before any text may be
 * that of the thoughts, and one that text came after was not the end.
 */
export const isOver = ({ aside, finish, finishReason, hasText, refusal, torn }: Transcript): boolean => {
  if (torn === "text") return false
  if (finishReason === undefined || finish === "repeated") return !hasText && ErrorShape.complains(aside)
  return hasText || refusal !== "" || Finish.of(finishReason) !== "whole"
}

/** Adds a chunk of a stream or a whole body; `isWhole` when nothing but this chunk is in the body. */
export const add = (self: Transcript, said: unknown, isWhole = false): void => {
  if (isComplete(self)) return
  // Some encode what is JSON already.
  const chunk = Lenient.opened(said)
  // Gemini's endpoint puts its errors, and its own API its chunks, into a list.
  if (Array.isArray(chunk)) return chunk.forEach((item) => add(self, item, isWhole && chunk.length === 1))
  if (!Lenient.isRecord(chunk)) return
  const chosen = Choice.of(chunk, self)
  const choice = chosen?.choice
  const piece = chosen === undefined ? Foreign.of(chunk) : chosen.piece
  if (piece === undefined && addWrapped(self, chunk, isWhole)) return

  const isFirstCount = self.counts === undefined
  const isFirstFinish = self.finishReason === undefined
  const counts = addFacts(self, chunk)
  self.choices ||= choice !== undefined
  const isMeant = chosen === undefined || Choice.note(self, chosen)
  if (piece !== undefined && isMeant) say(self, piece)
  if (choice !== undefined) {
    self.nativeFinishReason = Finish.word(choice["native_finish_reason"]) ?? self.nativeFinishReason
  }
  const error = ErrorShape.reported(chunk, choice, piece !== undefined) ?? Finish.failureIn(piece?.finish)
  if (error !== undefined && piece !== undefined) self.error = error
  else if (error !== undefined) fail(self, error)
  else if (piece === undefined && ErrorShape.mayExplain(chunk)) self.aside = chunk

  if (piece?.done === true) self.closed = true
  if (isWhole && (piece === undefined || !isChunk(chunk, choice))) self.closed = true
  // Some servers count along with every chunk: only what comes with the finish reason, or later, is the last word.
  if (counts === undefined || (piece !== undefined && piece.text !== "")) return
  if (self.finish === "sure" && (choice === undefined || (isFirstCount && isFirstFinish))) {
    self.closed ||= self.hasText || self.refusal !== ""
  }
  // One that puts a finish reason into each chunk rarely has a chunk for the counts alone, so that nothing follows, most likely.
  if (self.finish === "early" && choice === undefined) self.finish = "sure"
}

/** What stands beside the answer. Hands back the counts. */
const addFacts = (self: Transcript, chunk: Lenient.Fields): object | undefined => {
  const counts = TokenCount.countsIn(chunk)
  self.model = Lenient.words(chunk["model"]) ?? self.model
  self.generationId = Lenient.words(chunk["id"]) ?? self.generationId
  // A price that was told once is not taken back by a count without one.
  if (counts !== undefined) self.counts = self.counts === undefined ? counts : { ...self.counts, ...counts }
  return counts
}

const say = (self: Transcript, piece: Piece.Piece): void => {
  const isGrown = Repeat.repeats(self.grown, piece.text)
  const isMore = piece.snapshot || isGrown || Repeat.repeats(self.text, piece.text)
  const isAgain = !isMore && (Repeat.isAgain(self.text, piece.text) || isOpeningAgain(self, piece))
  const isSnapshot = isMore || isAgain
  if (piece.text !== "") {
    self.opening = piece.opens === true ? piece.text : undefined
    self.grown = (self.grown ?? self.text) === "" || Repeat.startsWith(self.grown, piece.text) ? piece.text : undefined
    if (isGrown && !Repeat.startsWith(self.text, piece.text)) self.text = ""
  }
  if (self.damage !== undefined && piece.text !== "") {
    // The whole is said once more, or else the end was none.
    self.damage = isSnapshot ? undefined : self.damage === "deep" ? "deep" : "inside"
    if (isSnapshot) self.text = ""
  }
  const { fresh, lead } = isAgain && self.text !== "" ? NOTHING : freshOf(self, piece, isSnapshot)
  const hadText = self.hasText
  if (fresh !== "" && !(hadText && self.finishReason === undefined) && fresh.trim() !== "") {
    self.hasText = true
    // A finish reason before any text was that of the thoughts.
    if (self.finishReason !== undefined) self.finish = hadText ? "repeated" : "none"
    self.finishReason = undefined
  }
  const reason = Finish.word(piece.finish)
  if (reason !== undefined) {
    self.finishReason = reason
    if (self.finish !== "repeated") self.finish = fresh !== "" && !hadText ? "early" : "sure"
  }
  const isThoughtAgain = piece.snapshot || Repeat.repeats(self.reasoning, piece.reasoning)
  const reasoning = isThoughtAgain ? restOf(self, "reasoning", piece) : piece.reasoning
  if (fresh === "" && reasoning === "" && piece.refusal === "") return
  if (!isSnapshot || piece.block !== undefined) self.pieces = true
  self.tokens += 1
  Block.grow(self, lead, fresh)
  self.reasoning += reasoning
  self.refusal += piece.refusal
  self.bytes += lead.length + Bytes.sizeOf(fresh) + Bytes.sizeOf(reasoning) + Bytes.sizeOf(piece.refusal)
  if (fresh !== "") self.aside = undefined
}

/** Some say what a block is opened with once more in its first piece; a mark alone may well come twice. */
const isOpeningAgain = ({ opening }: Transcript, { text }: Piece.Piece): boolean =>
  opening !== undefined && opening === text && /\w/.test(text)

interface Fresh {
  readonly fresh: string
  readonly lead: string
}

const NOTHING: Fresh = { fresh: "", lead: "" }

/** What a piece adds to the text, and what stands before it where it is of another message. */
const freshOf = (self: Transcript, piece: Piece.Piece, isSnapshot: boolean): Fresh => {
  if (piece.text === "") return NOTHING
  const { isNew, lead } = Block.enter(self, piece.block)
  return { fresh: isSnapshot && !isNew ? restOf(self, "text", piece) : piece.text, lead }
}

/** What a snapshot adds. */
const restOf = (self: Transcript, field: "text" | "reasoning", piece: Piece.Piece): string => {
  const [before, snapshot] = [self[field], piece[field]]
  // The end of one block says what that block was.
  if (piece.block !== undefined && before !== "") return field === "text" ? Block.rest(self, piece.block, snapshot) : ""
  if (!piece.snapshot || self.pieces !== true || before === "") return Repeat.rest(before, snapshot)
  const { replaces, text } = Repeat.whole(before, snapshot)
  if (replaces) self[field] = ""
  return text
}

/** The server reports an error. After the finish of a whole answer it takes nothing from that. */
export const fail = (self: Transcript, error: unknown): void => {
  if (self.finish === "sure" && self.hasText && Finish.of(self.finishReason ?? "") === "whole") self.closed = true
  else self.error = error
}

/** A chunk that cannot be read. Behind the end of the answer nothing is missing, unless more text comes. */
export const damage = (self: Transcript, where: "inside" | "deep" = "inside"): void => {
  self.damage ??= self.finish === "sure" && self.hasText ? "behind" : where
}

/** A body that is one chunk of a stream was not meant to be everything. */
const isChunk = (chunk: Lenient.Fields, choice: Lenient.Fields | undefined): boolean =>
  chunk["done"] === false || Lenient.isRecord(choice?.["delta"])

/** Is a body, read before its end, surely all of it: an error, or why it ended with a message or with its price. */
export const isConclusive = (body: unknown): boolean => {
  const seen = empty()
  add(seen, body, true)
  if (seen.error !== undefined) return true
  return seen.closed && seen.finishReason !== undefined && (seen.tokens > 0 || seen.counts !== undefined)
}

/** Adds what can be read of a body that breaks off; a text that is there to its last letter is known to be so. */
export const addTorn = (self: Transcript, torn: string): void => {
  addFacts(self, Fragment.wholeFields(torn))
  const content = Fragment.contentOf(torn)
  if (content === undefined || content.text === "") return
  const finish = /"finish_?reason"\s*:\s*(?:\{\s*"type"\s*:\s*)?"([^"]*)"/i.exec(torn)?.[1]
  say(self, { text: content.text, reasoning: "", refusal: "", finish, snapshot: true, done: false })
  self.torn = content.whole ? "envelope" : "text"
}

const addWrapped = (self: Transcript, chunk: Lenient.Fields, isWhole: boolean): boolean => {
  if (chunk["error"] !== undefined && chunk["error"] !== null) return false
  for (const field of Foreign.WRAPPERS) {
    const inner = Lenient.opened(chunk[field])
    if (!Lenient.isRecord(inner) || (Choice.of(inner, self) ?? Foreign.of(inner)) === undefined) continue
    add(self, inner, isWhole)
    return true
  }
  return false
}
