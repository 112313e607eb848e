/**
 * Modules with everything in their strings that a wrapping could take for its own, and the ways in which models dress a module:
 * both drawn from a seed, so that a run can be repeated and made as long as one likes.
 */
export type Pick = (below: number) => number

const one = <A>(pick: Pick, all: ReadonlyArray<A>): A => {
  const found = all[pick(all.length)]
  if (found === undefined) throw new Error("nothing to choose from")
  return found
}
const some = (pick: Pick, all: ReadonlyArray<string>, most: number): ReadonlyArray<string> =>
  Array.from({ length: pick(most + 1) }, () => one(pick, all))
const half = (pick: Pick, text: string): string => (pick(2) === 0 ? text : "")

const HEADS = [
  "",
  "",
  "import math\n",
  "# Mean reversion\nimport math\n",
  "# algo.py\n\nimport math\nfrom collections import deque\n",
  '"""Momentum strategy.\n\nIt buys when the price is rising. It sells when it isn\'t.\n"""\nimport math\n',
  '"""\nMomentum.\n\n- buys: rising\n  - sells: falling\n"""\n',
  "from __future__ import annotations\n\nimport random\nrandom.seed(7)\n",
  "'''It's \"quoted\".'''\n",
  "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nimport random\n"
]

/** Lines of a string of several lines. */
const DATA = [
  "  two spaces",
  "    four",
  "\tone tab",
  " one",
  "none",
  "",
  "   ",
  "it's \"quoted\" 'twice'",
  "- a bullet",
  "> a quotation",
  "1. first",
  "# a heading",
  "a > b < c & d | e",
  "| a | b |",
  "价格低于均值时买入。",
  "`code` and ``more``",
  "Here is the code:",
  "100%",
  "{x} {{y}}"
]
/** And those that look like the marks around code. */
const MARKS = [
  "```",
  "```python",
  "~~~",
  "</code>",
  "<think>",
  "</think>",
  "EOF",
  ">>> f(1)",
  "+ added",
  "def f(x):",
  "%%time",
  "!pip"
]

/** And those that can be read in two ways: the module may be refused for them, and never altered. */
const TRAPS = [
  ...MARKS,
  "```\n\nSome words.\n\n```python",
  "```\n\n(continued)\n\n```python",
  "```\nOutput:\n```",
  "Example:\n\n```python\nexecute_trade('A', 1, 2, 3, 4)\n```",
  "````",
  "> ```",
  "- ```python",
  "~~~python",
  "<answer>",
  "</answer>",
  "<code>",
  "]]>",
  "<![CDATA[",
  "<|im_end|>",
  "<|channel|>final",
  "assistantfinal",
  "&lt;b&gt;",
  "'@",
  "----",
  "=======",
  ">>>>>>> REPLACE",
  "*** End Patch",
  "#+end_src",
  "{code}",
  "1 | x",
  '{"code": "x"}',
  "def execute_trade(x):",
  "import os"
]

const LITERALS = [
  '"it\'s"',
  "'say \"hi\"'",
  '"\\"escaped\\" \\\\ \\n \\t"',
  "'\\'single\\''",
  'r"\\d+\\s"',
  '"# no comment"',
  '"` back-ticks `"',
  '"<b>&amp;</b> &lt;"',
  "'%s {} $HOME'",
  '"中文，标点。"',
  '"😀 é"',
  "'''it's \"all\" here'''",
  "f\"{1:>5} {'a'}\"",
  '"  leading"',
  "'trailing  '",
  'b"bytes"',
  '"a" "b"',
  '"""one line"""'
]

const STATEMENTS = [
  "X = (1 +\n     2)\n",
  "STATE = {\n    'a': [1, 2],\n    'b': None,\n}\n",
  "def _helper(xs, n=3):\n    total = sum(xs[-n:])\n\n    return total / n\n",
  "class _Book:\n    limit = 3\n\n    def size(self):\n        return self.limit\n",
  "# settings\nLIMIT: int = 3  # it's small\n",
  "_prices = []\n",
  "WORDS = [w for w in 'a b'.split(' ')]\n",
  "if True:\n    FLAG = 1\nelse:\n    FLAG = 2\n"
]

const BODIES = [
  '    return "HOLD"\n',
  '    if price > 1:\n        return "BUY"\n    return "HOLD"\n',
  '    """Return an action.\n\n    ```\n    execute_trade("AAPL", 1, 2, 3, 4)\n    ```\n    """\n    if price > 1 and cash_balance > price:\n        return ("BUY", 1)\n    elif shares_held > 0:\n        return ("SELL", shares_held)\n    return "HOLD"\n',
  "    # don't buy\n    m = {\n        'a': price,\n    }\n    \n    return 'SELL' if m['a'] < 3 else 'HOLD'\n",
  '    text = f"""\n{ticker}: {price:.2f}\n  indented\n"""\n    return ("BUY", 1) if len(text) % 2 else "HOLD"\n',
  "    try:\n        x = math_ratio(price)\n    except NameError:\n        x = 1\n    while x > 2:\n        x -= 1\n    return 'BUY' if x else 'HOLD'\n"
]

const SIGNATURES = [
  "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n",
  "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n",
  "def execute_trade(\n    ticker: str,\n    price: float,\n    tick: int,\n    cash_balance: float,\n    shares_held: int,\n) -> object:\n"
]

const TAILS = [
  "",
  "",
  "",
  '\n\nif __name__ == "__main__":\n    print(execute_trade("AAPL", 1.0, 0, 100.0, 0))\n',
  "# end of module\n"
]

/** A module; with `marks` there are fences, tags and the like inside of its strings, with `traps` such as mean two things. */
export const moduleOf = (pick: Pick, inside: "data" | "marks" | "traps" = "data"): string => {
  const lines = { data: DATA, marks: [...DATA, ...MARKS, ...MARKS], traps: [...DATA, ...TRAPS] }[inside]
  const quote = one(pick, ['"""', "'''"])
  const data = some(pick, lines, 6).join("\n")
  const table = `TABLE = ${quote}${half(pick, "\n")}${data}\n${quote}${half(pick, ".strip()")}\n`
  const literals = some(pick, LITERALS, 3)
    .map((literal, index) => `T${index} = ${literal}\n`)
    .join("")
  const parts = [one(pick, HEADS), half(pick, table), literals, ...some(pick, STATEMENTS, 3), half(pick, table)]
  const gap = one(pick, ["", "\n", "\n\n"])
  const entry = one(pick, SIGNATURES) + one(pick, BODIES)
  const head = parts.filter((part) => part !== "").join(gap)
  const source = head + (head === "" ? "" : one(pick, ["\n", "\n\n"])) + entry + one(pick, TAILS)
  const indent = one(pick, ["    ", "    ", "    ", "  ", "\t"])
  return indent === "    " ? source : reindented(source, indent)
}

/** Another indentation, where no string of several lines would change with it. */
const reindented = (source: string, indent: string): string =>
  /"""|'''/.test(source) ? source : source.replaceAll(/^(?: {4})+/gm, (spaces) => indent.repeat(spaces.length / 4))

const F = "```"
const fence = (s: string, info = "python", marks = F): string => `${marks}${info}\n${s}${marks}\n`
const eachLine = (s: string, change: (line: string, index: number) => string): string =>
  s.replace(/\n$/, "").split("\n").map(change).join("\n")
const indentAll = (s: string, by: string): string => `${eachLine(s, (line) => by + line)}\n`
const indentSome = (s: string, by: string): string => `${eachLine(s, (line) => (line === "" ? line : by + line))}\n`
const entities = (s: string): string =>
  s
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
const json = (s: string): string => JSON.stringify(s)

export const SHORT = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'
const BROKEN = "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    if price >\n"
const STUB = "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    ...\n"
const USAGE = 'from algo import execute_trade\n\nprint(execute_trade("AAPL", 1.0, 0, 100.0, 0))\n'
const TESTS = `import unittest\n\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(execute_trade("A", 1, 0, 1, 0), "HOLD")\n`

const BEFORE = [
  "",
  "Here is the code:\n\n",
  "Sure! Here's the algorithm you asked for (it isn't long):\n\n",
  "以下是代码：\n\n",
  "Voici l'algorithme :\n\n",
  "Вот код:\n\n",
  "コードは次のとおりです。\n\n",
  "다음은 코드입니다:\n\n",
  "يتم الشراء عند انخفاض السعر:\n\n",
  "यह रहा कोड:\n\n",
  "**Algorithm**\n\n",
  "Here you go 👇\n\n",
  "🚀 Momentum strategy\n\n",
  "| rule | action |\n|---|---|\n| price < mean | buy |\n\n",
  "The strategy:\n\n1. Keep prices.\n2. Buy below the mean.\n   - never all in\n\nCode:\n\n",
  "> You asked for a strategy.\n\n",
  "---\n\nThis buys low and sells high.\n\n---\n\n",
  "Okay, let me write `execute_trade` for AAPL.\nIt keeps the last prices in `_prices`.\n\n"
]

const AFTER = [
  "",
  "\nThis strategy buys low and sells high. Let me know if you want changes!\n",
  "\nNotes:\n- It keeps `_prices` between calls.\n- `execute_trade` never buys with all cash.\n",
  "\nUse `LIMIT = 5` for more trades, and see https://example.com/a?b=c for details.\n",
  "\n说明：该策略在价格低于均值时买入。\n",
  "\n**Note**: not financial advice.\n",
  "\n| parameter | value |\n|---|---|\n| window | 5 |\n",
  "\n### How it works\n\nThe price is compared to its mean (don't expect wonders).\n",
  "\nExplanation:\n1. Prices are kept\n2. The mean is computed\n",
  "\n⚠️ Trade at your own risk.\n",
  "\nEnjoy!\n",
  "\n---\n*Generated for you.*\n",
  "\nDiese Strategie kauft, wenn der Kurs fällt. Viel Erfolg!\n",
  "\nThe default of 0.02 can be changed; a 5-day window (or $100) is fine, too.\n"
]

/** Behind a fence anything goes. */
const AFTER_FENCE = [
  ...AFTER,
  `\nUsage:\n\n${fence(USAGE)}`,
  `\nTests:\n\n${fence(TESTS)}`,
  `\nOutput:\n\n${fence("HOLD\n", "")}`,
  `\nRun it:\n\n${fence("pip install numpy\npython algo.py\n", "bash")}`,
  `\nThe signature is:\n\n${fence(STUB)}`
]

const around = (pick: Pick, code: string): string => one(pick, BEFORE) + code + one(pick, AFTER_FENCE)
const info = (pick: Pick): string =>
  one(pick, [
    "python",
    "py",
    "Python",
    "python3",
    "Python3.11",
    "py3",
    "",
    'python title="algo.py" {1,2}',
    "python:src/algo.py",
    "{.python .numberLines}",
    "python linenos=true",
    "python # algo.py",
    "tool_code",
    "text"
  ])

const LATE = [
  "Here is the code: ",
  "Result -> ",
  "=> ",
  "<answer>",
  "**Code**: ",
  "if price > mean, buy: ",
  "| a > b | ",
  "Step 1) ",
  "<b>Algorithm</b>: ",
  "代码：",
  "◁/think▷",
  "(see below) > ",
  "Use `execute_trade`: "
]

/** A thought and how it ends. */
const THOUGHTS: ReadonlyArray<readonly [string, string]> = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["[THINK]", "[/THINK]"],
  ["<seed:think>", "</seed:think>"],
  ["◁think▷", "◁/think▷"],
  ["<|begin_of_thought|>", "<|end_of_thought|>"],
  ["<|START_THINKING|>", "<|END_THINKING|>"],
  ["<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
  ["<|channel>thought\n", "<channel|>"],
  ["<unused94>thought\n", "<unused95>"],
  ['<think duration="3s">', "</think>"],
  ["<longcat_think>", "</longcat_think>"],
  ["<antThinking>", "</antThinking>"],
  ["<reasoning>", "</reasoning>"],
  ["<|think|>", "<|/think|>"],
  ["⟨thought⟩", "⟨/thought⟩"],
  ["<inner_monologue>", "</inner_monologue>"],
  ["【思考】<think>", "</think>"]
]

const musing = (pick: Pick): string =>
  one(pick, [
    "Let me think. It's simple.\n",
    `Draft:\n${fence(SHORT)}No, better.\n`,
    `I could write ${F}python\n${SHORT}${F}\nhm.\n`,
    `${F}python\n${SHORT}Wait, I'd rather\n`,
    `def execute_trade(x): would do?\n`,
    `Draft:\n\n${SHORT}\nbut maybe not.\n`,
    `${fence(BROKEN)}`
  ])

export interface Dress {
  readonly name: string
  /** How the module is dressed, `undefined` where nobody could. */
  readonly put: (module: string, pick: Pick) => string | undefined
  /** The module may hold fences and tags in its strings and is still told from what is around. */
  readonly marks?: boolean
  /** How many of a hundred modules may be refused, because something in them could be meant in two ways (default 5). */
  readonly refused?: number
}

const line = (s: string, at: number): number => s.indexOf("\n", at) + 1
/** A place between two lines. */
const cut = (s: string, pick: Pick): number => line(s, pick(Math.max(1, s.length - 1)))

/** A string of several lines is open at this place. */
const inString = (s: string): boolean => (s.match(/"""|'''/g) ?? []).length % 2 === 1

export const DRESSES: ReadonlyArray<Dress> = [
  { name: "nothing", put: (s) => s, marks: true },
  { name: "blank lines", put: (s) => `\n\n${s}\n\n`, marks: true },
  { name: "byte-order mark", put: (s) => `\ufeff${s}`, marks: true },
  { name: "bare, with words", put: (s, p) => one(p, BEFORE) + s + one(p, AFTER) },
  { name: "label", put: (s) => `python\n${s}` },
  { name: "fence", put: (s, p) => around(p, fence(s, info(p))) },
  { name: "fence alone", put: (s) => fence(s), marks: true },
  { name: "tildes", put: (s, p) => around(p, fence(s, "python", "~~~")) },
  { name: "fence of four", put: (s, p) => around(p, fence(s, "python", "````")) },
  { name: "CRLF", put: (s, p) => around(p, fence(s)).replaceAll("\n", "\r\n") },
  { name: "CR", put: (s, p) => around(p, fence(s)).replaceAll("\n", "\r") },
  { name: "late fence", put: (s, p) => around(p, one(p, LATE) + fence(s, one(p, ["python", "py"]))) },
  { name: "late fence, closed late", put: (s) => `<answer>${F}python\n${s}${F}</answer>\n` },
  {
    name: "code on the fence's line",
    refused: 20,
    put: (s) =>
      /^(?:import|from|def|"""|#|@|[A-Z]\w* = )/.test(s) && !/^#.*\.py\n/.test(s) ? `${F}python ${s}${F}\n` : undefined
  },
  { name: "quoted fence, bare body", put: (s) => `> ${F}python\n${s}${F}\n` },
  {
    name: "quotation",
    put: (s, p) => `As asked:\n\n${eachLine(fence(s), (l) => (l === "" ? one(p, [">", "> "]) : `> ${l}`))}\n`
  },
  { name: "tight quotation", put: (s) => `As asked:\n\n${eachLine(fence(s), (l) => `>${l}`)}\n` },
  { name: "quotation of a list", put: (s) => `${eachLine(fence(s), (l, i) => (i === 0 ? `> - ${l}` : `>   ${l}`))}\n` },
  { name: "quotation without fence", put: (s) => `${eachLine(s, (l) => (l === "" ? ">" : `> ${l}`))}\n` },
  {
    name: "list",
    put: (s, p) => `1. The code:\n\n${indentSome(fence(s), one(p, ["   ", "    ", "  ", "\t"]))}\n2. Run it.\n`
  },
  {
    name: "list, blank lines too",
    put: (s, p) => `1. The code:\n\n${indentAll(fence(s), one(p, ["   ", "    "]))}\n2. Run it.\n`
  },
  { name: "bullet", put: (s) => `- ${indentSome(fence(s), "  ").trimStart()}- Done.\n` },
  { name: "indented in the fence", put: (s, p) => fence(indentSome(s, one(p, ["    ", "\t", "  "]))) },
  { name: "indented block", put: (s) => `The code is this.\n\n${indentSome(s, "    ")}\nThat was it.\n` },
  {
    name: "restructured text",
    put: (s) => `The code:\n\n.. code-block:: python\n\n${indentSome(s, "   ")}\nDone with it.\n`
  },
  { name: "YAML", put: (s) => `name: algo\ncode: |\n${indentSome(s, "  ")}note: done\n` },
  { name: "YAML in a fence", put: (s) => fence(`name: algo\ncode: |\n${indentSome(s, "  ")}`, "yaml") },
  { name: "unclosed fence", put: (s, p) => `${one(p, BEFORE)}${F}python\n${s}` },
  {
    name: "unclosed fence, template mark",
    put: (s, p) =>
      `${F}python\n${s}${one(p, ["<|im_end|>", "<|endoftext|>", "</s>", "<｜end▁of▁sentence｜>", "<end_of_turn>"])}`
  },
  { name: "unclosed fence, words", put: (s, p) => `${F}python\n${s}${one(p, AFTER)}` },
  { name: "unopened fence", put: (s, p) => `${one(p, BEFORE)}${s}${F}\n${one(p, AFTER)}` },
  {
    name: "glued end",
    put: (s, p) => (/#[^"'\n]*\n$/.test(s) ? undefined : `${F}python\n${s.trimEnd()}${F}\n${one(p, AFTER)}`)
  },
  {
    name: "template marks",
    put: (s, p) =>
      one(p, [
        `[/INST] ${fence(s)}<|im_end|>`,
        `<s>[INST] x [/INST]${fence(s)}</s>`,
        `<|start_header_id|>assistant<|end_header_id|>\n\n${fence(s)}<|eot_id|>`,
        `<start_of_turn>model\n${s}<end_of_turn>`,
        `<|im_start|>assistant\n${s}<|im_end|>`
      ])
  },
  {
    name: "markdown fence of four",
    put: (s, p) => `${F}\`markdown\n# Strategy\n\n${fence(s)}\nEnjoy.\n${F}\`\n${one(p, AFTER_FENCE)}`
  },
  {
    name: "markdown fence of three",
    put: (s, p) => `${F}markdown\n# Strategy\n\n${fence(s)}\nEnjoy.\n${F}\n${one(p, AFTER_FENCE)}`
  },
  { name: "fence in a fence", put: (s) => `${F}\n${fence(s)}${F}\n` },
  { name: "doubled fence", put: (s) => `${F}python\n${fence(s)}${F}\n` },
  {
    name: "magic",
    put: (s, p) =>
      fence(
        `${one(p, ["!pip install numpy\n", "%%writefile algo.py\n", "%pip install numpy\n\n", "%matplotlib inline\n!pip -q install x\n"])}${s}`
      )
  },
  {
    name: "here-document",
    put: (s, p) => around(p, fence(`cat > algo.py << 'EOF'\n${s}EOF\npython algo.py\n`, one(p, ["bash", "sh", ""])))
  },
  { name: "here-document, tee", put: (s) => `Run this:\n\n${fence(`tee algo.py <<"PY"\n${s}PY\n`, "shell")}` },
  { name: "here-document, unquoted", refused: 40, put: (s) => fence(`cat <<EOF > algo.py\n${s}EOF\n`, "bash") },
  { name: "here-string", put: (s) => fence(`Set-Content algo.py @'\n${s}'@\n`, "powershell") },
  { name: "JSON", put: (s) => JSON.stringify({ code: s, why: 'It "works"' }) },
  {
    name: "JSON, pretty, in a fence",
    put: (s, p) => around(p, fence(`${JSON.stringify({ name: "a", code: s }, null, 2)}\n`, "json"))
  },
  { name: "JSON string", put: json },
  { name: "JSON in words", put: (s) => `The answer is {"code": ${json(s)}}, as asked.` },
  { name: "JSON of lines", put: (s) => JSON.stringify({ code: s.split("\n") }, null, 2) },
  { name: "JSON of lines, no last", put: (s) => fence(JSON.stringify({ lines: s.trimEnd().split("\n") }), "json") },
  { name: "JSON in JSON", put: (s) => json(JSON.stringify({ code: s })) },
  { name: "JSON with a fence", put: (s) => JSON.stringify([{ text: `Here:\n${fence(s)}` }]) },
  {
    name: "notebook",
    put: (s) =>
      JSON.stringify(
        {
          cells: [
            { cell_type: "markdown", source: ["# execute_trade\n"] },
            { cell_type: "code", source: s.split(/(?<=\n)/) }
          ],
          nbformat: 4
        },
        null,
        1
      )
  },
  { name: "JSON with three quotes", refused: 50, put: (s) => `{"code": """${s}"""}` },
  { name: "Python string", refused: 50, put: (s) => `code = """\n${s}"""\n` },
  { name: "raw Python string", refused: 10, put: (s) => fence(`CODE = r'''\n${s}'''\n`) },
  {
    name: "Python dictionary",
    put: (s) =>
      `{'code': '${s.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}'}`
  },
  { name: "escaped", refused: 20, put: (s) => json(s).slice(1, -1) },
  { name: "escaped in a fence", refused: 20, put: (s) => fence(`${json(s).slice(1, -1)}\n`) },
  { name: "pre", put: (s) => `<pre><code class="language-python">${entities(s)}</code></pre>\n` },
  { name: "pre, raw", put: (s, p) => around(p, `<pre><code class="language-python">\n${s}</code></pre>\n`) },
  {
    name: "code, entities of markup",
    refused: 30,
    put: (s) => `<code>\n${s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</code>\n`
  },
  {
    name: "code",
    put: (s, p) => one(p, [`<code>${s}</code>`, `<answer>\n<code language="python">\n${s}</code>\n</answer>\n`])
  },
  {
    name: "parameter",
    put: (s) =>
      `<function_calls>\n<invoke name="create_file">\n<parameter name="path">algo.py</parameter>\n<parameter name="content">${s}</parameter>\n</invoke>\n</function_calls>\n`
  },
  {
    name: "artifact",
    put: (s, p) =>
      `${one(p, BEFORE)}<antArtifact identifier="algo" type="application/vnd.ant.code" language="python" title="Algo">\n${s}</antArtifact>\n${one(p, AFTER)}`
  },
  { name: "file", put: (s, p) => `<file path="algo.py">\n${s}</file>\n${one(p, AFTER)}` },
  { name: "CDATA", put: (s) => `<?xml version="1.0"?>\n<algorithm><code><![CDATA[\n${s}]]></code></algorithm>\n` },
  { name: "CDATA, first line", put: (s) => `<algorithm><![CDATA[${s}]]></algorithm>` },
  { name: "PYTHON tags", put: (s) => `[PYTHON]\n${s}[/PYTHON]\n` },
  { name: "tag around a fence", put: (s, p) => `<answer>\n${around(p, fence(s))}</answer>\n` },
  { name: "unclosed tag", put: (s) => `<code>\n${s}` },
  { name: "details", put: (s) => `<details><summary>Code</summary>\n\n${fence(s)}\n</details>\n` },
  { name: "LaTeX", put: (s) => `The code:\n\n\\begin{lstlisting}[language=Python]\n${s}\\end{lstlisting}\n` },
  { name: "Org", put: (s) => `* Code\n#+BEGIN_SRC python\n${s}#+END_SRC\n` },
  { name: "AsciiDoc", put: (s) => `.Code\n[source,python]\n----\n${s}----\n` },
  { name: "Jira", put: (s) => `h2. Code\n{code:python}\n${s}{code}\nDone.\n` },
  { name: "search and replace", put: (s) => `algo.py\n<<<<<<< SEARCH\n=======\n${s}>>>>>>> REPLACE\n` },
  { name: "banners", put: (s) => `-----BEGIN CODE-----\n${s}-----END CODE-----\n` },
  { name: "difference", put: (s) => fence(`${eachLine(s, (l) => `+${l}`)}\n`, "diff") },
  {
    name: "difference of git",
    put: (s) =>
      fence(
        `diff --git a/algo.py b/algo.py\nnew file mode 100644\n--- /dev/null\n+++ b/algo.py\n@@ -0,0 +1,${s.split("\n").length - 1} @@\n${eachLine(s, (l) => `+${l}`)}\n`,
        "diff"
      )
  },
  {
    name: "patch",
    put: (s) => `*** Begin Patch\n*** Add File: algo.py\n${eachLine(s, (l) => `+${l}`)}\n*** End Patch\n`
  },
  {
    name: "prompts",
    put: (s) => fence(`${eachLine(s, (l, i) => (i > 0 && (/^\s/.test(l) || l === "") ? `... ${l}` : `>>> ${l}`))}\n`)
  },
  { name: "IPython", put: (s) => fence(`${eachLine(s, (l, i) => (i === 0 ? `In [1]: ${l}` : `   ...: ${l}`))}\n`) },
  { name: "numbers and bars", put: (s) => fence(`${eachLine(s, (l, i) => `${String(i + 1).padStart(3)} | ${l}`)}\n`) },
  { name: "numbers and dots", put: (s) => fence(`${eachLine(s, (l, i) => `${i + 1}. ${l}`)}\n`) },
  { name: "numbers and colons", put: (s) => fence(`${eachLine(s, (l, i) => `${i + 1}: ${l}`)}\n`) },
  { name: "numbers and tabs", put: (s) => fence(`${eachLine(s, (l, i) => `${String(i + 1).padStart(6)}\t${l}`)}\n`) },
  {
    name: "numbers, filled up",
    refused: 20,
    put: (s) => fence(`${eachLine(s, (l, i) => `${String(i + 1).padEnd(4)}${l}`)}\n`)
  },
  {
    name: "numbers, bare",
    put: (s) => `The code:\n\n${eachLine(s, (l, i) => `${String(i + 1).padStart(3, "0")} ${l}`)}\n\nDone with it.\n`
  },
  {
    name: "thoughts",
    put: (s, p) => {
      const [from, to] = one(p, THOUGHTS)
      return `${from}${musing(p)}${to}${one(p, ["", "\n", "\n\n"])}${around(p, fence(s))}`
    }
  },
  {
    name: "thoughts, bare",
    put: (s, p) => {
      const [from, to] = one(p, THOUGHTS)
      return `${from}${musing(p)}${to}\n${s}`
    }
  },
  {
    name: "thoughts without a beginning",
    put: (s, p) => {
      const [from, to] = one(p, THOUGHTS)
      return from.includes("channel") || from.includes("unused") ? undefined : `${musing(p)}${to}\n${fence(s)}`
    }
  },
  {
    name: "unclosed thoughts",
    put: (s, p) => {
      const [from] = one(p, THOUGHTS)
      return `${from}Draft:\n${fence(SHORT)}No, better:\n${fence(s)}`
    }
  },
  {
    name: "unclosed thoughts, bare",
    put: (s, p) => {
      const [from] = one(p, THOUGHTS)
      return `${from}Draft:\n${fence(SHORT)}No, this is better.\n\n${s}`
    }
  },
  {
    name: "unclosed thoughts, an answer",
    put: (s, p) => {
      const [from] = one(p, THOUGHTS)
      return `${from}Draft:\n${fence(SHORT)}\n<answer>\n${fence(s)}</answer>\n`
    }
  },
  {
    name: "thoughts only",
    refused: 100,
    put: (_, p) => {
      const [from] = one(p, THOUGHTS)
      return `${from}Draft:\n${fence(SHORT)}That is only a draft and`
    }
  },
  {
    name: "details of reasoning",
    put: (s) =>
      `<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\n${fence(SHORT)}\n</details>\n${fence(s)}`
  },
  { name: "thinking in words", put: (s) => `Thinking...\nDraft:\n${fence(SHORT)}\n...done thinking.\n\n${fence(s)}` },
  { name: "a fence of thoughts", put: (s) => `${fence("execute_trade is easy\n", "thinking")}${fence(s)}` },
  { name: "draft before", put: (s, p) => `Draft:\n${fence(one(p, [SHORT, BROKEN, STUB]))}Fixed:\n${fence(s)}` },
  {
    name: "minimal form behind",
    put: (s, p) =>
      s.includes("if ")
        ? `${fence(s)}\nFor reference, the minimal form of the interface is:\n${fence(one(p, [SHORT, STUB, SHORT.replace("    return", '    """Minimal."""\n    return')]))}`
        : undefined
  },
  {
    name: "minimal form behind, bare",
    put: (s, p) => (s.includes("if ") ? `${one(p, BEFORE)}${s}\nThe minimal form of it:\n\n${SHORT}` : undefined)
  },
  {
    name: "minimal form in a fence behind a bare module",
    put: (s) => (s.includes("if ") ? `${s}\nThe minimal form of it:\n\n${fence(SHORT)}` : undefined)
  },
  {
    name: "two blocks, continued",
    refused: 60,
    put: (s, p) => {
      const at = cut(s, p)
      return at === 0 || at === s.length ? undefined : `${fence(s.slice(0, at))}\n(continued)\n\n${fence(s.slice(at))}`
    }
  },
  {
    name: "two blocks, in a function",
    put: (s) => {
      const at = s.lastIndexOf("\n    return") + 1
      return at === 0 || inString(s.slice(0, at))
        ? undefined
        : `${fence(s.slice(0, at))}\nAnd then:\n\n${fence(s.slice(at))}`
    }
  },
  { name: "file markers", put: (s) => `# algo.py\n${fence(s)}# test.py\n${fence(USAGE)}` },
  { name: "Jupyter percent", put: (s) => `Install it first.\n${fence("pip install numpy\n", "bash")}${fence(s)}` }
]
