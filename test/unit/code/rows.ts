/** Answers with a great many of one thing side by side, each as long as it is told to be: what a cut has to count, or it is none. */
import { fenced, repeated } from "./shapes.js"

/** A line of Python, or what stands between two. */
const LINES = {
  comments: "# a\n",
  "comments with a word": "# I look at the price and say so.\n",
  "comments that are indented": "                                # a\n",
  "marks of comments": "#\n",
  "blank lines": "\n",
  "lines of spaces": "    \n",
  "lines of tabs": "\t\t\n",
  "lines of form feeds": "\f\n",
  "carriage returns": "\r\n",
  "lines that are continued": "\\\n",
  "lines with pass": "pass\n",
  "statements on one line": "pass;",
  "lines with a name": "a\n",
  "lines with a text": "'a'\n",
  "lines with a long text": `'${"a".repeat(200)}'\n`,
  "lines with a number": "1\n",
  "lines with an ellipsis": "...\n",
  "lines with brackets": "()\n",
  "docstrings of many lines": '"""\n\n\n\n"""\n',
  assignments: "a = 1\n",
  annotations: "a: int\n",
  imports: "import math\n",
  "imports of a name": "from math import pi\n",
  "lines with global": "global b\n",
  "functions in a line": "def f(): pass\n",
  classes: "class A: pass\n",
  "functions that are decorated": "@a\ndef f(): pass\n",
  "functions with a text": 'def f():\n    """Words."""\n',
  branches: "if a: pass\n",
  loops: "for b in a: pass\n",
  tries: "try: pass\nexcept: pass\n",
  withs: "with a: pass\n",
  assertions: "assert a\n",
  deletions: "del a; a = 1\n",
  "calls without arguments": "a()\n",
  "comprehensions in lines": "[b for b in a]\n",
  lambdas: "lambda: a\n"
} satisfies Readonly<Record<string, string>>

const indented = (length: number, head: string, piece: string, indent = "    "): string =>
  `${head}${repeated(`${indent}${piece}`, length)}`

/** Up to the deepest indentation, again and again. */
const stairs = (depth: number): string =>
  `${Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}if a:\n`).join("")}${" ".repeat(depth)}pass\n`

const PARTS: Readonly<Record<string, (length: number) => string>> = {
  "comments in a function": (length) => indented(length, "def f():\n    pass\n", "# a\n"),
  "comments before a function's body": (length) => `${indented(length, "def f():\n", "# a\n")}    pass\n`,
  "comments between branches": (length) => `if a:\n    pass\n${repeated("# a\n", length)}else:\n    pass\n`,
  "comments in a list": (length) => `b = [a,\n${repeated("# a\n", length)}a]\n`,
  "comments between elements": (length) => `b = [\n${repeated("a, # a\n", length)}]\n`,
  "comments behind statements": (length) => repeated("a # a\n", length),
  "blank lines in a function": (length) => `def f():\n    pass\n${repeated("\n", length)}    pass\n`,
  "blank lines in a list": (length) => `b = [a,\n${repeated("\n", length)}a]\n`,
  "blank lines in a text": (length) => `b = """${repeated("\n", length)}"""\n`,
  "blank lines in an f-string": (length) => `b = f"""{a}${repeated("\n", length)}{a}"""\n`,
  "spaces in a line": (length) => `b = ${repeated(" ", length)}a\n`,
  "spaces before a comment": (length) => `${repeated(" ", length)}# a\n`,
  "form feeds in a line": (length) => `b = ${repeated("\f", length)}a\n`,
  "continued lines in a statement": (length) => `b = ${repeated("\\\n", length)}a\n`,
  "a long comment": (length) => `# ${repeated("a ", length)}\n`,
  "a long text": (length) => `b = '${repeated("a", length)}'\n`,
  "a long docstring": (length) => `"""${repeated("I look at the price.\n", length)}"""\n`,
  "escapes in a text": (length) => `b = '${repeated("\\x61", length)}'\n`,
  "a long name": (length) => `b = 1\n${repeated("b", length)} = b\n`,
  "a long name in Greek": (length) => `b = 1\n${repeated("β", length / 2)} = b\n`,
  "a long number": (length) => `b = 0x${repeated("1", length)}\n`,
  "names in Greek": (length) => repeated("β = a\n", length / 1.5),
  "semicolons alone": (length) => `a${repeated(";", length)}\n`,
  "semicolons on lines": (length) => repeated(";\n", length),
  "closing brackets": (length) => `a${repeated(")", length)}\n`,
  "opening brackets": (length) => `a = ${repeated("(", length)}\n`,
  "brackets in brackets": (length) => repeated(`${"(".repeat(150)}a${")".repeat(150)}\n`, length),
  "brackets side by side": (length) => `b = [${repeated("(),", length)}]\n`,
  "lists side by side": (length) => `b = [${repeated("[[[a]]],", length)}]\n`,
  "calls of calls": (length) => repeated(`a${"()".repeat(300)}\n`, length),
  "a call of calls": (length) => `a${repeated("()", length)}\n`,
  decorators: (length) => `${repeated("@a\n", length)}def f(): pass\n`,
  "decorators with comments": (length) => `${repeated("@a # a\n", length)}def f(): pass\n`,
  "arms of an if": (length) => `if a: pass\n${repeated("elif a: pass\n", length)}`,
  "arms of an if with comments": (length) =>
    `if a:\n    pass\n${repeated("elif a:\n    # a\n    # a\n    pass\n", length)}`,
  "ifs in else": (length) => stairs(90).repeat(Math.ceil(length / stairs(90).length)),
  "arms of an except": (length) => `try: pass\n${repeated("except a: pass\n", length)}`,
  "arms of an except with blocks": (length) => `try:\n    pass\n${repeated("except a:\n    pass\n", length)}`,
  "arms of a case": (length) => `match a:\n${repeated("    case 1: pass\n", length)}`,
  "arms of a case with blocks": (length) => `match a:\n${repeated("    case 1:\n        pass\n", length)}`,
  "comments between cases": (length) =>
    `match a:\n    case 1: pass\n${repeated("    # a\n", length)}    case 2: pass\n`,
  "alternatives of a case": (length) => `match a:\n    case ${repeated("1 | ", length)}2: pass\n`,
  "elements of a case": (length) => `match a:\n    case [${repeated("1, ", length)}]: pass\n`,
  "keys of a case": (length) => {
    const keys = Array.from({ length: Math.ceil(length / 10) }, (_, key) => `${key}: _`)
    return `match a:\n    case {${keys.join(", ")}}: pass\n`
  },
  "steps of indentation": (length) => repeated(stairs(99), length),
  "steps of wide indentation": (length) =>
    repeated("if a:\n        if a:\n                if a:\n                        a\n", length),
  "tabs of indentation": (length) => repeated(`if a:\n\tif a:\n\t\ta\n`, length),
  "modules in an import": (length) => `import ${repeated("math, ", length)}math\n`,
  "names in an import": (length) => `from math import ${repeated("pi, ", length)}pi\n`,
  "names in an import in brackets": (length) => `from math import (${repeated("pi, ", length)}pi)\n`,
  "names in an import on lines": (length) => `from math import (\n${repeated("    pi,\n", length)})\n`,
  "comments in an import": (length) => `from math import (\n${repeated("# a\n", length)}pi)\n`,
  "dots in an import": (length) => `from ${repeated(".", length)} import a\n`,
  "names in a dotted import": (length) => `import a${repeated(".a", length)}\n`,
  "names in a global": (length) => `def f():\n    global ${repeated("b, ", length)}b\n    b = 1\n`,
  "different names in a global": (length) => {
    const names = Array.from({ length: Math.ceil(length / 8) }, (_, index) => `b${index}`)
    return `def f():\n    global ${names.join(", ")}\n    b0 = 1\n`
  },
  "names in a nonlocal": (length) => `def f(b):\n    def g():\n        nonlocal ${repeated("b, ", length)}b\n`,
  "names in a del": (length) => `del ${repeated("a, ", length)}a\na = 1\n`,
  "targets of an assignment": (length) => `${repeated("b = ", length)}a\n`,
  "targets in a tuple": (length) => `${repeated("b, ", length)}b = a\n`,
  "targets in a list": (length) => `[${repeated("b, ", length)}b] = a\n`,
  "targets of a for": (length) => `for ${repeated("b, ", length)}b in a: pass\n`,
  "items of a with": (length) => `with ${repeated("a, ", length)}a: pass\n`,
  "items of a with in brackets": (length) => `with (${repeated("a as b, ", length)}a as b): pass\n`,
  parameters: (length) => {
    const names = Array.from({ length: Math.ceil(length / 8) }, (_, index) => `b${index}`)
    return `def f(${names.join(", ")}): pass\n`
  },
  "parameters with a default": (length) => {
    const names = Array.from({ length: Math.ceil(length / 10) }, (_, index) => `b${index}=1`)
    return `def f(${names.join(", ")}): pass\n`
  },
  "parameters of a lambda": (length) => {
    const names = Array.from({ length: Math.ceil(length / 8) }, (_, index) => `b${index}`)
    return `b = lambda ${names.join(", ")}: a\n`
  },
  "parameters of a type": (length) => `def f[${repeated("B, ", length)}B](): pass\n`,
  "bases of a class": (length) => `class A(${repeated("a, ", length)}a): pass\n`,
  comparisons: (length) => `b = ${repeated("a < ", length)}a\n`,
  "comparisons in brackets": (length) => `b = (\n${repeated("a <\n", length)}a)\n`,
  sums: (length) => `b = ${repeated("a + ", length)}a\n`,
  powers: (length) => `b = ${repeated("a ** ", length)}a\n`,
  conditions: (length) => `b = ${repeated("a and ", length)}a\n`,
  negations: (length) => `b = ${repeated("not ", length)}a\n`,
  signs: (length) => `b = ${repeated("-", length)}a\n`,
  "conditional expressions": (length) => `b = ${repeated("a if a else ", length)}a\n`,
  attributes: (length) => `b = a${repeated(".a", length)}\n`,
  subscripts: (length) => `b = a${repeated("[a]", length)}\n`,
  slices: (length) => `b = a[${repeated("a:a, ", length)}a]\n`,
  "keyword arguments": (length) => {
    const names = Array.from({ length: Math.ceil(length / 10) }, (_, index) => `b${index}=a`)
    return `b = a(${names.join(", ")})\n`
  },
  "starred arguments": (length) => `b = a(${repeated("*a, ", length)})\n`,
  "arguments in a call in a call": (length) => `b = a(a(${repeated("a, ", length)}))\n`,
  "texts side by side": (length) => `b = ${repeated("'a' ", length)}\n`,
  "texts side by side in brackets": (length) => `b = (\n${repeated("'a'\n", length)})\n`,
  "f-strings side by side": (length) => `b = (\n${repeated("f'{a}'\n", length)})\n`,
  "a generator in a call": (length) => `b = a(${repeated("a, ", length)}b for b in a)\n`,
  "clauses of a comprehension": (length) => `b = [a ${repeated("for b in a ", length)}]\n`,
  "conditions of a comprehension": (length) => `b = [a for b in a ${repeated("if a ", length)}]\n`,
  "elements of a tuple without brackets": (length) => `b = ${repeated("a, ", length)}\n`,
  "values of a return": (length) => `def f():\n    return ${repeated("a, ", length)}\n`,
  "elements of a set": (length) => `b = {${repeated("a, ", length)}}\n`,
  "elements of a dictionary": (length) => `b = {${repeated("a: a, ", length)}}\n`,
  "lambdas in a list": (length) => `b = [${repeated("lambda: a, ", length)}]\n`,
  "functions in functions": (length) =>
    repeated(
      `${Array.from({ length: 60 }, (_, depth) => `${" ".repeat(depth)}def f():\n`).join("")}${" ".repeat(60)}pass\n`,
      length
    ),
  "scopes that bind": (length) => repeated("def f():\n b = 1\n return b\n", length),
  "variables of a function": (length) => {
    const names = Array.from({ length: Math.ceil(length / 12) }, (_, index) => `    b${index} = 1\n`)
    return `def f():\n${names.join("")}`
  },
  "variables of the module": (length) =>
    Array.from({ length: Math.ceil(length / 10) }, (_, index) => `b${index} = 1\n`).join(""),
  "names that are not there": (length) => repeated("c\n", length),
  "one-line lambdas in a call": (length) => `b = a(${repeated("lambda b: b, ", length)})\n`
}

/** A variable of the module stands before all of them. */
export const rows: Readonly<Record<string, (length: number) => string>> = Object.fromEntries([
  ...Object.entries(LINES).map(([name, piece]) => [
    name,
    (length: number) => fenced(`a = 1\n${repeated(piece, length)}`)
  ]),
  ...Object.entries(PARTS).map(([name, part]) => [name, (length: number) => fenced(`a = 1\n${part(length)}`)])
])
