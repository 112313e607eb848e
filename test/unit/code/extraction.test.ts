import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { good } from "./fixtures.js"

const { accept } = make()

/** Modules with everything that a wrapping could take for its own: fences, sentences and headings inside of them. */
const modules: ReadonlyArray<string> = [
  ...good.filter((source, index) => source.endsWith("\n") && index % 3 === 0),
  `# Mean reversion
import math

def _z(xs):
    return math.fsum(xs)

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    """Return an action.

    \`\`\`
    execute_trade("AAPL", 1, 2, 3, 4)
    \`\`\`
    """
    return "BUY" if _z([price]) > 1 else "HOLD"
`,
  `"""
Momentum strategy.

It buys when the price is rising. It sells when it isn't.
"""
_prices = []


# main entry point
def execute_trade(ticker, price, tick, cash_balance, shares_held):
    text = f"""
{ticker}: {price:.2f}
    indented text
"""
    _prices.append(len(text))
    a = "a\\nb\\t\\"quoted\\" 'single' \\\\ {}"  # escapes
    return ("BUY", 1) if _prices[::2] > _prices[::-1] else a and "HOLD"


if __name__ == "__main__":
    print(execute_trade("AAPL", 1.0, 0, 100.0, 0))
`,
  'def execute_trade(ticker, cash_balance, shares_held):\n\tif shares_held:\n\t\treturn "SELL"\n\treturn "HOLD"\n'
]

const indented = (text: string, indent: string): string => text.replace(/^(?=.)/gm, indent)
const fenced = (source: string, info = "python", fence = "```"): string => `${fence}${info}\n${source}${fence}\n`
const json = (source: string): string => JSON.stringify(source)

const wrappings: Readonly<Record<string, (source: string) => string>> = {
  "nothing at all": (s) => s,
  "blank lines": (s) => `\n\n${s}\n\n`,
  "a byte-order mark": (s) => `\ufeff${s}`,
  "carriage returns": (s) => `Code:\n\n${fenced(s)}\nDone.\n`.replaceAll("\n", "\r\n"),
  "a fence": (s) => fenced(s),
  "a fence without a language": (s) => fenced(s, ""),
  "a fence with an info string": (s) => fenced(s, ' Python title="a.py" {1,2}'),
  "a fence of tildes": (s) => fenced(s, "py", "~~~"),
  "a fence of four": (s) => fenced(s, "python", "````"),
  "a fence inside a sentence": (s) => `Here is the code: ${fenced(s)}`,
  "a fence that nobody closes": (s) => `The code:\n\`\`\`python\n${s}`,
  "a fence that nobody closes, with prose behind": (s) =>
    `\`\`\`python\n${s}\nThis strategy isn't perfect.\nBuy low (always.\n`,
  "a fence that nobody opens": (s) => `Here it is:\n\n${s}\`\`\`\n\nEnjoy!\n`,
  "a fence glued to the last line": (s) => `\`\`\`python\n${s.trimEnd()}\`\`\`\nIt's done.\n`,
  "a fence around blank lines": (s) => fenced(`\n${s}\n`),
  "indentation inside of a fence": (s) => fenced(indented(s, "    ")),
  "an indented fence": (s) => indented(fenced(s), "  "),
  "an ordered list": (s) => `1. The code:\n\n${indented(fenced(s), "   ")}\n2. Run it.\n`,
  "a fence behind a bullet": (s) => `- ${indented(fenced(s), "  ").trimStart()}\n- Done.\n`,
  "a quotation": (s) => `As asked:\n\n${indented(fenced(s), "> ").replace(/^$/gm, ">")}`,
  "an indented block": (s) => `The code:\n\n${indented(s, "    ")}\nDone.\n`,
  "sentences on both sides": (s) =>
    `Sure! Here's the code (it isn't long):\n\n${s}\nIt doesn't overtrade:\n- it's simple\n- price < average\n`,
  "a heading and a table": (s) => `### algo.py\n${fenced(s)}\n| a | b |\n|---|---|\n| 1 | 2 |\n`,
  "a label without a fence": (s) => `python\n${s}`,
  "a thinking block": (s) =>
    `<think>\nMaybe?\n${fenced('def execute_trade(a, b, c):\n    return "BUY"\n')}No.\n</think>\n\n${fenced(s)}`,
  "a thinking block that its type tells": (s) =>
    `<details type="reasoning" done="true" duration="12">\n<summary>Thought for 12 seconds</summary>\n> Maybe?\n</details>\n\n${fenced(s)}`,
  "a thinking block, and others of its name behind it": (s) =>
    `<details type="reasoning">\n<details>Maybe?</details>\n</details>\n${fenced(s)}<details>\n<summary>How it works</summary>\nIt buys.\n</details>\n`,
  "a thinking block, and the module in another of its name": (s) =>
    `<details type="reasoning">Maybe?</details>\n<details>\n<summary>Code</summary>\n\n${fenced(s)}\n</details>\n`,
  "a thinking block whose opening is lost": (s) => `So, def execute_trade(x): pass?\n</think>\n\n${s}`,
  "a channel": (s) => `analysisWe need def execute_trade(...).assistantfinal${s}`,
  "channels with their marks": (s) =>
    `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>${s}<|return|>`,
  "turn markers": (s) => `[/INST] ${fenced(s)}<|im_end|>`,
  "a JSON string": json,
  "a JSON object": (s) => `{"why": "It \\"works\\"", "code": ${json(s)}}`,
  "JSON in a fence": (s) => fenced(`{"code": ${json(s)}}\n`, "json"),
  "JSON in a sentence": (s) => `The answer is {"code": ${json(s)}}, as asked.`,
  "a fence in JSON": (s) => `[{"text": ${json(`Here:\n${fenced(s)}`)}}]`,
  "HTML tags": (s) => `<pre><code class="language-python">\n${s}</code></pre>\n`,
  "a draft before": (s) => `Draft:\n${fenced("def execute_trade(a, b, c):\n    return BUY\n")}Fixed:\n${fenced(s)}`,
  "usage behind": (s) =>
    `${fenced(s)}Usage:\n${fenced('print(execute_trade("A", 1, 2))\n')}Output:\n${fenced("HOLD\n", "")}`,
  "an installation before": (s) => `${fenced("pip install numpy\n", "bash")}${fenced(s)}`
}

describe("every module comes out of every wrapping as it went in", () => {
  for (const [name, wrap] of Object.entries(wrappings)) {
    it(name, () => {
      for (const source of modules) {
        const result = accept(wrap(source))
        assert.strictEqual(Either.isRight(result) ? result.right.source : result.left.message, source)
      }
    })
  }

  const source = 'LIMIT = 3\n\n\ndef execute_trade(a, b, c):\n    return "BUY" if b > LIMIT else "HOLD"\n'
  const sketch = 'def execute_trade(a, b, c):\n    return "HOLD"\n'
  const documented = `"""\nMomentum.\n\n\`\`\`\nexample\n\`\`\`\n"""\n${source}`
  const half = source.indexOf(" if b")
  const line = documented.indexOf("    return")
  const answers: ReadonlyArray<readonly [name: string, answer: string, module: string]> = [
    ["a docstring with a fence, from the line of the fence on", `\`\`\`python ${documented}\`\`\`\n`, documented],
    [
      "a word that would close thoughts, in a sentence",
      `${source}\nI used no </think> tags and no assistant marks.\n`,
      source
    ],
    [
      "a comment at its head, words around",
      `It's simple:\n\n# Mean reversion\n${source}\nIt isn't long.\n`,
      `# Mean reversion\n${source}`
    ],
    ["a heading of two marks is none", `Here it is, as asked.\n\n## Code\n\n${source}\nIt isn't long.\n`, source],
    [
      "a table before and words in Chinese behind",
      `| a | b |\n|---|---|\n\n${source}\n说明：低于均值时买入。\n`,
      source
    ],
    ["nothing but carriage returns", fenced(source).replaceAll("\n", "\r"), source],
    [
      "two blocks, cut inside of a word",
      `${fenced(`${source.slice(0, half + 2)}\n`)}\n(continued)\n\n${fenced(source.slice(half + 2))}`,
      source
    ],
    [
      "two blocks, the second of which is indented",
      `${fenced(documented.slice(0, line))}\nAnd then\n\n${fenced(documented.slice(line))}`,
      documented
    ],
    ["a sketch behind it", `${fenced(source)}\nIn short:\n${fenced(sketch)}`, source],
    ["a later version of it", `${fenced(source.replace("3", "4"))}\nBetter:\n${fenced(source)}`, source],
    ["thoughts of the next vendor", `⟪deep-thought⟫${fenced(sketch)}⟪/deep-thought⟫\n${source}`, source],
    ["a label in brackets is no thought", `[Reasoning]\nPrices rise.\n\n[Code]\n${fenced(source)}`, source]
  ]
  it.each(answers)("%s", (_, answer, module) => {
    const result = accept(answer)
    assert.strictEqual(Either.isRight(result) ? result.right.source : result.left.message, module)
  })

  it("is refused where two readings are Python", () => {
    const table = 'TABLE = """\n  a\n  b\n"""\n'
    const doubtful: ReadonlyArray<string> = [
      // A shell would change it.
      `cat > a.py << EOF\nT = "$HOME"\n${source}EOF\n`,
      // One reading of the string is a line break.
      `code = """\nT = "a\\nb"\n${source}"""\n`,
      // The entities may be the module's own.
      `<code>\nT = "&lt;"\n${source}</code>\n`,
      // The cut may be inside of a line of the string.
      `${fenced(table.slice(0, 16))}\n(continued)\n\n${fenced(`${table.slice(16)}${source}`)}`,
      // A draft, and nothing else.
      `<|channel|>analysis<|message|>Draft:\n${fenced(source)}I need to think more`
    ]
    for (const answer of doubtful) assert.isTrue(Either.isLeft(accept(answer)), answer)
  })

  it("helpers in a block of their own", () => {
    const helpers = "import math\n\ndef _f(x):\n    return math.sqrt(x)\n"
    const main = 'def execute_trade(a, b, c):\n    return _f(b) and "HOLD"\n'
    const result = accept(`Helpers:\n${fenced(helpers)}Then:\n${fenced(main)}And:\n${fenced("rm -rf /\n", "bash")}`)
    assert.strictEqual(Either.isRight(result) ? result.right.source : result.left.message, `${helpers}\n${main}`)
  })
})

describe("half of a program is no program", () => {
  const broken: ReadonlyArray<string> = [
    'import math\n\nimpot re\n\ndef execute_trade(a, b, c):\n    return "HOLD"\n',
    'def execute_trade(a, b, c):\n    return "HOLD"\n\ndef helper(x) return x\n',
    'def execute_trade(a, b, c):\n    if a:\n        return "HOLD"\n    x = = 1\n    return "BUY"\n',
    'from colections import\nx = 1\n\ndef execute_trade(a, b, c):\n    return "HOLD"\n',
    'whil True:\n    pass\ndef execute_trade(a, b, c):\n    return "HOLD"\n',
    ' def execute_trade(a, b, c):\n     return "HOLD"\nx = 1\n',
    'class A:\n    def execute_trade(a, b, c):\n        return "HOLD"\n'
  ]
  for (const name of [
    "nothing at all",
    "a fence",
    "a fence that nobody closes",
    "sentences on both sides",
    "an indented block"
  ]) {
    it(name, () => {
      for (const source of broken) assert.isTrue(Either.isLeft(accept(wrappings[name]?.(source) ?? source)), source)
    })
  }
})

describe("an answer that can be read in two ways", () => {
  const F = "```"
  const entry = 'def execute_trade(a, b, c):\n    return "HOLD"\n'
  const outcome = (answer: string): string =>
    Either.match(accept(answer), { onLeft: ({ code }) => code, onRight: ({ source }) => source })
  const inString = (data: string): string => `TABLE = """\n${data}\n"""\n\n${entry}`

  it("is refused where a fence in a string may end the block, with a better block behind it or not", () => {
    for (const data of [`${F}\n\nSome words.\n\n${F}python`, `${F}\nx\n${F}\n\n(continued)\n\n${F}python`]) {
      const block = `${F}python\n${inString(data)}${F}\n`
      assert.strictEqual(outcome(block), "ambiguous")
      assert.strictEqual(outcome(`${block}\nIn short:\n\n${F}python\n${entry}${F}\n`), "ambiguous")
    }
  })

  it("is none where the fences in a string belong together", () => {
    for (const data of [`${F}\nx\n${F}\n\nSome words.\n\n${F}python\ny\n${F}`, `${F}python\nx\n${F}`]) {
      assert.strictEqual(outcome(`${F}python\n${inString(data)}${F}\n`), inString(data))
    }
  })

  it("is refused where a second block goes on with the first and cannot be put behind it", () => {
    const first = "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n"
    const rest = `    return 2\n\nNOTE = '''\n${F}\nOutput\n`
    assert.notStrictEqual(outcome(`${F}python\n${first}${F}\n\nAnd then:\n\n${F}python\n${rest}`), first)
    assert.strictEqual(
      outcome(`${F}python\n${first}${F}\n\nAnd then:\n\n${F}python\n    return 2\n${F}\n`),
      `${first}    return 2\n`
    )
  })

  it("is refused where the quotes of a literal are those of a string in it, and it is no module", () => {
    const text = (inner: string, quotes: string) => `code = ${quotes}\n${inner}${quotes}\n`
    assert.strictEqual(outcome(text(inString("x"), '"""')), inString("x"))
    assert.strictEqual(outcome(text(inString("a\\\\b"), '"""')), "ambiguous")
    assert.strictEqual(outcome(text(inString("x"), "'''")), inString("x"))
  })

  it("is taken as it stands where an entity in a fence is in an element", () => {
    const source = `X = "&lt;b&gt;"\n\n${entry}`
    assert.strictEqual(outcome(`<answer>${F}python\n${source}${F}</answer>\n`), source)
    assert.strictEqual(
      outcome(`<pre><code>${source.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}</code></pre>`),
      source
    )
  })

  it("keeps the first line beside a tag, and the blanks behind the first line beside a fence", () => {
    const source = `from __future__ import annotations\nX = """\n</code>\n"""\n\n${entry}`
    assert.strictEqual(outcome(`<code>${source}</code>`), source)
    const blanks = `X = """   \na\n"""\n${entry}`
    assert.strictEqual(outcome(`${F}python ${blanks}${F}\n`), blanks)
  })
})

describe("answers without code", () => {
  const nothing: ReadonlyArray<readonly [code: string, answer: string]> = [
    ["empty", ""],
    ["empty", "\ufeff \r\n\n"],
    ["no-code", "KEEP_ALGORITHM"],
    ["no-code", 'No code for you:\n```bash\nexit 1\n```\n```json\n{"code": null}\n```\n'],
    ["no-code", "I can't write execute_trade for you."],
    ["reasoning-only", "<think>I could use RSI.\n</think>"],
    ["reasoning-only", "<think>\nLet me write def execute_trade(a, b, c): it would"]
  ]
  it.each(nothing)("%s: %j", (code, answer) => {
    const result = accept(answer)
    assert.strictEqual(Either.isLeft(result) ? result.left.code : "ok", code)
  })

  it.each([
    ["<think>\nLet me see", true],
    ["<think>\nLet me see\n</think>", false]
  ])("%j was cut off: %s", (answer, truncated) => {
    const result = accept(answer)
    assert.strictEqual(Either.isLeft(result) && result.left.truncated, truncated)
  })
})
