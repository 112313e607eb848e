/** Answers that keep a process busy, each as long as it is told to be. */
import { entry } from "./blocks.js"

export const repeated = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length))
export const fenced = (module: string): string => `\`\`\`python\n${module}${entry}\`\`\`\n`

export const shapes: Readonly<Record<string, (length: number) => string>> = {
  "a long module": (length) => fenced(repeated("def f(a, b):\n    return a.b[0] + b(1)\n", length)),
  "a long function": (length) => fenced(`def f(a):\n${repeated("    a = a + 1\n", length)}`),
  "a long list": (length) => fenced(`x = [${repeated("1.5, ", length)}]\n`),
  "a long f-string": (length) => fenced(`a = 1\nx = f'''${repeated("{a} ", length)}'''\n`),
  "nested loops": (length) => {
    const depths = Array.from({ length: 15 }, (_, depth) => `${"    ".repeat(depth + 1)}for a${depth} in b:\n`)
    return fenced(`def f(b):\n${repeated(`${depths.join("")}${"    ".repeat(16)}c = b\n`, length)}`)
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
