/**
 * What a chunk or a body of another API than OpenAI's says of the answer, which a base URL of the wrong path or a gateway may
 * lead to: a row for each shape. Fields of unexpected type are passed over. Pure.
 */
import * as Lenient from "./Lenient.js"
import * as Parts from "./Parts.js"
import type { Piece } from "./Piece.js"

interface Shape {
  readonly is: (chunk: Lenient.Fields) => boolean
  readonly text: (chunk: Lenient.Fields) => unknown
  readonly reasoning?: (chunk: Lenient.Fields) => unknown
  readonly refusal?: (chunk: Lenient.Fields) => string
  readonly finish?: (chunk: Lenient.Fields) => unknown
  readonly snapshot?: boolean
  readonly done?: (chunk: Lenient.Fields) => boolean
  readonly block?: (chunk: Lenient.Fields) => number | undefined
  readonly opens?: boolean
}

const typeOf = (chunk: Lenient.Fields) => Lenient.get(chunk, "type")
const has = (chunk: Lenient.Fields, key: string) => Lenient.get(chunk, key) !== undefined
const statusOf = (chunk: Lenient.Fields) => {
  const status = Lenient.get(chunk, "status")
  return status === "incomplete" ? (Lenient.at(chunk, "incomplete_details", "reason") ?? status) : status
}

/** The first that fits. */
const SHAPES: ReadonlyArray<Shape> = [
  {
    // Ollama's own chat and generate.
    is: (chunk) => has(chunk, "done") && (has(chunk, "message") || has(chunk, "response")),
    text: (chunk) => Lenient.at(chunk, "message", "content") ?? Lenient.get(chunk, "response"),
    reasoning: (chunk) => Lenient.at(chunk, "message", "thinking") ?? Lenient.get(chunk, "thinking"),
    finish: (chunk) => Lenient.get(chunk, "done_reason"),
    done: (chunk) => Lenient.get(chunk, "done") === true
  },
  {
    // Cloudflare's own.
    is: (chunk) => Parts.isScalar(Lenient.get(chunk, "response")) && (has(chunk, "p") || has(chunk, "usage")),
    text: (chunk) => Lenient.get(chunk, "response")
  },
  {
    // Responses: what is new.
    is: (chunk) => typeOf(chunk) === "response.output_text.delta",
    text: (chunk) => Lenient.get(chunk, "delta"),
    // Each item is a message of its own.
    block: (chunk) => blockOf(chunk, "output_index", 2)
  },
  {
    is: (chunk) => /^response\.reasoning\w*\.delta$/.test(Lenient.string(typeOf(chunk)) ?? ""),
    text: () => undefined,
    reasoning: (chunk) => Lenient.get(chunk, "delta")
  },
  {
    // Responses: the end of an item, which says all of it. Some say nothing before, and leave the list in the whole empty.
    is: (chunk) => typeOf(chunk) === "response.output_text.done",
    text: (chunk) => Lenient.get(chunk, "text"),
    snapshot: true,
    block: (chunk) => blockOf(chunk, "output_index", 2)
  },
  {
    is: (chunk) => typeOf(chunk) === "response.output_item.done",
    text: (chunk) => itemsOf([Lenient.get(chunk, "item")], isSaid),
    refusal: (chunk) => refusalIn([Lenient.get(chunk, "item")]),
    snapshot: true,
    block: (chunk) => (Lenient.at(chunk, "item", "type") === "message" ? blockOf(chunk, "output_index", 2) : undefined)
  },
  {
    // Responses: the whole.
    is: (chunk) => Array.isArray(Lenient.get(chunk, "output")) || typeof Lenient.get(chunk, "output_text") === "string",
    text: (chunk) => itemsOf(Lenient.get(chunk, "output"), isSaid) || Lenient.get(chunk, "output_text"),
    reasoning: (chunk) => itemsOf(Lenient.get(chunk, "output"), Parts.isThought),
    refusal: (chunk) => refusalIn(Lenient.get(chunk, "output")),
    finish: statusOf,
    snapshot: true,
    done: (chunk) => Lenient.get(chunk, "status") === "completed"
  },
  {
    // Bedrock's Converse.
    is: (chunk) => Array.isArray(Lenient.at(chunk, "output", "message", "content")),
    text: (chunk) => Lenient.at(chunk, "output", "message", "content"),
    finish: (chunk) => Lenient.get(chunk, "stopReason"),
    snapshot: true
  },
  {
    // Anthropic's messages: what is new.
    is: (chunk) => typeOf(chunk) === "content_block_delta",
    text: (chunk) => Lenient.at(chunk, "delta", "text"),
    reasoning: (chunk) => Lenient.at(chunk, "delta", "thinking"),
    // Text with a source is in many blocks, one behind the other.
    block: (chunk) => (Lenient.at(chunk, "delta", "text") === undefined ? undefined : blockOf(chunk, "index", 1))
  },
  {
    is: (chunk) => typeOf(chunk) === "content_block_start",
    text: (chunk) => Lenient.get(chunk, "content_block"),
    block: (chunk) => (Lenient.at(chunk, "content_block", "type") === "text" ? blockOf(chunk, "index", 1) : undefined),
    opens: true
  },
  {
    is: (chunk) => typeOf(chunk) === "message_delta" || typeOf(chunk) === "message_stop",
    text: () => undefined,
    finish: (chunk) => Lenient.at(chunk, "delta", "stop_reason"),
    done: (chunk) => typeOf(chunk) === "message_stop"
  },
  {
    // Anthropic's, the whole.
    is: (chunk) => has(chunk, "stop_reason") && Array.isArray(Lenient.get(chunk, "content")),
    text: (chunk) => Lenient.get(chunk, "content"),
    reasoning: (chunk) => Lenient.get(chunk, "content"),
    finish: (chunk) => Lenient.get(chunk, "stop_reason"),
    snapshot: true
  },
  {
    // Cohere's own: what is new, and the end.
    is: (chunk) => typeOf(chunk) === "content-delta" || typeOf(chunk) === "message-end",
    text: (chunk) => Lenient.at(chunk, "delta", "message", "content", "text"),
    reasoning: (chunk) => Lenient.at(chunk, "delta", "message", "content", "thinking"),
    finish: (chunk) => Lenient.at(chunk, "delta", "finish_reason"),
    done: (chunk) => typeOf(chunk) === "message-end"
  },
  {
    // Meta's own for Llama, under the path of OpenAI's.
    is: (chunk) => has(chunk, "completion_message"),
    text: (chunk) => Lenient.at(chunk, "completion_message", "content"),
    finish: (chunk) => Lenient.at(chunk, "completion_message", "stop_reason"),
    snapshot: true
  },
  {
    is: (chunk) => has(chunk, "event") && Lenient.at(chunk, "event", "event_type") !== undefined,
    text: (chunk) => Lenient.at(chunk, "event", "delta"),
    reasoning: (chunk) => Lenient.at(chunk, "event", "delta"),
    finish: (chunk) => Lenient.at(chunk, "event", "stop_reason")
  },
  {
    // Gemini's own; each chunk holds what is new.
    is: (chunk) => Array.isArray(Lenient.get(chunk, "candidates")),
    text: (chunk) => Lenient.at(chunk, "candidates", 0, "content", "parts"),
    reasoning: (chunk) => Lenient.at(chunk, "candidates", 0, "content", "parts"),
    finish: (chunk) => Lenient.at(chunk, "candidates", 0, "finishReason")
  },
  {
    // Cohere's and DashScope's own, and the like: a text and why it ended, side by side.
    is: (chunk) => has(chunk, "finish_reason") && ["text", "message", "content"].some((field) => has(chunk, field)),
    text: (chunk) =>
      Lenient.at(chunk, "message", "content") ?? Lenient.get(chunk, "text") ?? Lenient.get(chunk, "content"),
    finish: (chunk) => Lenient.get(chunk, "finish_reason"),
    snapshot: true
  },
  {
    // llama.cpp's own completion.
    is: (chunk) => Parts.isScalar(Lenient.get(chunk, "content")) && typeof Lenient.get(chunk, "stop") === "boolean",
    text: (chunk) => Lenient.get(chunk, "content"),
    finish: (chunk) => (Lenient.get(chunk, "stop_type") === "limit" ? "length" : Lenient.get(chunk, "stop_type")),
    done: (chunk) => Lenient.get(chunk, "stop") === true
  },
  {
    // TGI's own: the last chunk has it all.
    is: (chunk) => has(chunk, "generated_text"),
    text: (chunk) => Lenient.get(chunk, "generated_text"),
    finish: (chunk) => Lenient.at(chunk, "details", "finish_reason") ?? Lenient.get(chunk, "finish_reason"),
    snapshot: true
  }
]

/** Parts of an item are one text: they are less than one apart. */
const blockOf = (chunk: Lenient.Fields, field: string, distance: number): number | undefined => {
  const index = Lenient.number(Lenient.get(chunk, field))
  const part = Math.max(0, Lenient.number(Lenient.get(chunk, "content_index")) ?? 0)
  return index === undefined ? undefined : index * distance + part / (part + 1)
}

/** What items say, each a message of its own. */
const itemsOf = (items: unknown, wanted: (item: unknown) => boolean): string =>
  Array.isArray(items) ? Parts.apart(items.filter(wanted).map(saidIn)) : ""

const isSaid = (item: unknown): boolean => !Parts.isThought(item)

/** What is declined in an item is not said in it. */
const saidIn = (item: unknown): string => {
  const content = Lenient.get(item, "content")
  return Array.isArray(content)
    ? content
        .filter((part) => !Parts.isRefusal(part))
        .map(Parts.inPart)
        .join("")
    : Parts.inPart(item)
}

const refusalIn = (items: unknown): string =>
  Array.isArray(items) ? items.map((item) => Parts.textOf(Lenient.get(item, "content"), Parts.isRefusal)).join("") : ""

/** What a chunk of another shape says; `undefined` when it is of no shape that is known. */
export const of = (chunk: Lenient.Fields): Piece | undefined => {
  const shape = SHAPES.find(({ is }) => is(chunk))
  if (shape === undefined) return undefined
  const thoughts = shape.reasoning?.(chunk)
  return {
    text: (shape.snapshot === true ? Parts.wholeOf : Parts.textOf)(shape.text(chunk), Parts.isText),
    reasoning: typeof thoughts === "string" ? thoughts : Parts.textOf(thoughts, Parts.isThought),
    refusal: shape.refusal?.(chunk) ?? "",
    finish: shape.finish?.(chunk),
    snapshot: shape.snapshot ?? false,
    done: shape.done?.(chunk) ?? false,
    block: shape.block?.(chunk),
    opens: shape.opens
  }
}

/** Where gateways put the answer of the API behind them. */
export const WRAPPERS = ["data", "result", "output", "response", "body"] as const
