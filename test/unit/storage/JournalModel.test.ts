import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { times } from "../properties.js"
import { empty, make, type Model, type Real } from "./journalModel.js"

type Command = fc.Command<Model, Real>

const KEYS = ["a", "b", "c"]

/** A new run finds what the model says. */
const agree = (model: Model, real: Real): void => {
  const found = real.find(KEYS)
  for (const key of KEYS) {
    const text = found.get(key)
    const doubtful = model.doubtful.get(key)
    // From now on it is known which of the two it is.
    if (doubtful !== undefined && text === doubtful.text) model.acknowledged.set(key, doubtful)
    assert.strictEqual(text, model.acknowledged.get(key)?.text, `what is found under ${key}`)
  }
  model.doubtful.clear()
}

class Open implements Command {
  constructor(readonly writer: number) {}
  check = () => true
  run = (_: Model, real: Real) => {
    if (real.isOpen(this.writer)) real.close(this.writer)
    real.open(this.writer)
  }
  toString = () => `open ${this.writer}`
}

let count = 0

class Append implements Command {
  constructor(
    readonly writer: number,
    readonly key: string,
    readonly size: number,
    readonly diesAt: number | undefined
  ) {}
  check = () => true
  run = (model: Model, real: Real) => {
    if (!real.isOpen(this.writer)) real.open(this.writer)
    real.pass(1)
    const answer = { text: `${(count += 1)} é ${"x".repeat(this.size)}`, at: real.time() }
    if (real.append(this.writer, this.key, answer.text, this.diesAt)) model.acknowledged.set(this.key, answer)
    else {
      assert.isDefined(this.diesAt, "an append fails on a disk without faults")
      model.doubtful.set(this.key, answer)
      agree(model, real)
    }
  }
  toString = () =>
    `${this.writer} appends ${this.key}${this.diesAt === undefined ? "" : ` and dies at call ${this.diesAt}`}`
}

class Prune implements Command {
  constructor(
    readonly writer: number,
    readonly ageMs: number
  ) {}
  check = () => true
  run = (model: Model, real: Real) => {
    if (!real.isOpen(this.writer)) real.open(this.writer)
    real.prune(this.writer, this.ageMs)
    const oldest = real.time() - this.ageMs
    for (const [key, { at }] of model.acknowledged) if (at < oldest) model.acknowledged.delete(key)
    agree(model, real)
  }
  toString = () => `${this.writer} prunes what is older than ${this.ageMs} ms`
}

class Kill implements Command {
  constructor(readonly writer: number) {}
  check = () => true
  run = (model: Model, real: Real) => {
    if (real.isOpen(this.writer)) real.kill(this.writer)
    agree(model, real)
  }
  toString = () => `kill ${this.writer}`
}

class CutPower implements Command {
  check = () => true
  run = (model: Model, real: Real) => {
    real.cutPower()
    agree(model, real)
  }
  toString = () => "cut the power"
}

class Tear implements Command {
  constructor(readonly bytes: number) {}
  check = () => true
  run = (model: Model, real: Real) => {
    // Nobody writes to the file of another process.
    real.cutPower()
    real.tear(this.bytes)
    agree(model, real)
  }
  toString = () => `tear a line at byte ${this.bytes}`
}

class Resume implements Command {
  check = () => true
  run = (model: Model, real: Real) => {
    agree(model, real)
  }
  toString = () => "resume"
}

class Wait implements Command {
  constructor(readonly millis: number) {}
  check = () => true
  run = (_: Model, real: Real) => {
    real.pass(this.millis)
  }
  toString = () => `wait ${this.millis} ms`
}

const writer = fc.integer({ min: 0, max: 1 })
const key = fc.constantFrom(...KEYS)
const size = fc.constantFrom(0, 10, 300)

const commands = [
  writer.map((number) => new Open(number)),
  fc.tuple(writer, key, size).map(([number, name, length]) => new Append(number, name, length, undefined)),
  fc.tuple(writer, key, size).map(([number, name, length]) => new Append(number, name, length, undefined)),
  fc
    .tuple(writer, key, size, fc.nat({ max: 12 }))
    .map(([number, name, length, diesAt]) => new Append(number, name, length, diesAt)),
  fc.tuple(writer, fc.constantFrom(0, 5, 1_000)).map(([number, age]) => new Prune(number, age)),
  writer.map((number) => new Kill(number)),
  fc.constant(new CutPower()),
  fc.nat({ max: 400 }).map((bytes) => new Tear(bytes)),
  fc.constant(new Resume()),
  fc.constantFrom(1, 500).map((millis) => new Wait(millis))
]

describe("a journal, whatever is done with it", () => {
  it("finds what was acknowledged last, and nothing else", () => {
    const property = fc.property(fc.nat(), fc.commands(commands, { maxCommands: 20 }), (seed, list) => {
      fc.modelRun(() => ({ model: empty(), real: make(seed) }), list)
    })
    fc.assert(property, { numRuns: times(40) })
  })
})
