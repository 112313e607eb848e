/** Answers that keep a process busy, each as long as it is told to be. */
import { entry } from "./blocks.js"

export const repeated = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length))
export const fenced = (module: string): string => `\`\`\`python\n${module}${entry}\`\`\`\n`

const METHOD = `    def step(self, price, tick):
        """Looks at the price."""
        self.prices.append(float(price))
        mean = sum(self.prices) / len(self.prices)
        for older in self.prices:
            mean += 0.1 * (older - mean)
        if price < mean * 0.95 and self.cash > price:
            return ("BUY", int(self.cash // price))
        return f"SELL {mean:.2f}" if self.shares > 0 else "HOLD"
`

/** Each loop has to be followed twice for each turn of the one around it. */
const unbinding = (depth: number, body: string): string => {
  const indent = "    ".repeat(depth)
  if (depth > 16) return `${indent}c = [${body}]\n`
  return `${indent}x${depth} = 1; del x${depth}\n${indent}for a${depth} in b:\n${unbinding(depth + 1, body)}${indent}    x${depth} = 1\n`
}

export const shapes: Readonly<Record<string, (length: number) => string>> = {
  "a long module": (length) => fenced(repeated("def f(a, b):\n    return a.b[0] + b(1)\n", length)),
  "a long function": (length) => fenced(`def f(a):\n${repeated("    a = a + 1\n", length)}`),
  "a long list": (length) => fenced(`x = [${repeated("1.5, ", length)}]\n`),
  "a long f-string": (length) => fenced(`a = 1\nx = f'''${repeated("{a} ", length)}'''\n`),
  "f-strings without expressions": (length) => fenced(`x = [${repeated('f"a",', length)}]\n`),
  "f-strings with an expression": (length) => fenced(`a = 1\nx = [${repeated('f"{a}",', length)}]\n`),
  "f-strings in f-strings": (length) => fenced(`a = 1\nx = [${repeated(`f"{f'{a}'}",`, length)}]\n`),
  "f-strings in a call": (length) => fenced(`a = 1\nprint(${repeated('f"{a:{a}}",', length)})\n`),
  "an f-string with a long expression": (length) => fenced(`a = 1\nx = f'{${repeated("a + ", length)}a}'\n`),
  "numbers on lines of their own": (length) => fenced(`x = [\n${repeated("    1.5,\n", length)}]\n`),
  "long texts in a list": (length) => fenced(`x = [${repeated(`"${"a".repeat(200)}",`, length)}]\n`),
  "a line that is continued": (length) => fenced(`a = 1\nx = [${repeated("a, ", length)}]\n\\\ny = 1\n`),
  "nested loops": (length) => {
    const depths = Array.from({ length: 15 }, (_, depth) => `${"    ".repeat(depth + 1)}for a${depth} in b:\n`)
    return fenced(`def f(b):\n${repeated(`${depths.join("")}${"    ".repeat(16)}c = b\n`, length)}`)
  },
  "a long class": (length) => fenced(`class A:\n${repeated(METHOD, length)}`),
  "a long table": (length) => fenced(`x = {\n${repeated("    'AAPL': ('a', 'b'),\n", length)}}\n`),
  "tables in a table": (length) =>
    fenced(`x = {\n${repeated("    'AAPL': {'a': [1, (2, 'b')], **c(d=1)},\n", length)}}\n`),
  "functions in a list": (length) => fenced(`x = [${repeated("lambda a, b: a.b, ", length)}]\n`),
  "names in letters of all kinds": (length) => fenced(`𝒳 = 1\nﬁ = 2\n${repeated("é = 𝒳 + f(ﬁ, 𝐱=[fi])\n", length)}`),
  "a name as long as the module": (length) => fenced(`a${repeated("\u0301\u0316", length)} = 1\n`),
  "comprehensions that are asynchronous": (length) =>
    fenced(`async def f(a):\n    return [${repeated("{x: 1 async for x in a}, ", length)}]\n`),
  "texts side by side": (length) => fenced(`x = (\n${repeated("    'I look at the price.'\n", length)})\n`),
  "loops that unbind": (length) => {
    const body = repeated("b, ", length / 2)
    return fenced(`def f(b):\n${unbinding(1, body)}`)
  },
  "a module and no fence": (length) => repeated("x = 1\n", length) + entry,
  "a thought": (length) => `<think>${repeated("I look at the price. ", length)}</think>\n${fenced("")}`,
  "a thought with drafts": (length) => `<think>${repeated(`I try\n${fenced("")}`, length)}</think>\n${fenced("")}`,
  marks: (length) => repeated("<|im_end|>", length),
  sentences: (length) => `${repeated("I look at the price and say so.\n", length)}${fenced("")}`,
  "many blocks": (length) => repeated(`${fenced("")}the rest of it\n`, length),
  "many elements": (length) => repeated(`<code>${entry}`, length),
  quotations: (length) => repeated("> ```python\n> x = 1\n> ```\n", length) + entry,
  "a document": (length) => JSON.stringify({ code: `${repeated("x = 1\n", length)}${entry}` })
}
