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
    const known = model.acknowledged.get(key)
    const said = [...(known === undefined ? [] : [known]), ...(model.doubtful.get(key) ?? [])]
    const current = said.find((each) => each.text === text)
    if (current !== undefined) model.acknowledged.set(key, current)
    // Of those of one moment either may be found, the next time as well.
    model.doubtful.set(
      key,
      said.filter((each) => each !== current && each.at === current?.at)
    )
    assert.strictEqual(text, model.acknowledged.get(key)?.text, `what is found under ${key}`)
  }
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

/** Appends at once: by one writer, which flushes them together, or by both. */
class Append implements Command {
  constructor(
    readonly jobs: ReadonlyArray<readonly [writer: number, key: string, size: number]>,
    readonly diesAt: number | undefined
  ) {}
  check = () => true
  run = (model: Model, real: Real) => {
    for (const [writer] of this.jobs) if (!real.isOpen(writer)) real.open(writer)
    real.pass(1)
    const jobs = this.jobs.map(([writer, key, size]) => ({
      writer,
      key,
      text: `${(count += 1)} é ${"x".repeat(size)}`
    }))
    const isNew = new Set<string>()
    const ends = real.append(jobs, this.diesAt)
    for (const [index, { key, text }] of jobs.entries()) {
      const answer = { text, at: real.time() }
      const isSafe = ends[index] === true
      if (!isSafe) assert.isDefined(this.diesAt, "an append fails on a disk without faults")
      if (isSafe && !isNew.has(key)) {
        model.acknowledged.set(key, answer)
        const doubtful = model.doubtful.get(key) ?? []
        model.doubtful.set(
          key,
          doubtful.filter(({ at }) => at === answer.at)
        )
      } else model.doubtful.set(key, [...(model.doubtful.get(key) ?? []), answer])
      if (isSafe) isNew.add(key)
    }
    if (model.doubtful.size > 0) agree(model, real)
  }
  toString = () =>
    `${this.jobs.map(([writer, key]) => `${writer} appends ${key}`).join(" while ")}${this.diesAt === undefined ? "" : `, and the first dies at call ${this.diesAt}`}`
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
    for (const [key, said] of model.doubtful) {
      model.doubtful.set(
        key,
        said.filter(({ at }) => at >= oldest)
      )
    }
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

const job = fc.tuple(writer, key, size)

const commands = [
  writer.map((number) => new Open(number)),
  job.map((one) => new Append([one], undefined)),
  fc.array(job, { minLength: 1, maxLength: 4 }).map((jobs) => new Append(jobs, undefined)),
  fc
    .tuple(fc.array(job, { minLength: 1, maxLength: 3 }), fc.nat({ max: 12 }))
    .map(([jobs, diesAt]) => new Append(jobs, diesAt)),
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
    fc.assert(property, { numRuns: times(25) })
  })
})
