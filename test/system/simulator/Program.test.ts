import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Strategy from "../../../src/prompt/Strategy.js"
import * as Draw from "../../../src/simulator/Draw.js"
import * as Dress from "../../../src/simulator/Dress.js"
import * as Program from "../../../src/simulator/Program.js"

const SEEDS = [1, 2, 3]

const programs = SEEDS.flatMap((seed) =>
  Program.strategies.map((_, position) => Program.make(position, Draw.make(seed, "program", position)))
)

/** Trades 390 ticks on days of several kinds, one with prices of zero, with each program, strictly, and says how often each of them traded. */
const DRIVER = `
import json, math, random, sys

def day(kind, rng):
    price = 100.0
    for tick in range(390):
        if kind == "flat":
            yield 100.0
        elif kind == "wave":
            yield 100.0 + 8 * math.sin(tick / 9.0)
        elif kind == "broken":
            yield 0.0 if tick % 5 == 0 else 100.0 + tick % 3
        else:
            drift = {"up": 0.0008, "down": -0.0008}[kind]
            price *= 1 + drift + rng.gauss(0, 0.004)
            yield price

def trade(source, kind, cash):
    module = {"__name__": "algorithm"}
    exec(compile(source, "algorithm", "exec"), module)
    shares, trades = 0, 0
    for tick, price in enumerate(day(kind, random.Random(7))):
        result = module["execute_trade"]("AAPL", price, tick, cash, shares)
        if result == "HOLD":
            continue
        action, quantity = result if isinstance(result, tuple) else (result, shares)
        assert action in ("BUY", "SELL"), result
        assert type(quantity) is int and quantity > 0, result
        if action == "BUY":
            assert quantity * price <= cash + 1e-6, (result, price, cash)
            cash, shares = cash - quantity * price, shares + quantity
        else:
            assert quantity <= shares, (result, shares)
            cash, shares = cash + quantity * price, shares - quantity
        trades += 1
    return trades

report = []
for source in json.load(sys.stdin):
    report.append({
        "poor": sum(trade(source, kind, 0.5) for kind in ("up", "down", "wave", "flat")),
        "flat": trade(source, "flat", 10000.0),
        "moving": sum(trade(source, kind, 10000.0) for kind in ("up", "down", "wave", "broken")),
    })
print(json.dumps(report))
`

const python = spawnSync("python3", ["--version"]).status === 0

describe("Program", () => {
  it.runIf(python)("every strategy runs in CPython, trades what it can afford, and trades at all", () => {
    const input = JSON.stringify(programs.map(({ code }) => code))
    const run = spawnSync("python3", ["-c", DRIVER], { input, encoding: "utf8" })
    assert.strictEqual(run.status, 0, run.stderr)
    const report: ReadonlyArray<{ poor: number; flat: number; moving: number }> = JSON.parse(run.stdout)
    assert.strictEqual(report.length, programs.length)
    report.forEach(({ flat, moving, poor }, index) => {
      const name = programs[index]?.title
      assert.isAbove(moving, 0, `${name} never traded`)
      assert.strictEqual(poor, 0, `${name} traded without cash`)
      assert.strictEqual(flat, 0, `${name} traded although nothing moved`)
    })
  })

  it("neighbours write different strategies, and one model writes with other parameters each time", () => {
    const titles = Program.strategies.map((_, position) => Program.make(position, Draw.make(1)).title)
    assert.strictEqual(new Set(titles).size, Program.strategies.length)
    const codes = [1, 2, 3, 4].map((nth) => Program.make(0, Draw.make(1, "a/b", nth)).code)
    assert.isAbove(new Set(codes).size, 1)
    assert.strictEqual(Program.make(0, Draw.make(1, "a/b", 1)).code, codes[0])
  })

  it("writes what the prompt asks for, and another program for each of the first families", () => {
    const titleFor = (number: number) => {
      const { directive, family } = Strategy.at(number)
      return Program.make(0, Draw.make(1), JSON.stringify([{ content: `Trade.\nStrategy (${family}): ${directive}` }]))
        .title
    }
    const titles = Program.strategies.map((_, number) => titleFor(number))
    assert.strictEqual(new Set(titles).size, Program.strategies.length)
    assert.deepStrictEqual(titles.slice(0, 3), ["a moving average crossover", "Bollinger bands", "a channel breakout"])
    assert.strictEqual(Program.make(1, Draw.make(1), "Strategy (luck): buy").title, Program.strategies[1]?.title)
  })

  it("a dress keeps the program as it is", () => {
    for (const program of programs) {
      for (const dress of [Dress.dresses.bare, Dress.dresses.fenced, Dress.dresses.prose, Dress.dresses.thinking]) {
        assert.include(dress(program).content, program.code)
      }
    }
  })
})
