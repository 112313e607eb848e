/** How servers say one and the same answer: what is known of the habits of many, each of them now and then. */
import { type Asked, usageOf } from "./Answers.js"
import type { Dice } from "./Dice.js"
import type { Piece, Reply, Weather } from "./Reply.js"

export const JSON_TYPE = { "content-type": "application/json" }
const SSE_TYPE = { "content-type": "text/event-stream" }

const encoder = new TextEncoder()

export const event = (json: unknown): string => `data: ${JSON.stringify(json)}\n\n`

/** Anywhere, in the middle of a character as well; but what ends a line comes with it, since a reader may not wait for it. */
const split = (dice: Dice, bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const cuts = Array.from({ length: dice.below(4) }, () => dice.below(Math.max(1, bytes.length - 8))).sort(
    (a, b) => a - b
  )
  return [0, ...cuts]
    .map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length))
    .filter(({ length }) => length > 0)
}

export const spaced = (dice: Dice, texts: ReadonlyArray<string>, pause: number): ReadonlyArray<Piece> =>
  texts.flatMap((text) =>
    split(dice, encoder.encode(text)).map((bytes) => ({ after: dice.chance(0.5) ? 0 : dice.below(pause + 1), bytes }))
  )

export interface Spoken {
  readonly text: string
  readonly finish: string | null
  readonly usage: boolean
  /** It will break off, so that nothing may call it whole before its end. */
  readonly breaksOff?: boolean | undefined
}

/** The pieces of a stream, and which of them is the last that matters. */
interface Said {
  readonly texts: ReadonlyArray<string>
  readonly decisive: number
  /** Which of them ends the answer and tells its price. Where that is vague, more is needed to know it. */
  readonly priced: number
}

interface Habits {
  /** What stands where no finish reason is due. */
  readonly unfinished: object
  /** In each chunk beside the choices. */
  readonly beside: object
  /** Between two chunks. */
  readonly between: ReadonlyArray<string>
  /** Before the text. */
  readonly thoughts: ReadonlyArray<object>
  /** What is said with each chunk looks like the end, or nothing does, so that only the real one tells. */
  readonly isVague: boolean
  /** The price comes first. */
  readonly isPrepaid: boolean
}

const habitsOf = (dice: Dice, asked: Asked, { breaksOff = false, finish, usage }: Spoken): Habits => {
  // Gemini's endpoint says it from the first chunk on.
  const stops = finish === "stop" && !breaksOff && dice.chance(0.15)
  const counts = usage && dice.chance(0.15)
  const isPrepaid = usage && dice.chance(0.1)
  return {
    unfinished: stops
      ? { finish_reason: "stop" }
      : dice.pick<object>([{}, {}, { finish_reason: null }, { finish_reason: "null" }, { finish_reason: "" }]),
    beside: counts
      ? { usage: { ...usageOf(asked), completion_tokens: 1, cost: undefined } }
      : dice.pick<object>([{}, {}, { error: {} }, { error: { message: "", code: null } }, { error: null }]),
    between: dice.pick<ReadonlyArray<string>>([[], [], [": OPENROUTER PROCESSING\n\n"], ["\n\n\n"], [": \r\n\r\n"]]),
    thoughts: dice.pick<ReadonlyArray<object>>([
      [],
      [],
      [{ reasoning: "Let me think of é." }],
      [{ reasoning_content: "Let me think." }, { reasoning_content: " Done.", content: null }]
    ]),
    isVague: stops || counts || isPrepaid,
    isPrepaid
  }
}

/** The events of an OpenAI-like server. */
const streamed = (dice: Dice, asked: Asked, said: Spoken): Said => {
  const { finish, text, usage } = said
  const id = `gen-${asked.number}`
  const { beside, between, isPrepaid, isVague, thoughts, unfinished } = habitsOf(dice, asked, said)
  const chunk = (choice: object, more: object = beside) =>
    event({ id, object: "chat.completion.chunk", choices: [{ index: 0, ...choice }], ...more })
  const half = dice.below(text.length)
  const isTogether = isVague || dice.chance(0.3)
  const words = [text.slice(0, half), text.slice(half)].map((content) => chunk({ delta: { content }, ...unfinished }))
  const counted = usage ? { usage: usageOf(asked) } : {}
  const first = isPrepaid ? counted : undefined
  const last = isPrepaid ? undefined : counted
  const texts = [
    ...between,
    chunk({ delta: { role: "assistant", content: "" } }, first),
    ...thoughts.map((delta) => chunk({ delta })),
    ...words,
    ...between,
    chunk({ delta: {}, finish_reason: finish }, isTogether ? last : {}),
    ...(usage && !isTogether ? [event({ id, choices: [], ...counted })] : [])
  ]
  const done = dice.pick([
    "data: [DONE]\n\n",
    "data: [DONE]\n\n",
    "data:[DONE]\n\n",
    "event: done\ndata: [DONE]\n\n",
    ""
  ])
  const ends = dice.chance(0.15) ? "\r\n" : "\n"
  const all = done === "" ? texts : [...texts, done]
  return {
    texts: all.map((each) => each.replaceAll("\n", ends)),
    decisive: (isVague ? all : texts).length - 1,
    priced: isPrepaid ? between.length : texts.length - 1
  }
}

const whole = (dice: Dice, asked: Asked, { finish, text, usage }: Spoken): string =>
  JSON.stringify(
    {
      id: `gen-${asked.number}`,
      model: asked.model,
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: finish }],
      ...(usage ? { usage: usageOf(asked) } : {})
    },
    undefined,
    dice.pick([0, 0, 2])
  )

export const spoken = ({ asked, dice, latency }: Weather, said: Spoken, kind: string, isGood: boolean): Reply => {
  // Some answer as a whole though a stream was asked for.
  const isStream = asked.stream && dice.chance(0.95)
  const { decisive, priced, texts } = isStream
    ? streamed(dice, asked, said)
    : { texts: [whole(dice, asked, said)], decisive: 0, priced: 0 }
  const told = spaced(dice, texts.slice(0, priced + 1), latency)
  const before = [...told, ...spaced(dice, texts.slice(priced + 1, decisive + 1), latency)]
  const pieces = [...before, ...spaced(dice, texts.slice(decisive + 1), latency)]
  return {
    kind,
    headAfter: latency,
    status: 200,
    // The header is not to be trusted: the body says what it is.
    headers: dice.chance(0.1)
      ? dice.pick<Reply["headers"]>([
          {},
          { "content-type": "text/plain" },
          { "content-type": "application/octet-stream" }
        ])
      : isStream === dice.chance(0.9)
        ? SSE_TYPE
        : JSON_TYPE,
    pieces,
    ending: "end",
    isGood,
    toldAt: told.length - 1,
    wholeAt: before.length - 1,
    doneAt: before.length - 1,
    cost: said.usage ? usageOf(asked).cost : undefined
  }
}
