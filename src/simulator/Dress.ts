/**
 * How a model wraps a program: bare, fenced, in prose, after thinking aloud. The result is the text of one answer;
 * `Completion` and `Sse` put it on the wire.
 */
import type * as Draw from "./Draw.js"
import type * as Program from "./Program.js"

export interface Text {
  readonly content: string
  /** What the model thought, when the server keeps it apart from the content. */
  readonly reasoning?: string
}

const fence = (code: string, info = "python") => `\`\`\`${info}\n${code}\`\`\``

const thought = ({ title }: Program.Program) =>
  `The user wants execute_trade with five arguments. I could use ${title}.\n` +
  `State has to live in module variables, and with too little history the answer is "HOLD".\n` +
  `A first sketch:\n\n    def execute_trade(ticker, price, tick, cash_balance, shares_held):\n        ...\n\n` +
  `Cash must not go below zero, so quantities are rounded down.`

export type Dress = (program: Program.Program) => Text

/** The first lines that are imports, and what follows them. */
const splitImports = (code: string): readonly [string, string] => {
  const lines = code.split("\n")
  const end = lines.findIndex((line) => !/^(?:import|from) /.test(line))
  return [lines.slice(0, end).join("\n"), lines.slice(end).join("\n")]
}

export const dresses = {
  bare: ({ code }: Program.Program): Text => ({ content: code }),
  fenced: ({ code }: Program.Program): Text => ({ content: fence(code) }),
  "fenced-plain": ({ code }: Program.Program): Text => ({ content: `${fence(code, "")}\n` }),
  prose: ({ code, title }: Program.Program): Text => ({
    content:
      `Sure! Here is an algorithm built on ${title}:\n\n${fence(code)}\n\n` +
      `**How it works**\n\n1. It collects prices until there is enough history, and holds until then.\n` +
      `2. It never spends more than \`cash_balance\`.\n\nThis is for education only, not financial advice.`
  }),
  thinking: (program: Program.Program): Text => ({
    content: `<think>\n${thought(program)}\n</think>\n\n${fence(program.code)}`
  }),
  reasoning: (program: Program.Program): Text => ({ content: program.code, reasoning: thought(program) }),
  /** Only the blocks together are the program; models are never given this dress by chance. */
  split: ({ code }: Program.Program): Text => {
    const [imports, rest] = splitImports(code)
    const helpers = `${imports === "" ? "import math" : imports}\n`
    return { content: `First the imports:\n\n${fence(helpers)}\n\nThen the algorithm:\n\n${fence(rest)}\n` }
  }
} satisfies Record<string, Dress>

const all = [
  dresses.bare,
  dresses.fenced,
  dresses["fenced-plain"],
  dresses.prose,
  dresses.thinking,
  dresses.reasoning
] as const

export const any = (program: Program.Program, draw: Draw.Draw): Text => draw.pick(all)(program)
