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
    ["a mark before a docstring", `<|begin_of_code|>${documented}`, documented],
    ["such characters in all of the answer", M.replaceAll(/(.{20})/g, "$1\u200b")],
    ["one before a fence", `Here:\n\u200b${fenced(M)}`],
    ["a mark that nobody knows", `<|begin_of_code|>${future}`, future],
    ["the end of a torn mark", `/think>\n\n${M}`],
    ["a blank that a tokenizer left", ` ${M}`]
  ])
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
  all([
    [
      "of a channel that nobody closes",
      `<|channel|>analysis<|message|>${fenced(DRAFT)}<|channel|>final<|message|>${M}`
    ],
    ["a mark behind the answer", `${fenced(M)}\n</think>\n`],
    ["two that close", `plan\n</think>\n\n${fenced(M)}\n\n</think>`],
    ["a pair, and one that closes behind the answer", `<think>plan</think>\n\n${fenced(M)}\n</think>\n`]
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
})

const OTHER = `def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if tick % 10 == 0 and cash_balance > price:
        return ("BUY", 1)
    if tick % 10 == 5 and shares_held > 0:
        return ("SELL", 1)
    return "HOLD"
`

describe("the marks of a turn", () => {
  const stops = M.replace("_prices = []", '_prices = []\nSTOP = ["<|endoftext|>", "<|eot_id|>"]  # not <|im_end|>')
  all([
    ["of Gemma", `${M}<end_of_turn>\n<start_of_turn>user\nrandom<end_of_turn>\n<start_of_turn>model\n${fenced(OTHER)}`],
    ["a turn without a module", `I will write execute_trade.<|im_end|>\n<|im_start|>assistant\n${fenced(M)}`],
    ["marks in the code", `${stops}\nIt is simple.\n\nThis is execute_trade.\n`, stops],
    [
      "a mark in a string of several lines",
      `X = """\n<|endoftext|>\n"""\n${M}\nThis is execute_trade, as asked.\n`,
      `X = """\n<|endoftext|>\n"""\n${M}`
    ]
  ])
})

describe("labels without a fence", () => {
  all([
    ["in a fence", `\`\`\`\npython\n${M}\`\`\`\n`],
    ["a button over the code", `python\nCopy code\n${M}`],
    ["a button in a fence", `\`\`\`python\nCopy code\n${M}\`\`\`\n`],
    ["who says it", `assistant\n${M}`],
    ["none: a statement", fenced(`import copy\n${M}`), `import copy\n${M}`]
  ])
})

describe("blocks that belong together", () => {
  const update = M.slice(M.indexOf("def")).replaceAll("5", "9")
  all([
    [
      "a later module that needs nothing",
      `${fenced(M)}\nBetter:\n\n${fenced(M.replaceAll("5", "9"))}`,
      M.replaceAll("5", "9")
    ],
    [
      "a later one that needs what nobody has",
      `${fenced(M)}\nBetter:\n\n${fenced(update.replaceAll("_prices", "_all"))}`
    ]
  ])
})

describe("code that is left out", () => {
  const half = M.slice(0, M.indexOf("    if price > mean"))
  it.each([
    "# ... (rest of the function unchanged)",
    "# (rest of code ...)",
    "# ... existing code ...",
    "# [... remaining logic ...]",
    "# ... rest of the function remains the same",
    "# unchanged code ...",
    "# … rest of your code …",
    "..."
  ])("%s", (line) => {
    assert.strictEqual(outcome(fenced(`${half}    ${line}\n`)), "placeholder")
    assert.strictEqual(outcome(`${fenced(M)}\nShorter:\n\n${fenced(`${half}    ${line}\n`)}`), M.trim())
  })
  it.each([
    "# the rest of the cash is kept ... as a reserve",
    "# Same logic for selling...",
    "# ... same logic for the short side",
    "# ...and the same logic for selling",
    "# ... otherwise the rest of the function decides",
    "# (same logic for the other side, i.e. sell ... when price is high)",
    "# same logic for selling, mirrored...",
    "# ... same code as the other file",
    "# ... and now the remaining shares",
    "# the existing function returns a pair, e.g. (1, 2)",
    "# TODO: implement more",
    'note = """\n    # ... existing code ...\n    """'
  ])("is not what is said of it: %s", (line) => {
    const source = M.replace("    if price > mean", `    ${line}\n    if price > mean`)
    assert.strictEqual(outcome(fenced(source)), source.trim())
  })
  it("nor a string of three dots, or a comment behind the end", () => {
    for (const end of [
      '    "..."\n',
      "    # fall through to the remaining code...\n",
      "    # no other code beyond this point...\n"
    ]) {
      assert.strictEqual(outcome(fenced(M + end)), (M + end).trim())
    }
  })
  it("nor three dots where something is yet to be done", () => {
    const source = M.replace("    if price > mean", "    if tick > 9:\n        ...\n    if price > mean")
    assert.strictEqual(outcome(fenced(source)), source.trim())
  })
})

describe("code in the text of a call of a tool", () => {
  const call = (open: string, close: string): string =>
    `${open}tool_calls>\n${open}invoke name="write_file">\n${open}parameter name="path" string="true">algo.py${close}parameter>\n` +
    `${open}parameter name="content" string="true">${M}${close}parameter>\n${close}invoke>\n${close}tool_calls>`
  all([
    ...["｜DSML｜", "｜｜DSML｜｜", "‖DSML‖", "|DSML|"].map((mark) => [mark, call(`<${mark}`, `</${mark}`)] as const),
    [
      "of Qwen",
      `<tool_call>\n<function=write_file>\n<parameter=path>\nalgo.py\n</parameter>\n<parameter=content>\n${M}</parameter>\n</function>\n</tool_call>`
    ],
    [
      "of Qwen, never closed",
      `<function=write_file>\n<parameter=path>\nalgo.py\n</parameter>\n<parameter=content>\n${M}`
    ],
    ["of Gemma", `<|tool_call>call:Write{file_path:<|"|>algo.py<|"|>,content:<|"|>${M}<|"|>}<tool_call|>`]
  ])
})

describe("what a server did to all of the answer", () => {
  const raw = M.replaceAll('"', '\\"')
  all([
    ["underscores that Markdown need not show", fenced(M.replaceAll("_", "\\_"))],
    ["the same in a document", JSON.stringify({ code: M }).replaceAll("_", "\\_")],
    ["line breaks in a document", `{"answer": "${raw}"}`],
    ["line breaks in a document in a fence", `Here:\n${fenced(`{\n  "why": "x",\n  "code": "${raw}"\n}\n`, "json")}`],
    ["tokens for line breaks", M.replaceAll("\n", "<0x0A>")],
    ["tokens for blanks and line breaks", M.replaceAll("\n", "Ċ").replaceAll(" ", "Ġ")],
    ["other quotes for a fence", `Here:\n\n'''python\n${M}'''\n`],
    ["a blank behind an empty line", `\n ${M}`],
    ["the end of thoughts, torn", `plan\n</think\n\n${M}`],
    ["a sentence on the last line", `${M.trimEnd()}This response is AI-generated, for reference only.`],
    ["the end of a here-document", `${M}EOF\n`],
    ["the end of the text", `${M} [end of text]`],
    ["a verdict on the text", `${M}<ds_safety>Safe</ds_safety>`],
    ["addresses", `${M}\n[1] https://example.com/sma\n[2] https://example.com/mean\n`]
  ])
  const half = M.slice(0, M.indexOf("    if price > mean"))
  const names = `X = "&lt;&gt;"\nY = "a\\_b"\n${M}`
  all([
    ["nothing: such signs in strings", fenced(names), names],
    [
      "nothing that may be the module's own",
      `[CODE]\n${M.replace("_prices = []", '_prices = []\nX = "&lt;"')}[/CODE]`.replaceAll(" < ", " > "),
      "no-code"
    ],
    [
      "nothing: an escape in a string",
      `code = """\n${M.replace("_prices = []", '_prices = []\nX = "\\*"')}"""\n`,
      "no-function"
    ],
    ["nothing where one sign stands for itself", fenced(`X = 1 &lt; 2 < 3\n${M}`), "undefined-name"],
    [
      "a sentence behind half a module",
      `${half.trimEnd().replace(/:[^:]*$/, ":\n        return (1)")}The server closed the connection early.`,
      "invalid-syntax"
    ],
    ["an error behind half a module", `${half.trimEnd()}<error>Upstream closed</error>`, "invalid-syntax"],
    ["a line break in a string of a table", `TABLE = {"a": "b\nc"}\n${M}`, "unterminated-string"]
  ])
})
