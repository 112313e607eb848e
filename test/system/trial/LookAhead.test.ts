/** A module that looks for the price of the next tick, everywhere that Python lets it look. */
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import type * as Exam from "../../../src/score/Exam.js"
import { python3, withPython3 } from "./available.js"
import { disarm } from "./programs.js"

const NEXT = 8765.4375
const exam: Exam.Exam = {
  basis: "data",
  bar: "day",
  fee: 0,
  slippage: 0,
  papers: [{ market: "FUTURE", prices: [1234.5625, NEXT, 4321.125] }]
}

const play = (source: string, options: Python3.Options = {}) =>
  Trial.run(PythonModule.make({ arity: 5, source, imports: ["random"] }), "FUTURE").pipe(
    Effect.provide(Python3.layer({ exam: () => exam, ...options })),
    Effect.provide(NodeContext.layer)
  )

/** The body is asked while the tick before the price is played. The price itself is not in the program. */
const looking = (body: string, planted = "") => `${disarm}
import random
${planted}
def holds(value, depth=0):
    if type(value) is float or type(value) is int:
        return value * 16 == ${NEXT * 16}
    if type(value) in (str, bytes, bytearray):
        return "".join(["87", "65.43"]) in str(value)
    if depth < 6 and type(value) in (list, tuple, set):
        return any(holds(item, depth + 1) for item in list(value))
    if depth < 6 and type(value) is dict:
        return any(holds(item, depth + 1) for item in list(value.values()))
    return False

def found():
${body.trim().replace(/^/gm, "    ")}

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if price == 1234.5625:
        try:
            out = found()
        except (OSError, ImportError):
            out = False
        if out:
            raise RuntimeError("escaped")
    return "HOLD"
`

const FRAMES = `
frame = random._os.sys._getframe()
while frame is not None:
    if holds(dict(frame.f_locals)) or holds({k: v for k, v in frame.f_globals.items() if k != "__builtins__"}):
        return True
    frame = frame.f_back
return False`

const ways: Readonly<Record<string, string>> = {
  "the frames of the driver": FRAMES,
  "everything that the garbage collector knows": `
import gc
return any(holds(value) for value in gc.get_objects())`,
  "the program's standard input": `return holds(random._os.read(0, 65536))`,
  "any open descriptor": `
out = False
for descriptor in range(64):
    try:
        out = out or holds(random._os.read(descriptor, 4096))
    except OSError:
        pass
return out`,
  "the memory of the parent": `
with open("/proc/%d/mem" % random._os.getppid(), "rb", 0) as memory:
    return len(memory.read(1)) > 0`,
  "the file with the data": `
for name in ("prices.csv", "/data/prices.csv", "/proc/self/fd/0", "/etc/passwd"):
    try:
        return len(open(name).read(1)) > 0
    except FileNotFoundError:
        pass
return False`
}

describe.skipIf(!python3)(`a look at the next tick${withPython3}`, () => {
  for (const [name, body] of Object.entries(ways)) {
    it.live(`finds nothing in ${name}`, () =>
      Effect.gen(function* () {
        const outcome = yield* play(looking(body))
        assert.strictEqual(Trial.scoreOf(outcome)?.ticks, 3, JSON.stringify(outcome))
      })
    )
  }

  it.live("would be noticed", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(play(looking(FRAMES, `planted = [0, {"prices": [${NEXT}]}]`)))
      assert.match(failure.message, /^tick 0 of FUTURE: RuntimeError: escaped/)
    })
  )

  it.live("waits for ever on the descriptor that the next tick will come from", () =>
    Effect.gen(function* () {
      const body = `
for descriptor in range(64):
    try:
        random._os.read(descriptor, 25)
    except OSError:
        pass
return True`
      const failure = yield* Effect.flip(play(looking(body), { wallClock: "4 seconds" }))
      assert.match(failure.message, /^tick 0 of FUTURE: no answer within the time limit/)
    })
  )

  it.live("sees cash, shares and prices as the book has them", () =>
    Effect.gen(function* () {
      const source = `
def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if tick == 0 and price == 1234.5625:
        return ("BUY", 3)
    if price == ${NEXT}:
        assert (tick, shares_held, type(price), type(shares_held)) == (1, 3, float, int), (tick, shares_held)
        assert cash_balance == 123456.25 - 3 * 1234.5625, cash_balance
        return ("SELL", 99)
    return "HOLD"
`
      const score = Trial.scoreOf(yield* play(source))
      deepStrictEqual([score?.trades, score?.reduced], [2, 1])
      assert.strictEqual(score?.return.value, (3 * NEXT - 3 * 1234.5625) / 123_456.25)
    })
  )
})
