/** Answers as servers and models dress them without a fence to go by: each shape, and what looks like it and is something else. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"

const { accept } = make()

const M = `import math

_prices = []

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    _prices.append(float(price))
    mean = sum(_prices[-5:]) / 5
    if price < mean and cash_balance > price:
        return ("BUY", 1)
    if price > mean and shares_held > 0:
        return ("SELL", shares_held)
    return "HOLD"
`
const DRAFT = M.replace("[-5:]", "")
const fenced = (source: string, info = "python"): string => `\`\`\`${info}\n${source}\`\`\`\n`

/** The module without the blank lines around it, or the code of the failure. */
const outcome = (answer: string, endingImplied = false): string =>
  Either.match(accept(answer, { endingImplied }), {
    onLeft: ({ code }) => code,
    onRight: ({ source }) => source.trim()
  })

type Rows = ReadonlyArray<readonly [name: string, answer: string, wanted?: string]>
const all = (rows: Rows): void => {
  for (const [name, answer, wanted = M] of rows) it(name, () => assert.strictEqual(outcome(answer), wanted.trim()))
}

describe("what is glued to the first line is not the code's, and the line is", () => {
  const future = `from __future__ import annotations\n${M}`
  const documented = `"""Mean reversion.\n\nBuys low.\n"""\n${M}`
  all([
    ["a role", `Assistant: ${M}`],
    ["a role, before another import", `Assistant: ${future}`, future],
    ["a mark before a docstring", `<|begin_of_code|>${documented}`, documented],
    ["a label with a colon", `python:\n${M}`],
    ["a character that nobody sees", `\u200b${M}`],
    ["such characters in all of the answer", M.replaceAll(/(.{20})/g, "$1\u200b")],
    ["one before a fence", `Here:\n\u200b${fenced(M)}`],
    ["the marks of thoughts", `<|inner_prefix|>Let me think.<|inner_suffix|>${M}`],
    ["a mark that nobody knows", `<|begin_of_code|>${future}`, future],
    ["the end of a torn mark", `/think>\n\n${M}`],
    ["a blank that a tokenizer left", ` ${M}`],
    ["a sentence on the line before", `Here it is, as you asked for it.\n${M}`]
  ])
  it("is never cut off with it", () => {
    assert.notInclude(outcome(`Note to self | ${M}`), "_prices = []")
    assert.notInclude(outcome(`Notes, [x] ${documented}`), "_prices = []")
  })
  all([
    ["words that end in an import", `You will not need to import math\n\n${M}`],
    ["words behind a comma that are an import", `First of all, import numpy\n\n${M}`],
    ["a sentence behind a role", `Assistant: Here is the module you asked for.\n\n${M}`],
    [
      "a blank that the body has too",
      ` ${M.slice(M.indexOf("def")).replaceAll("\n    ", "\n     ")}x = 1\n`,
      "invalid-syntax"
    ]
  ])
})

describe("thoughts", () => {
  const sure = "Draft:\n"
  all([
    ["of Apertus, with a draft", `<|inner_prefix|>${sure}${fenced(DRAFT)}<|inner_suffix|>${M}`],
    ["with marks that were escaped", `&lt;think&gt;${sure}${fenced(DRAFT)}\n&lt;/think&gt;\n${M}`],
    ["closed on the line of the code", `plan</think>${M}`],
    ["of a command", `Thinking...\nLet me think.\n${fenced(DRAFT)}\n...done thinking.\n\n${M}`],
    [
      "of a channel that nobody closes",
      `<|channel|>analysis<|message|>${fenced(DRAFT)}<|channel|>final<|message|>${M}`
    ],
    [
      "a final channel that names its language",
      `<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final <|constrain|>python<|message|>${M}`
    ],
    ["a mark that is empty", `<think/>\n${fenced(M)}`],
    ["a mark behind the answer", `${fenced(M)}\n</think>\n`],
    ["a mark behind a bare answer", `${M}</think>`],
    ["two that close", `plan\n</think>\n\n${fenced(M)}\n\n</think>`],
    ["a pair, and one that closes behind the answer", `<think>plan</think>\n\n${fenced(M)}\n</think>\n`],
    ["never closed, with one module at the end", `<think>I will use a mean.\n\n${fenced(M)}`],
    ["never closed, with a bare module", `<think>\nI should write it.\n\n${M}`]
  ])
  all([
    [
      "never closed, with words behind the module",
      `<think>A draft:\n${fenced(M)}I need to think more`,
      "reasoning-only"
    ],
    ["closed before nothing", "plan\n</think>\n", "reasoning-only"],
    ["closed before words, with a draft", `${fenced(M)}\n</think>\nKEEP_ALGORITHM`, "no-code"],
    ["a mark in a comment", `${M}# not </think>import\n`, `${M}# not </think>import`]
  ])
  it("never closed, and nobody says that the answer is whole", () => {
    assert.strictEqual(outcome(`<think>I will use a mean.\n\n${fenced(M)}`, true), "unclosed-block")
  })
})
