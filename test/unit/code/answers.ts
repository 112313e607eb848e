/**
 * Answers of all kinds, each for a row of a table or a branch of what reads them: `test/fixtures/answers/corpus.txt`, where words
 * between two `@` stand for a module, in one dress or another.
 */
import { readFileSync } from "node:fs"
import { expect } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import type { Check } from "../../../src/code/extraction/Candidate.js"

/** As the file stands between its entries. */
const SEPARATOR = "%%%%\n"

const MODULE = `import math\n\n\ndef execute_trade(a, b, c):\n    if b > math.pi:\n        return "BUY"\n\n    return "<&>"\n`
const SKETCH = `def execute_trade(a, b, c):\n    return "HOLD"\n`
const HELPER = `def helper(x):\n    return x + 1\n`
const CALLER = `def execute_trade(a, b, c):\n    return helper(b) and "HOLD"\n`
const BEGINNING = `def execute_trade(a, b, c):\n    for x in a:\n        b += x\n`
const REST = `        c += x\n    return "HOLD" if c else "BUY"\n`
const BIG = `${Array.from({ length: 14 }, (_, index) => `x${index} = ${index}\n`).join("")}${MODULE}`
const FENCE = "```"

const each = (text: string, put: (line: string, index: number) => string): string =>
  text
    .trimEnd()
    .split("\n")
    .map((line, index) => `${put(line, index)}\n`)
    .join("")

const indented = (width: number): string => each(MODULE, (line) => (line === "" ? "" : " ".repeat(width) + line))
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** A document in a document in a document. */
const nested = (depth: number): string => (depth === 0 ? MODULE : JSON.stringify({ code: `${nested(depth - 1)}\n` }))
const nestedBlocks = (depth: number): string =>
  depth === 0 ? MODULE : `<answer>\n{"code": ${JSON.stringify(nestedBlocks(depth - 1))}}\n</answer>`

/** What stands between two `@`, and what it stands for. */
const WORDS: Readonly<Record<string, string>> = {
  M: MODULE,
  S: SKETCH,
  H: HELPER,
  C: CALLER,
  A: BEGINNING,
  B: REST,
  BIG,
  /** It may go on. */
  U: `def execute_trade(a, b, c):\n    if a:\n        return 1\n`,
  /** Under another name; with a parameter too few; forbidden; not Python. */
  W: `def trade(a, b, c):\n    return 1\n`,
  P: `def execute_trade(a, b):\n    return 1\n`,
  X: `import os\n\ndef execute_trade(a, b, c):\n    return os.getcwd()\n`,
  T: `${MODULE.trimEnd()}`,
  F: `def execute_trade(a, b, c):\n    """Words.\n\n    ${FENCE}\n    example\n    ${FENCE}\n    """\n    return "HOLD"\n`,
  G: `T = """\na\nb ${FENCE} c\n"""\n\n${SKETCH}`,
  K: `T = """   \n# no comment\n"""  # comment\n\n${SKETCH}\n\nif __name__ == "__main__":\n    print(T)\n`,
  I1: indented(1),
  I2: indented(2),
  I3: indented(3),
  I4: indented(4),
  I5: indented(5),
  TAB: each(MODULE, (line) => `\t${line}`),
  Q: each(MODULE, (line) => (line === "" ? ">" : `> ${line}`)),
  q: each(MODULE, (line) => `>${line}`),
  QQ: each(MODULE, (line) => `> > ${line}`),
  E: MODULE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  V: MODULE.replaceAll("<&>", "&lt;"),
  J: escaped(MODULE),
  JJ: escaped(escaped(MODULE)),
  JF: escaped(`Words.\n${FENCE}python\n${MODULE}${FENCE}\n`),
  JS: escaped(SKETCH),
  JH: escaped(HELPER),
  JC: escaped(CALLER),
  NEST2: nested(2),
  NEST3: nested(3),
  NEST4: nested(4),
  NEST5: nested(5),
  NEST6: nested(6),
  ELEM1: nestedBlocks(1),
  ELEM2: nestedBlocks(2),
  ELEM3: nestedBlocks(3),
  L: JSON.stringify(MODULE.split("\n")),
  LN: JSON.stringify(MODULE.split(/(?<=\n)/)),
  D: `--- a\n+++ b.py\n@@ -0,0 +1,7 @@\n${each(MODULE, (line) => `+${line}`)}`,
  DC: ` x = 1\n${each(MODULE, (line) => `+${line}`)}`,
  DM: `-x = 1\n${each(MODULE, (line) => `+${line}`)}`,
  PR: each(MODULE, (line, index) => `${index === 0 || /^\S/.test(line) ? ">>>" : "..."} ${line}`.trimEnd()),
  IP: each(MODULE, (line, index) => (index === 0 ? `In [1]: ${line}` : `   ...: ${line}`).trimEnd()),
  N1: each(MODULE, (line, index) => `${index + 1} ${line}`),
  N2: each(MODULE, (line, index) => `${index + 1}: ${line}`),
  N3: each(MODULE, (line, index) => `${index + 98} | ${line}`),
  N4: each(MODULE, (line, index) => `${String(index + 5).padEnd(4)}${line}`),
  N5: each(MODULE, (line, index) => `${index + 3}. ${line}`),
  N6: each(MODULE, (line, index) => `L${index + 1}\t${line}`),
  N7: each(MODULE, (line, index) => `${2 * index} ${line}`),
  N8: each(MODULE, (line, index) => `[${index + 1}]  ${line}`.trimEnd())
}

export const CORPUS: ReadonlyArray<string> = readFileSync(
  new URL("../../fixtures/answers/corpus.txt", import.meta.url),
  "utf8"
)
  .split(SEPARATOR)
  .map((template) => template.replaceAll(/@([A-Z]+\d?|q)@/g, (whole, word: string) => WORDS[word] ?? whole))

/** The longest first, or a part of one would be named. */
const NAMED = ["M", "S", "H", "C", "A", "B", "E", "J", "JS", "I4", "I2", "Q"].map(
  (word) => [`@${word}@`, escaped(WORDS[word] ?? "")] as const
)

/** A value as JSON, with the words for what they stand for. */
export const shown = (value: unknown): string =>
  NAMED.reduce((text, [word, module]) => text.replaceAll(module, word), JSON.stringify(value))

/** Compares lines with a file of `test/golden/answers`. */
export const golden = async (file: string, lines: ReadonlyArray<string>): Promise<void> => {
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/answers/${file}.txt`)
}

/** The verdict on a text, asked once for all readers. */
const { check } = make()
const known = new Map<string, ReturnType<typeof check>>()
export const judge: Check = function* (source) {
  const verdict = known.get(source) ?? check(source)
  known.set(source, verdict)
  return verdict
}
