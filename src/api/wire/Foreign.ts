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

const statusOf = ({ incomplete_details: details, status }: Lenient.Fields) =>
  status === "incomplete" ? (Lenient.get(details, "reason") ?? status) : status

/** The first that fits. */
const SHAPES: ReadonlyArray<Shape> = [
  {
    // Ollama's own chat and generate.
    is: ({ done, message, response }) => done !== undefined && (message !== undefined || response !== undefined),
    text: (chunk) => Lenient.at(chunk, "message", "content") ?? chunk["response"],
    reasoning: (chunk) => Lenient.at(chunk, "message", "thinking") ?? chunk["thinking"],
    finish: ({ done_reason }) => done_reason,
    done: ({ done }) => done === true
  },
  {
    // Cloudflare's own.
    is: ({ p, response, usage }) => Parts.isScalar(response) && (p !== undefined || usage !== undefined),
    text: ({ response }) => response
  },
  {
    // Responses: what is new.
    is: ({ type }) => type === "response.output_text.delta",
    text: ({ delta }) => delta,
    // Each item is a message of its own.
    block: (chunk) => blockOf(chunk, "output_index", 2)
  },
  {
    is: ({ type }) => /^response\.reasoning\w*\.delta$/.test(Lenient.string(type) ?? ""),
    text: () => undefined,
    reasoning: ({ delta }) => delta
  },
  {
    // Responses: the end of an item, which says all of it. Some say nothing before, and leave the list in the whole empty.
    is: ({ type }) => type === "response.output_text.done",
    text: ({ text }) => text,
    snapshot: true,
    block: (chunk) => blockOf(chunk, "output_index", 2)
  },
  {
    is: ({ type }) => type === "response.output_item.done",
    text: ({ item }) => itemsOf([item], isSaid),
    refusal: ({ item }) => refusalIn([item]),
    snapshot: true,
    block: (chunk) => (Lenient.at(chunk, "item", "type") === "message" ? blockOf(chunk, "output_index", 2) : undefined)
  },
  {
    // Responses: the whole.
    is: ({ output, output_text }) => Array.isArray(output) || typeof output_text === "string",
    text: ({ output, output_text }) => itemsOf(output, isSaid) || output_text,
    reasoning: ({ output }) => itemsOf(output, Parts.isThought),
    refusal: ({ output }) => refusalIn(output),
    finish: statusOf,
    snapshot: true,
    done: ({ status }) => status === "completed"
  },
  {
    // Bedrock's Converse.
    is: (chunk) => Array.isArray(Lenient.at(chunk, "output", "message", "content")),
    text: (chunk) => Lenient.at(chunk, "output", "message", "content"),
    finish: ({ stopReason }) => stopReason,
    snapshot: true
  },
  {
    // Anthropic's messages: what is new.
    is: ({ type }) => type === "content_block_delta",
    text: (chunk) => Lenient.at(chunk, "delta", "text"),
    reasoning: (chunk) => Lenient.at(chunk, "delta", "thinking"),
    // Text with a source is in many blocks, one behind the other.
    block: (chunk) => (Lenient.at(chunk, "delta", "text") === undefined ? undefined : blockOf(chunk, "index", 1))
  },
  {
    is: ({ type }) => type === "content_block_start",
    text: ({ content_block }) => content_block,
    block: (chunk) => (Lenient.at(chunk, "content_block", "type") === "text" ? blockOf(chunk, "index", 1) : undefined),
    opens: true
  },
  {
    is: ({ type }) => type === "message_delta" || type === "message_stop",
    text: () => undefined,
    finish: (chunk) => Lenient.at(chunk, "delta", "stop_reason"),
    done: ({ type }) => type === "message_stop"
  },
  {
    // Anthropic's, the whole.
    is: ({ content, stop_reason }) => stop_reason !== undefined && Array.isArray(content),
    text: ({ content }) => content,
    reasoning: ({ content }) => content,
    finish: ({ stop_reason }) => stop_reason,
    snapshot: true
  },
  {
    // Cohere's own: what is new, and the end.
    is: ({ type }) => type === "content-delta" || type === "message-end",
    text: (chunk) => Lenient.at(chunk, "delta", "message", "content", "text"),
    reasoning: (chunk) => Lenient.at(chunk, "delta", "message", "content", "thinking"),
    finish: (chunk) => Lenient.at(chunk, "delta", "finish_reason"),
    done: ({ type }) => type === "message-end"
  },
  {
    // Meta's own for Llama, under the path of OpenAI's.
    is: ({ completion_message }) => completion_message !== undefined,
    text: (chunk) => Lenient.at(chunk, "completion_message", "content"),
    finish: (chunk) => Lenient.at(chunk, "completion_message", "stop_reason"),
    snapshot: true
  },
  {
    is: (chunk) => Lenient.at(chunk, "event", "event_type") !== undefined,
    text: (chunk) => Lenient.at(chunk, "event", "delta"),
    reasoning: (chunk) => Lenient.at(chunk, "event", "delta"),
    finish: (chunk) => Lenient.at(chunk, "event", "stop_reason")
  },
  {
    // Gemini's own; each chunk holds what is new.
    is: ({ candidates }) => Array.isArray(candidates),
    text: (chunk) => Lenient.at(chunk, "candidates", 0, "content", "parts"),
    reasoning: (chunk) => Lenient.at(chunk, "candidates", 0, "content", "parts"),
    finish: (chunk) => Lenient.at(chunk, "candidates", 0, "finishReason")
  },
  {
    // Cohere's and DashScope's own, and the like: a text and why it ended, side by side.
    is: (chunk) =>
      chunk["finish_reason"] !== undefined &&
      ["text", "message", "content"].some((field) => chunk[field] !== undefined),
    text: (chunk) => Lenient.at(chunk, "message", "content") ?? chunk["text"] ?? chunk["content"],
    finish: ({ finish_reason }) => finish_reason,
    snapshot: true
  },
  {
    // llama.cpp's own completion.
    is: ({ content, stop }) => Parts.isScalar(content) && typeof stop === "boolean",
    text: ({ content }) => content,
    finish: ({ stop_type }) => (stop_type === "limit" ? "length" : stop_type),
    done: ({ stop }) => stop === true
  },
  {
    // TGI's own: the last chunk has it all.
    is: ({ generated_text }) => generated_text !== undefined,
    text: ({ generated_text }) => generated_text,
    finish: (chunk) => Lenient.at(chunk, "details", "finish_reason") ?? chunk["finish_reason"],
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
