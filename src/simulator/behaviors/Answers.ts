/** Good answers in every dress, and answers whose text is the fault: no program, half a program, a program that is wrong. */
import * as Completion from "../Completion.js"
import * as Dress from "../Dress.js"
import * as Reply from "../Reply.js"

const dressed = (description: string, dress: (typeof Dress.dresses)[keyof typeof Dress.dresses]) =>
  Reply.fixed(description, (call) => Completion.reply(call, Completion.answer({ ...call, text: dress(call.program) })))

export const table = {
  ok: Reply.fixed("a good answer, in a dress drawn from the seed", (call) =>
    Completion.reply(call, Completion.answer(call))
  ),
  "ok-bare": dressed("raw Python and nothing else", Dress.dresses.bare),
  "ok-fenced": dressed("one fenced block with its language", Dress.dresses.fenced),
  "ok-fenced-plain": dressed("one fenced block without a language", Dress.dresses["fenced-plain"]),
  "ok-prose": dressed("a fenced block with prose before and after it", Dress.dresses.prose),
  "ok-thinking": dressed("a thinking block in the content, then a fenced block", Dress.dresses.thinking),
  "ok-reasoning": dressed("raw Python, with the thoughts in the field reasoning", Dress.dresses.reasoning)
} satisfies Reply.Table
