/** Pieces of which answers are made, and texts that repeat a few of them: what is read again from each of them grows with the square. */
import { FastCheck } from "effect"

export const entry = "def execute_trade(a, b, c):\n    return 'HOLD'\n"

const PIECES: ReadonlyArray<string> = [
  // fences and lists
  ..."`|```|```\n|```python\n|```md\n|```x=1\n|~~~|~~~\n|> |>|> ```\n|- |1. |   ```\n|: ```|````\n".split("|"),
  // marks and tags
  ..."<think>¦</think>\n¦<|im_end|>¦<|im_start|>assistant\n¦</s>¦<eos>\n¦assistantfinal¦<¦>¦<a ¦<a x=¦<a x=\"¦<a x='b' ¦</a>¦<pre>\n¦<code>¦<![CDATA[¦]]>¦&lt;¦&¦[thinking]¦{¦«a»¦[/INST]".split(
    "¦"
  ),
  // quotes and backslashes
  ...'" \' """ \'\'\' """\n \'\'\'\n \\ \\" \\\\ \\n \\u \\N{'.split(" "),
  "x = '''\n",
  'x = """a"""\n',
  '{"code": "',
  "execute_trade\\n",
  '"execute_trade\\n", ',
  // brackets and fields
  ..."( ) [ ] { } () [] ([{ {{ f'{a}' f'{ f\"{f'{ f'''{\n".split(" "),
  "x = f'{a!r:>{b}}' ",
  // indentation and line breaks
  " ",
  "  \n",
  "\t",
  "\t\n",
  "\n",
  "\r",
  "    a\n",
  "\n ",
  // Python
  "@a\n",
  "def f(): pass\n",
  "class A:\n    pass\n",
  "if a:\n b\n",
  "elif a:\n b\n",
  "try:\n    pass\nfinally:\n    pass\n",
  "match a, b:\n",
  "match;",
  "case a, b:\n",
  "del a, ",
  "import math\n",
  "global a\n",
  "lambda: ",
  "not ",
  "-",
  "=",
  ".",
  "a.",
  "a = ",
  "a, ",
  "a: ",
  "a[0]",
  "(a := 1),",
  "x: int = 1\n",
  "x = 1\n",
  "# a\n",
  "0",
  "1_",
  "é",
  "中",
  "execute_trade ",
  "execute_trade = 1\n",
  entry,
  // words and what else stands around code
  "a ",
  "word. ",
  "The price is low.\n",
  "it doesn't ",
  "http://a ",
  "| a |\n",
  "---\n",
  "* a\n",
  ">>> a\n",
  "... ",
  "+a\n",
  "-a\n",
  "12 | a\n",
  "<<EOF\n",
  "\\begin{a}\n",
  "{code}\n",
  "a: |\n",
  "::\n",
  "%a\n",
  "$("
]

/** Where the repeated pieces stand in an answer. */
export const PLACES: Readonly<Record<string, (text: string) => string>> = {
  alone: (text) => text,
  "after code": (text) => entry + text,
  "before code": (text) => `${text}\n${entry}`,
  "in a fence": (text) => `\`\`\`python\n${text}\n${entry}\`\`\`\n`,
  "in a sentence": (text) => `Here it is: ${text} execute_trade\n\`\`\`python\n${entry}\`\`\`\n`,
  "in code": (text) => `${entry}x = '''${text}'''\n`
}

export interface Block {
  readonly piece: string
  readonly place: keyof typeof PLACES
}

export const block: FastCheck.Arbitrary<Block> = FastCheck.record({
  piece: FastCheck.array(FastCheck.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }).map((pieces) =>
    pieces.join("")
  ),
  place: FastCheck.constantFrom(...Object.keys(PLACES))
})

export const grown = ({ piece, place }: Block, size: number): string =>
  PLACES[place]?.(piece.repeat(Math.ceil(size / piece.length))) ?? ""
