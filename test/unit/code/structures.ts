/**
 * The shapes that an entry point takes: functions, values that can be called, branches of which one runs.
 */
export const ENTRY = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

const F = "def f(ticker, price, tick, cash_balance, shares_held):\n    return 1\n"
const G = "def g(window, ticker, cash_balance, shares_held):\n    return 1\n"
const S =
  "class S:\n    def trade(self, t, c, s):\n        return 1\n    def __call__(self, a, b, c, d, e):\n        return 1\n"
/** What is said of a module, or with how many values its function is called. */
export const VALUES: ReadonlyArray<readonly [verdict: number | string, source: string]> = [
  [3, "execute_trade = lambda t, c, s: 1"],
  [3, "𝑒𝑥𝑒𝑐𝑢𝑡𝑒_trade = lambda t, c, s: 1"],
  [5, "def ｅxecute_𝓉rade(a, b, c, d, e): return 'HOLD'"],
  [5, "execute_trade: object = lambda *args: 1"],
  ["wrong-parameters", "execute_trade = lambda t, c: 1"],
  [5, `${F}execute_trade = f`],
  [5, `${F}h = f\nexecute_trade = h`],
  [3, `${G}from functools import partial\nexecute_trade = partial(g, 5)`],
  [
    3,
    `${G}import functools\nexecute_trade = functools.partial(g, window=5)`.replace(
      "(window, ticker, cash_balance, shares_held)",
      "(ticker, cash_balance, shares_held, window)"
    )
  ],
  ["wrong-parameters", `${G}import functools\nexecute_trade = functools.partial(g, window=5)`],
  [3, `${S}execute_trade = S().trade`],
  [3, `${S}s = S()\nexecute_trade = s.trade`],
  [5, `${S}execute_trade = S()`],
  ["not-callable", "class S:\n    pass\nexecute_trade = S()"],
  [3, `${S}class T(S):\n    pass\nexecute_trade = T().trade`],
  [3, "class S:\n    @staticmethod\n    def trade(t, c, s):\n        return 1\nexecute_trade = S.trade"],
  [5, `def make(n):\n    ${F.replaceAll("\n    ", "\n        ")}    return f\nexecute_trade = make(3)`],
  ["no-return", `def make(n):\n    def f(a, b, c):\n        pass\n    return f\nexecute_trade = make(3)`],
  ["not-callable", "def make(n):\n    return 3\nexecute_trade = make(3)"],
  [5, `from functools import lru_cache\n${ENTRY}execute_trade = lru_cache(maxsize=None)(execute_trade)`],
  [
    3,
    `def quiet(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n${G}execute_trade = quiet(lambda t, c, s: 1)`
  ],
  [3, "def f(a, b, c): return 1\nexecute_trade = f if f else (lambda t, c, s: 1)"],
  [5, "TABLE = {'a': lambda a, b, c, d, e: 1}\nexecute_trade = TABLE['a']"],
  ["not-callable", "execute_trade = 5"],
  ["not-callable", "execute_trade = [1]"],
  ["async-function", `async def f(a, b, c):\n    return 1\nexecute_trade = f`],
  // One of the branches runs when the module is loaded.
  [3, "if True:\n    def execute_trade(a, b, c):\n        return 1"],
  [
    3,
    "try:\n    def execute_trade(a, b, c):\n        return 1\nexcept NameError:\n    def execute_trade(a, b, c):\n        return 2"
  ],
  [
    "wrong-parameters",
    "import math\nif math.pi > 3:\n    def execute_trade(a):\n        return 1\nelse:\n    def execute_trade(a, b, c):\n        return 1"
  ],
  ["no-function", "if False:\n    pass\n"],
  ["not-at-top-level", "if False:\n    def execute_trade(a, b, c):\n        return 1"],
  ["not-at-top-level", "if __name__ == '__main__':\n    def execute_trade(a, b, c):\n        return 1"],
  [3, "if __name__ == '__main__':\n    pass\nelse:\n    def execute_trade(a, b, c):\n        return 1"],
  ["rebound", `${ENTRY}execute_trade = execute_trade("A", 1, 2, 3, 4),`],
  ["rebound", `${ENTRY}if True:\n    del execute_trade`]
]
