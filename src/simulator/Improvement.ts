/** How a simulated model answers when it is asked to improve its program: it keeps it, or writes another, as the seed decides. */
import * as Draw from "./Draw.js"
import type * as Dress from "./Dress.js"
import * as Program from "./Program.js"

/** What such a request says. */
const MARK = "single word KEEP"

/** One in so many keeps what it has. */
const KEEPERS = 4

export const KEEP: Dress.Text = { content: "KEEP" }

export interface Improvement {
  readonly keeps: boolean
  readonly program: Program.Program
}

/** Undefined where the last message does not ask for it. The same request is always answered alike. */
export const of = (
  messages: ReadonlyArray<unknown>,
  seed: number,
  { id, position }: { readonly id: string; readonly position: number }
): Improvement | undefined => {
  const asked = JSON.stringify(messages.at(-1)) ?? ""
  if (messages.length < 2 || !asked.includes(MARK)) return undefined
  const draw = Draw.make(seed, "improve", id, asked)
  const keeps = draw.integer(1, KEEPERS) === 1
  return { keeps, program: Program.make(position + seed + draw.integer(0, Program.strategies.length - 1), draw) }
}
