/** What is between the tokens of a module: the parser reads none of it where there is much, and everything is found on its own line. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import * as Bare from "../../../src/code/python/Bare.js"
import * as Rewrite from "../../../src/code/python/Rewrite.js"
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import * as Steps from "../../../src/code/Steps.js"
import { good } from "./fixtures.js"

const { check } = make()

const LINES = 3000

/** Each makes as many lines, and as many characters that nobody reads. */
const BEFORE: Readonly<Record<string, string>> = {
  comments: "# a\n".repeat(LINES),
  "blank lines": "   \n".repeat(LINES),
  "lines with a backslash": "\\\n".repeat(LINES / 2) + "# a\\\n    # a\n\t\f \n".repeat(LINES / 6),
  "a text and comments": `"""${"\n".repeat(LINES / 3)}"""\n${"# a\n".repeat((2 * LINES) / 3 - 1)}`
}

/** Wrong, each on a line of its own. */
const WRONG = [
  "def f():\nx = 1\n",
  "def f():\n\n# a\n\nx = 1\n",
  "x = (1 +\n\n# a\n  = 2)\n",
  "x = [1,\n  2\n",
  "x = 1 + \\\n\n",
  "if a:\n    x\n  y\n",
  "if True:\n    x = 1\n\n    # a\n\n    y = = 1\n",
  "x = f'''{1}\n\n{2 +\n 3}\n{y}'''\n",
  "x = (f'''\n\n''' 'a'\n\n\n  f'{y}')\n",
  "def f():\n    return 1\n\n\nprint(z)\n",
  "x = 1\n\n\ny = '''\n\n'''; z = w\n",
  "import os\n\nx = os.\\\n  \\\n  getcwd()\n",
  "if True:\n\\\n    x = 1\n    y\n",
  "if True:\n    \\\n  \\\n x = 1\n    y\n",
  "def f():  # a\n    pass  # a\n\n    # a\n    lambda: (yield)\nx = (yield)\n",
  "x = 1\nif x:  # a"
]

/** What is said of it, on which line behind so many others. */
const told = (source: string, lines = 0) =>
  Either.mapLeft(check(source), ({ code, line, message, stage, truncated }) => {
    const at = line === undefined ? undefined : line + lines
    return { code, line: at, message, stage, truncated }
  })

describe("behind thousands of lines without a token", () => {
  it.each(Object.entries(BEFORE))("%s", (_, before) => {
    for (const source of [...good, ...WRONG]) {
      if (/^from __future__/m.test(source)) continue
      const alone = told(source, LINES)
      const behind = told(before + source)
      if (Either.isRight(alone)) assert.isTrue(Either.isRight(behind), source)
      else assert.deepStrictEqual(Either.flip(behind), Either.flip(alone), source)
    }
  })
})

describe("a module without what is between its tokens", () => {
  const tokensOf = (text: string) => Either.getOrThrow(Tokenizer.tokenize(text, Target.of("3.13"), Infinity))

  it("has the same tokens, each on a line that stands for its own", () => {
    for (const source of [
      ...good,
      "a = (1,  # a\n\n\\\n  2)  \\\n  ; b = '''\n\n'''\\\n\n\nif a:\n\t\f\n\t# a\n\tb  # a"
    ]) {
      const tokens = tokensOf(source)
      const bare = Steps.run(Bare.of(source, tokens, -1))
      assert.notInclude(bare.text.replaceAll(/'''[^]*?'''|"""[^]*?"""|'[^'\n]*'|"[^"\n]*"/g, ""), "# a")
      const kinds = ({ all }: typeof tokens) => all.map(({ fields, kind, text }) => (fields ? kind : `${kind} ${text}`))
      assert.deepStrictEqual(kinds(bare.tokens), kinds(tokens))
      const lines = (all: typeof tokens.all, lineOf = (line: number) => line) =>
        all.flatMap(({ endLine, kind, line }) =>
          kind === "end" || kind === "dedent" ? [] : [lineOf(line), lineOf(endLine)]
        )
      assert.deepStrictEqual(lines(bare.tokens.all, bare.lineOf), lines(tokens.all))
      // It is where the tokens say.
      const read = tokensOf(Rewrite.forParser(bare.text, bare.tokens.all))
      const original = tokensOf(Rewrite.forParser(source, tokens.all))
      assert.deepStrictEqual(lines(read.all, bare.lineOf), lines(original.all))
    }
  })

  it("is the module itself where there is little", () => {
    const text = "# a\n".repeat(700)
    const tokens = tokensOf(text)
    assert.strictEqual(Steps.run(Bare.of(text, tokens)).text, text)
    assert.strictEqual(Steps.run(Bare.of(text + text, tokensOf(text + text))).text, "#\n")
  })
})
