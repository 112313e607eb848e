/** A module without a fence, and what servers and templates leave around it: each shape, and what looks like it and is the module's. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"

const { accept } = make()

const M = `import math

WINDOW = 12
prices = []


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    prices.append(price)
    mean = sum(prices[-WINDOW:]) / len(prices[-WINDOW:])
    if price < mean and cash_balance >= price:
        return "BUY", math.floor(cash_balance / price)
    if price > mean and shares_held > 0:
        return "SELL", shares_held
    return "HOLD", 0
`

/** It can be left without a value. */
const HALF = M.slice(0, M.indexOf("    if price > mean"))

/** The module without the blank lines around it, or the code of the failure. */
const outcome = (answer: string): string =>
  Either.match(accept(answer), { onLeft: ({ code }) => code, onRight: ({ source }) => source.trim() })

const wanted = (rows: ReadonlyArray<readonly [answer: string, wanted?: string]>): void => {
  it.each(rows.map(([answer, found = M]) => [answer.replaceAll(M, "@M@"), answer, found]))("%j", (_, answer, found) =>
    assert.strictEqual(outcome(answer), found.trim())
  )
}

describe("the next turn is not the module's", () => {
  const TURNS = [
    "<|im_end|>\n<|im_start|>user\nThanks<|im_end|>",
    "<|im_end|>\n<|im_start|>assistant\nYou're welcome",
    "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nThanks",
    "</s>[INST] thanks [/INST]",
    "</s><s>[INST] thanks",
    "<end_of_turn>\n<start_of_turn>user\nthanks<end_of_turn>",
    "<turn|>\n<|turn>user\nthanks",
    "<|end|><|user|>thanks<|end|>",
    "<|im_end|><|im_user|>user<|im_middle|>ok",
    "<｜end▁of▁sentence｜><｜User｜>thanks",
    "<|return|><|start|>user<|message|>x",
    "<|endoftext|>Human: thanks",
    "[e~[\n]~b]user\nx",
    "<|role_end|><role>HUMAN</role>x",
    "[|endofturn|]\n[|user|]\nx",
    "<_end><_user>x",
    "<|file_sep|>test.py\nprint(1)",
    "<|im_",
    "\n\nHuman: thanks",
    "\n\nUSER: thanks a lot",
    "\n[END]",
    "\n>>> "
  ]
  wanted(TURNS.flatMap((turn) => [[M.trimEnd() + turn], [M + turn]]))
  wanted(
    ["python\n", "<answer>\n", "<code>\n", "<file_sep>algo.py\n"].map((before) => [
      `${before}${M.trimEnd()}<|im_end|>\n<|im_start|>user\nthanks`
    ])
  )
})

describe("what looks like a turn is the module's", () => {
  const text = M.replace(
    "prices = []",
    'prices = []\nEND = "<|im_end|><|im_start|>user"\nMORE = """\n<|eot_id|>\nHuman: x\n"""'
  )
  const broken = `${M}\nx = = 1  # <|im_end|>\n`
  wanted([
    [text, text],
    [`${text}<|im_end|><|im_start|>user`, text],
    [`${M}\n# a mark: <|im_end|> as a word\nx = = 1\n`, "invalid-syntax"],
    [broken, "invalid-syntax"],
    [`${M}\nx = 1 <eos> 2\ny = = 1\n`, "invalid-syntax"],
    [`${M}\nuser: int\ny = = 1\n`, "invalid-syntax"],
    // Half a module stays one, and of two nobody knows which is meant.
    [`${HALF}Human: thanks`, "undefined-name"],
    [`${HALF}<error>Upstream closed</error>`, "invalid-syntax"],
    [`${HALF}\n<error>Upstream closed</error>`, "invalid-syntax"],
    [`${M.slice(0, M.indexOf(" >= price"))}<|im_end|><|im_start|>user\nthanks`, "invalid-syntax"]
  ])
})

describe("thoughts in words", () => {
  const draft = M.replace("/ price)", "/ price / 2)")
  for (const thoughts of ["I buy low.\n", draft]) {
    wanted([
      [`Here is my thought process:\n${thoughts}\n\nHere is my response:\n${M}`],
      [`Here are my reasoning steps:\n${thoughts}\n[BEGIN FINAL RESPONSE]\n${M}`],
      [`Here are my reasoning steps:\n${thoughts}\n[BEGIN FINAL RESPONSE]\n${M}[END FINAL RESPONSE]\n<|end|>`],
      [`<|inner_prefix|>${thoughts}<|inner_suffix|>${M}`],
      [`/think\n${thoughts}<|im_end|>\n<|im_start|>assistant\n${M}<|im_end|>`],
      [`<details>\n<summary>Thinking</summary>\n\n${thoughts}\n</details>\n\n${M}`],
      [`Thinking...\n${thoughts}\n...done thinking.\n\n${M}`]
    ])
  }
  const documented = `"""Here is my thought process:\nI buy low.\n\nHere is my response:\n"""\n${M}`
  wanted([
    ["[BEGIN FINAL RESPONSE]\n" + M],
    [documented, documented],
    [`Here is my thought process, then the code.\n\n\`\`\`python\n${M}\`\`\`\n`],
    [`Here is my thought process:\n\n\`\`\`python\n${M}\`\`\`\n\nHere is my response:\nIt buys low.\n`],
    [`<details>\n<summary>The code</summary>\n\n\`\`\`python\n${M}\`\`\`\n\n</details>\n`],
    [`Thinking...\nI buy low.\n...done thinking.\n\n${M.slice(0, M.indexOf(" >= price"))}`, "unexpected-end"]
  ])
})

describe("a name or a heading that was copied along", () => {
  const HEADINGS = [
    "algo.py\n",
    "src/algo.py:\n\n",
    "File: algo.py\n\n",
    "<file_sep>algo.py\n",
    "python\nCopy\nEdit\n",
    "pythonCopyEdit\n",
    "Here it is:\n\npython\nCopy code\n",
    "Python\n\nCopy\n\nDownload\n",
    ">>>python\n",
    ':::writing{variant="document" id="48231"}\n',
    "[source,python]\n",
    "---\ntitle: x\nmodel: y\n---\n",
    "\t"
  ]
  wanted(HEADINGS.flatMap((heading) => [[heading + M], [`${heading + M}<|im_end|>\n<|im_start|>user\nthanks`]]))
  wanted([[`:::writing{id="1"}\n${M}:::\n`]])
  const named = `"""\nalgo.py\n\nCopy\nEdit\n"""\n${M}`
  wanted([
    [named, named],
    [`algo.py\n${named}`, named],
    [`import math\nalgo.py\n${M.replace("import math\n", "")}`, "undefined-name"],
    [`algo.py\n${M.slice(0, M.indexOf(" >= price"))}`, "unexpected-end"],
    [`\tdef f():\n\treturn 1\n${M}`, "invalid-syntax"]
  ])
})

describe("signs in a fence that stand for others", () => {
  const N = `import re\n${M}NAME = re.sub(r"[*#]", "", "a_b")\n`
  const fenced = (code: string): string => `Here it is:\n\n\`\`\`python\n${code}\`\`\`\n`
  const html = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  wanted([
    [fenced(M.replaceAll(">", "\\u003e").replaceAll('"', "\\u0022"))],
    [fenced(M.replaceAll("_", "\\_").replaceAll("*", "\\*"))],
    [
      fenced(
        N.replaceAll("_", "\\_")
          .replaceAll("*", "\\*")
          .replaceAll("#", "\\#")
          .replaceAll("[", "\\[")
          .replaceAll("]", "\\]")
      ),
      N
    ],
    [`\`\`\`\`\n\`\`\`python\n${M}\`\`\`\n\`\`\`\``],
    [`> \`\`\`python\n${M}> \`\`\`\n`]
  ])
  const entities = `E = "&lt; &amp;lt; &nbsp; \\u003e"\n${M}`
  wanted([
    [fenced(entities), entities],
    // Only a browser's page is decoded: in a fence they are what the model wrote.
    [fenced(html(M)), "invalid-syntax"],
    [fenced(`X = 1 &gt; 0\n${M}`), "undefined-name"],
    [fenced(`x = = 1\n${entities}`), "invalid-syntax"]
  ])
})

describe("citations behind a module", () => {
  const LIST = M.replace("prices = []", "prices = [\n[1]\n][0][:0]")
  wanted([
    [`${M}[1][3]`],
    [`${M}\n[1][3]\n`],
    [`${M}[1]\n`],
    [`${M.trimEnd()}[1][3]`],
    [`${M.replace('"HOLD", 0', '"HOLD"').trimEnd()}[2]\n`, M.replace('"HOLD", 0', '"HOLD"')],
    [LIST, LIST],
    [`${M}x = prices[1:][0:]\n`, `${M}x = prices[1:][0:]`],
    [`${M}x = \\\n[1]\n`, `${M}x = \\\n[1]`],
    [`${M}TABLE = [[1], [2]]\nx = TABLE[0]\n`, `${M}TABLE = [[1], [2]]\nx = TABLE[0]`],
    [`${M}x = """\n[1]\n"""\n`, `${M}x = """\n[1]\n"""`]
  ])
})
