/**
 * How an answer ended: by its finish reason, and by the tokens that the server counted where the two contradict each other.
 * Some servers say `stop` of an answer that reached its token limit, others say `length` of each. Pure.
 */
import * as Finish from "./Finish.js"
import * as TokenCount from "./TokenCount.js"
import type { Transcript } from "./Transcript.js"

/**
 * `contested`: whole by the one and cut off by the other, or closed without a finish reason or with one that nobody knows, so
 * that the module itself has to show which is true.
 */
export type Ending = Finish.Finish | "contested"

interface Asked {
  readonly maxCompletionTokens?: number | undefined
  readonly sent?: ReadonlyArray<string> | undefined
}

/** Some count the tokens that begin and end a turn on top of the limit. */
const MARKS = 4

/** An answer with fewer of the tokens that it might have had did not end for want of them, unless the server has a lower limit. */
const FEW = 0.5

export const of = (transcript: Transcript, asked: Asked): Ending => {
  const ending = byTokens(transcript, asked)
  const { closed, finishReason = "", hasText, text } = transcript
  if (!hasText) return ending
  // A word that nobody knows takes nothing from what is whole by its looks.
  if (ending === "unknown") return endOf(text) === "open" ? ending : "contested"
  // A gateway whose provider broke off may still close the stream.
  return ending === "whole" && finishReason === "" && closed && endOf(text) !== "closed" ? "contested" : ending
}

const byTokens = (transcript: Transcript, asked: Asked): Ending => {
  const finish = told(transcript)
  const limit = limitOf(asked)
  const { counts, hasText, reasoning, refusal, text } = transcript
  if (counts === undefined || limit === undefined) return finish
  const tokens = TokenCount.usageOf(counts).completionTokens
  // Reasoning counts against the limit, or does not.
  const least = tokens - (TokenCount.reasoningOf(counts) ?? 0)
  switch (finish) {
    case "whole":
    case "unknown": {
      const isAt = [tokens, least].some((count) => count >= limit && count <= limit + MARKS)
      // Nearly every answer has fewer: its text need not be looked at.
      if (!isAt && least <= limit) return finish
      const end = endOf(hasText ? text : reasoning)
      const mayBeWhole = finish === "whole" && hasText && end !== "closed"
      if (isAt && end !== "closed" && refusal.trim() === "") {
        return mayBeWhole && end === "module" ? "contested" : "token-limit"
      }
      // The server does not keep to the limit, or counts in its own way.
      return mayBeWhole && least > limit ? "contested" : finish
    }
    case "token-limit":
      return tokens > 0 && tokens < limit * FEW && hasText && endOf(text) !== "open" ? "contested" : finish
    default:
      return finish
  }
}

/** What the server says in words. */
const told = ({ finishReason = "", nativeFinishReason = "" }: Transcript): Finish.Finish => {
  if (finishReason === "") return "whole"
  const said = Finish.of(finishReason)
  const native = Finish.of(nativeFinishReason)
  // A gateway that passes a cut off for whole may still pass on what the provider called it.
  return said === "whole" && native !== "unknown" ? native : said
}

/** The limit that the request had: a server that knows no name for it is sent none. */
const limitOf = ({ maxCompletionTokens, sent }: Asked): number | undefined =>
  sent === undefined || sent.some((name) => /^max_\w*tokens$/.test(name)) ? maxCompletionTokens : undefined

const FENCE = /^[ \t>]*(`{3,}|~{3,})(.*)$/gm

/**
 * How a text ends: its blocks of code are closed, or without any it ends as a module may; whether it is one, its checks say.
 * `open` is a block without its end, and what breaks off.
 */
const endOf = (text: string): "closed" | "module" | "open" => {
  let open: string | undefined
  let blocks = 0
  for (const [, marks = "", behind = ""] of text.matchAll(FENCE)) {
    if (open === undefined) {
      open = marks
      blocks += 1
    } else if (behind.trim() === "" && marks.startsWith(open)) open = undefined
  }
  if (blocks > 0) return open === undefined ? "closed" : "open"
  const trimmed = text.trimEnd()
  return LAST_LINE.test(trimmed.slice(trimmed.lastIndexOf("\n"))) ? "module" : "open"
}

export const isClosed = (text: string): boolean => endOf(text) === "closed"

/** The line feed before it is that of a line above. What a statement over several lines ends with may stand alone. */
const LAST_LINE = /^\n(?:[ \t]+(?:return|raise)\b|[ \t]*[)\]}]+$)/

/** A text beside ten times as much reasoning is hardly any. */
const HARDLY = 0.1

const THINKING = "(?:\\w+:)?(?:think|thinking|thought|reasoning)"

/** Thoughts in the text itself, in the marks of several models, that come to no end. */
const OPEN_THOUGHTS = new RegExp(
  `^\\s*(?:<${THINKING}>|\\[THINK\\]|◁think▷|<\\|channel\\|>(?:analysis|thought))` +
    `(?![^]*(?:</${THINKING}>|\\[/THINK\\]|◁/think▷|<\\|channel\\|>final))`,
  "i"
)

/**
 * Did reasoning use up the tokens of an answer that hit its limit, so that a few more would not help. If there is no text at
 * all, only reasoning can have used them.
 */
export const isUsedUpByThoughts = ({ counts, hasText, reasoning, text }: Transcript): boolean => {
  if (!hasText || OPEN_THOUGHTS.test(text)) return true
  const isLonger = reasoning !== "" && text.trim().length <= reasoning.length * HARDLY
  // Thoughts that are not shown are counted all the same.
  const hidden = counts === undefined ? 0 : (TokenCount.reasoningOf(counts) ?? 0)
  const isMost =
    counts !== undefined && hidden > 0 && hidden >= TokenCount.usageOf(counts).completionTokens * (1 - HARDLY)
  return isLonger || isMost
}
