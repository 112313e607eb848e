/** The modules that the trial's tests play: what must pass, and what must be stopped, with what is said of it. */

/**
 * Takes the driver's audit hook its lists of events by way of the frames, so that a test shows what holds behind it. Elsewhere
 * it does nothing.
 */
export const disarm = `
import sys as _sys
_frame = _sys._getframe()
while _frame is not None:
    for _name in ("NEVER", "NOT_ITSELF"):
        _frame.f_globals.get(_name, set()).clear()
    _frame = _frame.f_back
`

const three = (body: string) => `def execute_trade(ticker, cash_balance, shares_held):\n${body}`
const five = (body: string) => `def execute_trade(ticker, price, tick, cash_balance, shares_held):\n${body}`

export const good: Record<string, { readonly arity: 3 | 5; readonly source: string }> = {
  "a moving average with state in the module": {
    arity: 5,
    source: `
import math

_seen = []

def _mean(values):
    return math.fsum(values) / len(values)

${five(`
    _seen.append(price)
    if len(_seen) < 20:
        return "HOLD"
    if price < _mean(_seen[-20:]) and cash_balance >= price:
        return ("BUY", max(1, int(cash_balance * 0.1 // price)))
    if price > _mean(_seen[-20:]) and shares_held > 0:
        return ("SELL", shares_held)
    return "HOLD"
`)}`
  },
  "a helper that is defined below": {
    arity: 3,
    source: `${three(`    return _pick(cash_balance)\n`)}
def _pick(cash):
    return "BUY" if cash > 1000 else "SELL"
`
  },
  "chance, and what the standard library imports late": {
    arity: 3,
    source: `
from __future__ import annotations
import random
import statistics
import time
import warnings
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

@dataclass
class Held:
    counts: Counter

_held = Held(Counter())

@lru_cache(maxsize=None)
def _day(text):
    return datetime.strptime(text, "%Y-%m-%d").toordinal()

${three(`
    _held.counts[shares_held] += 1
    _held.counts.most_common(1)
    _day("2024-01-02")
    time.sleep(0.00001)
    warnings.warn("late")
    statistics.NormalDist(0, 1).samples(2, seed=1)
    random.SystemRandom().random()
    return "BUY" if random.random() > 0.5 else "SELL"
`)}`
  },
  "any arguments": { arity: 5, source: `def execute_trade(*args, **kwargs):\n    return "HOLD"\n` },
  "an enumeration of words": {
    arity: 3,
    source: `
from enum import Enum

class Signal(str, Enum):
    HOLD = "HOLD"

${three(`    return Signal.HOLD\n`)}`
  },
  printing: { arity: 3, source: three(`    print("balance", cash_balance)\n    return "HOLD"\n`) },
  "a guarded main": {
    arity: 3,
    source: `${three(`    return "HOLD"\n`)}\nif __name__ == "__main__":\n    raise SystemExit(1)\n`
  },
  "a fallback for a module that is missing": {
    arity: 3,
    source: `try:\n    import numpy_of_nobody\nexcept ImportError:\n    numpy_of_nobody = None\n\n${three(`    return "HOLD"\n`)}`
  }
}

/** The compiler writes the last block of these out twice at each level: 2 to the power of the depth. */
const nested = (depth: number): string => {
  const levels = Array.from({ length: depth }, (_, level) => {
    const space = " ".repeat(level)
    return `${space}try:\n${space} pass\n${space}finally:\n`
  })
  return `${levels.join("")}${" ".repeat(depth)}x = 1\n`
}

/** Parse in no time, and would take more memory or time to compile than there is. */
export const costly: Readonly<Record<string, string>> = {
  "blocks of finally at the top": `${nested(60)}${three(`    return "HOLD"\n`)}`,
  "blocks of finally in a function that nobody calls": `def f():\n${nested(26).replace(/^(?=.)/gm, " ")}\n${three(`    return "HOLD"\n`)}`
}

/** What honest modules do that raises the same audit events from inside of the standard library. */
export const harmless: Readonly<Record<string, string>> = {
  "classes that the standard library makes by exec": `
from collections import namedtuple
from dataclasses import dataclass, field, make_dataclass
from enum import Enum
from typing import NamedTuple

@dataclass(order=True)
class A:
    x: int = 0
    y: list = field(default_factory=list)

B = namedtuple("B", "x y")
C = make_dataclass("C", [("x", int)])

class D(NamedTuple):
    x: int

class E(Enum):
    HOLD = "HOLD"

${three(`    A(1) < A(2), B(1, 2), C(1), D(1)\n    return E.HOLD.value\n`)}`,
  "warnings, dates, numbers and chance": `
import datetime
import random
import re
import statistics
import warnings

${three(`
    warnings.warn("a warning")
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
    datetime.datetime.now().strftime("%c")
    datetime.datetime.strptime("2024-01-02", "%Y-%m-%d")
    random.Random().random()
    random.seed()
    re.compile("a+b")
    statistics.quantiles([1, 2, 3, 4])
    try:
        1 / 0
    except ZeroDivisionError:
        pass
    return "HOLD"
`)}`
}

/** Waits for what never comes, and uses no processor. */
export const sleeper = `import time\n${three(`    time.sleep(3600)\n    return "HOLD"\n`)}`

const returns = (expression: string) => three(`    return ${expression}\n`)

export const faulty: Record<
  string,
  { readonly arity?: 5; readonly source: string; readonly code: string; readonly says: RegExp; readonly line?: number }
> = {
  "a loop at import": {
    source: `while True:\n    pass\n${returns('"HOLD"')}`,
    code: "cpu-limit",
    says: /while the module loads/
  },
  "recursion without end": {
    source: `def f(n):\n    return f(n + 1)\nf(0)\n${returns('"HOLD"')}`,
    code: "raised",
    says: /while the module loads: RecursionError/,
    line: 2
  },
  "a crash of the interpreter": {
    source: `${disarm}import ctypes\n${three("    ctypes.string_at(0)\n")}`,
    code: "crashed",
    says: /tick 0 of an ordinary day: the interpreter crashed \(SIGSEGV\)/
  },
  "a division by zero": {
    source: three(`    return "BUY" if 1 / shares_held > 0 else "HOLD"\n`),
    code: "raised",
    says: /^tick 0 of an ordinary day: ZeroDivisionError: /,
    line: 2
  },
  "a fault that only a price that stands still shows": {
    arity: 5,
    source: `_seen = []\n${five(`
    _seen.append(price)
    if len(_seen) < 5:
        return "HOLD"
    return "BUY" if (price - min(_seen)) / (max(_seen) - min(_seen)) < 0.2 else "HOLD"
`)}`,
    code: "raised",
    says: /^tick 4 of a day with nearly no cash: ZeroDivisionError/,
    line: 7
  },
  "a purchase that the cash does not pay for": {
    arity: 5,
    source: five(`    return ("BUY", int(cash_balance // price))\n`),
    code: "illegal-action",
    says: /returned \('BUY', 0\); return "BUY"/
  },
  "interrupts swallowed": {
    source: three(
      `    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n`
    ),
    code: "cpu-limit",
    says: /tick 0/
  },
  "a regular expression that explodes": {
    source: `import re\n${three(`    re.match("(a+)+$", "a" * 60 + "b")\n    return "HOLD"\n`)}`,
    code: "cpu-limit",
    says: /processor time/
  },
  "one endless call into C": {
    source: three(`    return sum(iter(int, 1))\n`),
    code: "cpu-limit",
    says: /tick 0 of an ordinary day: used up its processor time/
  },
  "memory by the piece": {
    source: `_held = []\n${three(`    while True:\n        _held.append("x" * 1000000 + str(len(_held)))\n`)}`,
    code: "memory-limit",
    says: /MemoryError/
  },
  "memory by the crumb, until none is left to say so": {
    // Most of it at once, so that a slow machine gets to the rest before its processor time is used up.
    source: three(
      `    head = [bytes(1 << 20) for _ in range(300)]\n    while True:\n        head = (head, b"%040d" % 1, b"%0400d" % 1)\n`
    ),
    code: "memory-limit",
    says: /MemoryError/,
    line: 4
  },
  "memory at once": {
    source: three(`    s = "a" * (10 ** 11)\n    return "HOLD"\n`),
    code: "memory-limit",
    says: /MemoryError/,
    line: 2
  },
  "printing without end": {
    source: three(`    while True:\n        print("x" * 10000)\n`),
    code: "cpu-limit",
    says: /processor time/
  },
  "an end of the process": {
    source: three(`    raise SystemExit(0)\n`),
    code: "raised",
    says: /SystemExit/,
    line: 2
  },
  "a hard end of the process": {
    source: `import random\n${three(`    random._os._exit(0)\n`)}`,
    code: "ended-early",
    says: /tick 0/
  },
  "an exception that cannot be printed": {
    source: `class Odd(Exception):\n    def __str__(self):\n        raise Odd()\n${three(`    raise Odd()\n`)}`,
    code: "raised",
    says: /Odd/,
    line: 5
  },
  "the function gone": {
    source: `${returns('"HOLD"')}globals().pop("execute_trade")\n`,
    code: "no-function",
    says: /no execute_trade/
  },
  "a list": { source: returns('["BUY", 5]'), code: "illegal-action", says: /returned \['BUY', 5\]/ },
  "small letters": { source: returns('"buy"'), code: "illegal-action", says: /returned 'buy'/ },
  nothing: { source: returns("None"), code: "illegal-action", says: /returned None/ },
  "a number below zero": { source: returns('("BUY", -5)'), code: "illegal-action", says: /\('BUY', -5\)/ },
  "a truth for a number": { source: returns('("BUY", True)'), code: "illegal-action", says: /\('BUY', True\)/ },
  "a fraction": { source: returns('("SELL", 1.5)'), code: "illegal-action", says: /\('SELL', 1.5\)/ },
  "not a number": { source: returns('("BUY", float("nan"))'), code: "illegal-action", says: /\('BUY', nan\)/ },
  "a held pair": { source: returns('("HOLD", 1)'), code: "illegal-action", says: /\('HOLD', 1\)/ },
  "a triple": { source: returns('("BUY", 1, 2)'), code: "illegal-action", says: /\('BUY', 1, 2\)/ }
}
