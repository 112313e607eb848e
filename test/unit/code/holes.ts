/** Expressions of each kind in places of each kind: which fit together is for the grammar and the rules of the compiler to say. */
import { snippets } from "./snippets.js"

export const EXPRESSIONS: ReadonlyArray<string> = [
  "x",
  "1",
  "'a'",
  "None",
  "...",
  "x.y",
  "x[0]",
  "x[1:2]",
  "f(x)",
  "x + y",
  "-x",
  "not x",
  "x < y",
  "(x < y)",
  "(x if y else w)",
  "(x + y)",
  "x and y",
  "x if y else w",
  "lambda: w",
  "(lambda: w)",
  "w := 1",
  "(w := 1)",
  "(x, w := 1)",
  "*x",
  "(*x)",
  "**x",
  "x, y",
  "(x, y)",
  "*x, y",
  "(*x, y)",
  "[x, *y]",
  "[*x, *y]",
  "{x}",
  "{x: y}",
  "[w for w in x]",
  "(w for w in x)",
  "w for w in x",
  "[w async for w in x]",
  "{w: y async for w in x}",
  "{w for y in x async for w in y}",
  "f(w async for w in x)",
  "[[w async for w in x] for y in x]",
  "w async for w in x",
  "yield",
  "(yield)",
  "yield w",
  "(yield from x)",
  "await x",
  "(await x)",
  "await -x",
  "x=1",
  "x as y",
  "x: y",
  "1:2",
  "f'{x}'",
  "__debug__",
  "x.__debug__"
]

export const PLACES: ReadonlyArray<string> = snippets("holes").map((place) => place.trimEnd())

/** Code of a function is in one, of each kind. */
export const HEADS: ReadonlyArray<string> = ["", "def h():", "async def h():"]

export const put = (head: string, place: string, expression: string): string => {
  // A decorator begins with the same sign.
  const source = place
    .replace(/^@@/, "\0")
    .replaceAll("@", () => expression)
    .replace("\0", () => `@${expression}`)
  return head === "" ? `${source}\n` : `${head}\n${source.replaceAll(/^/gm, "    ")}\n`
}
