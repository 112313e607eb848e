/** Modules that fight the trial itself: none gets a verdict that it did not earn, a process that stays, or more time. */
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import { children, interpreter, python3, withPython3 } from "./available.js"
import { disarm } from "./programs.js"

const hold = `
def execute_trade(ticker, cash_balance, shares_held):
    return "HOLD"
`

/** Finds the word that begins a true line, and the descriptor of the results, in the frames of the driver. */
const STOLEN = `
import random, sys
def _steal():
    frame, found = sys._getframe(), {}
    while frame is not None:
        found.update(frame.f_locals)
        frame = frame.f_back
    return found["prefix"], found["out"], found["frames"]
PREFIX, OUT, FRAMES = _steal()
def _say(text):
    random._os.write(OUT, (PREFIX + text + "\\n").encode("ascii"))
`
const ORDERS = `'{"_tag":"Orders","orders":"' + " ".join(["1"] * 390) + '"}'`

/** What they may come to: these codes of a fault, or passing where they did what was asked of them. */
const hostile: Record<string, readonly [source: string, ...may: ReadonlyArray<string>]> = {
  "says by the true word that it is done": [`${STOLEN}_say('!{"_tag":"Done","seconds":0}')\n${hold}`, "ended-early"],
  "says its orders before a price is there": [`${STOLEN}_say("!" + ${ORDERS})\n${hold}`, "ended-early"],
  "says that it is loaded, and orders": [
    `${STOLEN}_say('+{"_tag":"Loaded"}')\n_say("+" + ${ORDERS})\n_say('!{"_tag":"Done","seconds":0}')\n${hold}`,
    "ended-early"
  ],
  "answers for hours to come": [
    `${STOLEN}_say('+{"_tag":"Loaded"}')\nfor _ in range(20000):\n    _say("=0")\n${hold}`,
    "ended-early",
    "Passed"
  ],
  "orders what is no number": [`${STOLEN}_say('+{"_tag":"Loaded"}')\n_say("=many")\n${hold}`, "ended-early"],
  "orders more digits than a number has": [
    `${STOLEN}_say('+{"_tag":"Loaded"}')\n_say("=" + "9" * 100000)\n${hold}`,
    "ended-early",
    "output-limit"
  ],
  "closes what it finds open": [
    `import random\nfor fd in range(64):\n    try:\n        random._os.close(fd)\n    except OSError:\n        pass\n${hold}`,
    "Passed"
  ],
  "ends with 0 in the middle": [
    `import random\n_n = []\ndef execute_trade(ticker, cash_balance, shares_held):\n    _n.append(1)\n    if len(_n) == 7:\n        random._os._exit(0)\n    return "HOLD"\n`,
    "ended-early"
  ],
  "leaves by SystemExit": ["raise SystemExit(0)\n", "raised"],
  "prints what a verdict looks like": [`print('{"_tag":"Done","seconds":0}\\n' * 1000, flush=True)\n${hold}`, "Passed"],
  "answers in __del__": [
    `class Last:\n    def __del__(self):\n        while True:\n            pass\n_last = [Last()]\n_last.clear()\n${hold}`,
    "cpu-limit",
    "time-limit"
  ],
  "traces the driver": [
    `import sys\ndef _trace(frame, event, argument):\n    frame.f_trace_opcodes = True\n    return _trace\nsys.settrace(_trace)\nsys.setprofile(_trace)\n${hold}`,
    "Passed",
    "cpu-limit",
    "time-limit"
  ],
  "goes as deep as it can": [
    `import sys\nsys.setrecursionlimit(2 ** 30)\ndef _f(n):\n    return [_f(n + 1)]\ndef execute_trade(ticker, cash_balance, shares_held):\n    return _f(0)\n`,
    "crashed",
    "memory-limit",
    "raised",
    "cpu-limit",
    "time-limit"
  ],
  "nests what has to be shown": [
    `_x = []\nfor _ in range(100000):\n    _x = [_x]\ndef execute_trade(ticker, cash_balance, shares_held):\n    return _x\n`,
    "illegal-action"
  ],
  "puts another exit in the driver's place": [
    `${STOLEN}import builtins\nbuiltins.BaseException = ValueError\nbuiltins.callable = lambda _: True\nsys.modules["json"].dumps = None\ndef execute_trade(ticker, cash_balance, shares_held):\n    raise KeyboardInterrupt\n`,
    "raised",
    "ended-early"
  ],
  sleeps: [`import time\ndef execute_trade(ticker, cash_balance, shares_held):\n    time.sleep(1000)\n`, "time-limit"],
  "stops the feeder": [`import random\nrandom._os.kill(random._os.getppid(), 19)\n${hold}`, "raised"],
  "forks without end": [`import random\nwhile True:\n    random._os.fork()\n${hold}`, "raised"],
  "starts threads": [
    `import _thread\nfor _ in range(1000):\n    try:\n        _thread.start_new_thread(lambda: None, ())\n    except RuntimeError:\n        pass\n${hold}`,
    "Passed"
  ]
}

describe.skipIf(!python3)(`a hostile module${withPython3}`, () => {
  describe.concurrent("", () => {
    for (const [name, [source, ...may]] of Object.entries(hostile)) {
      it.live(
        `${name}: ${may.join(" or ")}`,
        () =>
          Effect.gen(function* () {
            const module = PythonModule.make({
              arity: 3,
              source: `${disarm}${source}`,
              imports: ["builtins", "random", "sys", "time", "_thread"]
            })
            const began = performance.now()
            const result = yield* Effect.either(Trial.run(module, "AAPL"))
            assert.include(may, Either.match(result, { onLeft: ({ code }) => code, onRight: ({ _tag }) => _tag }))
            assert.isBelow(performance.now() - began, 60_000)
          }).pipe(
            Effect.provide(Python3.layer({ interpreter, wallClock: "5 seconds" })),
            Effect.provide(NodeContext.layer)
          ),
        90_000
      )
    }
  })

  it("leaves no process behind", () => {
    assert.deepStrictEqual(children(), [])
  })
})
