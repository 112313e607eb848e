/** When an answer is checked, and when it counts that it was before. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import { type AcceptOptions, CodeCheck, type Service } from "../../../src/code/CodeCheck.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import * as Checking from "../../../src/generation/Checking.js"
import * as Guarded from "../../../src/generation/Guarded.js"
import * as Journal from "../../../src/storage/Journal.js"

const GOOD = "def execute_trade(): pass"
const BAD = "import os"

const approvals = () => {
  const kept = new Map<string, Parameters<Journal.Approvals["keep"]>[2]>()
  const service: Journal.Approvals = {
    find: (checks, answer) => Effect.sync(() => Option.fromNullable(kept.get(`${checks} ${answer}`))),
    keep: (checks, answer, approval) => Effect.sync(() => void kept.set(`${checks} ${answer}`, approval))
  }
  return { kept, service }
}

/** Takes what is not `BAD`, and counts what it reads. */
const checks = (fingerprint: Service["fingerprint"] = () => "these") => {
  const read: Array<string> = []
  const accept: Service["accept"] = (source) => {
    read.push(source)
    return source === BAD
      ? Either.left(CodeFailure.of("policy", "import", "no"))
      : Either.right(new PythonModule({ source, arity: 3, imports: ["math"] }))
  }
  return { read, service: { accept, check: (source: string) => accept(source), fingerprint } }
}

const checked = (
  answer: string,
  service: Service,
  known: Journal.Approvals | undefined,
  { kept = true, options = {}, resumed = true }: { kept?: boolean; options?: AcceptOptions; resumed?: boolean } = {}
) => {
  const journal = Journal.make({
    records: Effect.succeed([]),
    write: () => Effect.void,
    retain: () => Effect.succeed(0),
    approvals: known
  })
  return Guarded.journal(Checking.make).pipe(
    Effect.flatMap((check) => check(answer, options, { kept, resumed })),
    Effect.provideService(CodeCheck, service),
    Effect.provideService(Journal.Journal, journal),
    Effect.scoped
  )
}

describe("an answer of the journal", () => {
  it.effect("is not checked again by the checks that it has passed, and comes to the same module", () =>
    Effect.gen(function* () {
      const { read, service } = checks()
      const { service: known } = approvals()
      const first = yield* checked(GOOD, service, known, { resumed: false })
      const again = yield* checked(GOOD, service, known)
      assert.deepStrictEqual(read, [GOOD])
      assert.deepStrictEqual(again, first)
      assert.instanceOf(Either.getOrThrow(again), PythonModule)
    })
  )

  it.effect("is checked by others, and by those that have no name", () =>
    Effect.gen(function* () {
      const { service: known } = approvals()
      yield* checked(GOOD, checks().service, known)
      for (const fingerprint of [() => "others", () => undefined, undefined]) {
        const { read, service } = checks()
        yield* checked(GOOD, { ...service, fingerprint }, known)
        assert.deepStrictEqual(read, [GOOD])
      }
    })
  )

  it.effect("is checked by name for what it is asked: its ticker and its ending", () =>
    Effect.gen(function* () {
      const asked: Array<AcceptOptions> = []
      const { service } = checks((options) => {
        asked.push(options)
        return "these"
      })
      yield* checked(GOOD, service, approvals().service, { options: { ticker: "TSLA", endingImplied: true } })
      assert.deepStrictEqual(asked, [{ ticker: "TSLA", endingImplied: true }])
    })
  )

  it.effect("that was refused is refused anew each time", () =>
    Effect.gen(function* () {
      const { read, service } = checks()
      const { kept, service: known } = approvals()
      assert.isTrue(Either.isLeft(yield* checked(BAD, service, known)))
      assert.isTrue(Either.isLeft(yield* checked(BAD, service, known)))
      assert.deepStrictEqual([read.length, kept.size], [2, 0])
    })
  )

  it.effect("is checked where approvals are lost, die, are interrupted from inside or do not exist", () =>
    Effect.gen(function* () {
      const die = () => Effect.dieMessage("gone")
      const dead: Journal.Approvals = { find: die, keep: die }
      const thrown: Journal.Approvals = {
        find: () => {
          throw new Error("gone")
        },
        keep: () => {
          throw new Error("gone")
        }
      }
      const cut: Journal.Approvals = { find: () => Effect.interrupt, keep: () => Effect.interrupt }
      for (const known of [dead, thrown, cut, undefined]) {
        const { read, service } = checks()
        assert.isTrue(Either.isRight(yield* checked(GOOD, service, known)))
        assert.deepStrictEqual(read, [GOOD])
      }
    })
  )
})

describe("an answer that has just come", () => {
  it.effect("is checked even if the same text has passed before, and is remembered", () =>
    Effect.gen(function* () {
      const { read, service } = checks()
      const { kept, service: known } = approvals()
      yield* checked(GOOD, service, known, { resumed: false })
      yield* checked(GOOD, service, known, { resumed: false })
      assert.deepStrictEqual([read.length, kept.size], [2, 1])
    })
  )

  it.effect("is not remembered where the journal did not take it", () =>
    Effect.gen(function* () {
      const { kept, service: known } = approvals()
      yield* checked(GOOD, checks().service, known, { kept: false, resumed: false })
      assert.strictEqual(kept.size, 0)
    })
  )
})
