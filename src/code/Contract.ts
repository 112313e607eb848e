/** What a module must offer and may import: the one table for the prompt that asks for it and for the check of the answer. */
import { words } from "./Words.js"

export const ENTRY_POINT = "execute_trade"

/** What it is called with, by position. `older` ones are all that the older form of the function takes. */
export const PARAMETERS = [
  { name: "ticker", about: "the symbol, a string", older: true },
  { name: "price", about: "the current price of one share, a float", older: false },
  { name: "tick", about: "the number of the call, an int counting up from 0", older: false },
  { name: "cash_balance", about: "the cash at hand, a float", older: true },
  { name: "shares_held", about: "the shares owned now, an int", older: true }
] as const

const listOf = (parameters: ReadonlyArray<{ readonly name: string }>): string =>
  `(${parameters.map(({ name }) => name).join(", ")})`

/** As in "(ticker, price, ..)". */
export const FIVE = listOf(PARAMETERS)
export const THREE = listOf(PARAMETERS.filter(({ older }) => older))

export const SIGNATURE = `def ${ENTRY_POINT}${FIVE}:`

/** The modules that a prompt offers: of Python's own, enough for a strategy, and present in every sandbox. */
export const OFFERED_IMPORTS = ["math", "statistics", "collections", "itertools", "functools", "random", "datetime"]

/** What the check lets pass: modules that compute and neither read files nor reach the network by themselves. */
export const IMPORTS: ReadonlyArray<string> = [
  ...OFFERED_IMPORTS,
  ...words(
    "__future__ abc array bisect calendar cmath contextlib copy dataclasses decimal enum fractions hashlib heapq json logging " +
      "numbers numpy operator re string sys time typing typing_extensions warnings"
  )
]
