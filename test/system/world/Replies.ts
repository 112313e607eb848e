/**
 * What servers send, drawn from what is known of them: good answers in several dialects, refusals with their hints, errors
 * inside of good answers, and what a network makes of them. Each kind is a row.
 */
import { moduleOf } from "./Answers.js"
import { event, spaced, type Spoken, spoken } from "./Dialects.js"
import { disguised, failed, final, limited, unpaid } from "./Refusals.js"
import type { Reply, Weather } from "./Reply.js"

const good = (weather: Weather, breaksOff = false): Reply => {
  const { asked, dice } = weather
  const code = moduleOf(asked.number)
  const text = dice.pick([`\`\`\`python\n${code}\`\`\`\n`, code, `Here it is:\n\n\`\`\`python\n${code}\`\`\`\nDone.`])
  const finish = dice.pick(["stop", "stop", "end_turn", "eos", "COMPLETE"])
  return spoken(weather, { text, finish, usage: dice.chance(0.9), breaksOff }, "good", true)
}

const bad = (weather: Weather, kind: string, said: Omit<Spoken, "usage">): Reply =>
  spoken(weather, { ...said, usage: true }, kind, false)

/** The first part of a good answer, its price perhaps among it, and then something else. */
const broken = (weather: Weather): Reply => {
  const { asked, dice, latency } = weather
  const { cost, toldAt = 0, wholeAt: _, ...rest } = good(weather, true)
  const count = dice.chance(0.3) ? dice.between(toldAt + 1, rest.pieces.length) : dice.below(toldAt + 1)
  const told = count > toldAt ? { cost, toldAt } : {}
  const reply: Reply = { ...rest, ...told, isGood: false }
  const pieces = reply.pieces.slice(0, count)
  const how = dice.pick(["reset", "stall", "end", "error"] as const)
  if (how === "error" && asked.stream) {
    const text = event({
      error: { code: 502, message: "Provider disconnected" },
      choices: [{ finish_reason: "error" }]
    })
    const all = [...pieces, ...spaced(dice, [text], latency)]
    return {
      ...reply,
      kind: "an error in the stream",
      pieces: all,
      doneAt: count > rest.doneAt ? rest.doneAt : all.length - 1
    }
  }
  const ending = how === "error" ? "reset" : how
  return { ...reply, kind: ending === "end" ? BROKEN_OFF : `broken off: ${ending}`, pieces, ending }
}

const unreachable = ({ latency }: Weather): Reply => ({
  kind: "no connection",
  headAfter: latency,
  status: undefined,
  headers: {},
  pieces: [],
  ending: "reset",
  isGood: false,
  doneAt: Number.POSITIVE_INFINITY
})

const silent = (weather: Weather): Reply => ({
  ...unreachable(weather),
  kind: "never a word",
  headAfter: Number.POSITIVE_INFINITY
})

const ROWS: ReadonlyArray<readonly [weight: number, (weather: Weather) => Reply]> = [
  [4, limited],
  [4, failed],
  [3, broken],
  [2, disguised],
  [2, unreachable],
  [1, silent],
  [1, final],
  [1, (weather) => bad(weather, "no function", { text: "```python\nprint('hello')\n```", finish: "stop" })],
  [1, (weather) => bad(weather, "cut off", { text: moduleOf(weather.asked.number).slice(0, 150), finish: "length" })],
  [1, (weather) => bad(weather, "empty", { text: "", finish: "stop" })],
  [0.5, (weather) => bad(weather, "filtered", { text: "", finish: "content_filter" })],
  [0.4, unpaid]
]
const TOTAL = ROWS.reduce((sum, [weight]) => sum + weight, 0)

/** Replies like this make a later answer worse: what failed a check is in the journal and is not asked for again. */
export const SPOILING: ReadonlySet<string> = new Set(["no function", "cut off", "empty", "filtered"])

/** So does this one, where it breaks off before any code: then it is no less whole for its missing finish reason. */
export const BROKEN_OFF = "broken off: end"

/** `trouble`: how often something goes wrong, from 0 to 1. */
export const draw = (weather: Weather, trouble: number): Reply => {
  const { dice } = weather
  if (!dice.chance(trouble)) return good(weather)
  let rest = dice.next() * TOTAL
  for (const [weight, reply] of ROWS) {
    rest -= weight
    if (rest < 0) return reply(weather)
  }
  return good(weather)
}
