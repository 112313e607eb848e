import { assert, describe, it } from "@effect/vitest"
import { assertNone, deepStrictEqual } from "@effect/vitest/utils"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Behavior from "../../../src/simulator/Behavior.js"
import type * as Call from "../../../src/simulator/Call.js"
import * as Catalog from "../../../src/simulator/Catalog.js"
import * as Draw from "../../../src/simulator/Draw.js"
import * as Dress from "../../../src/simulator/Dress.js"
import * as OpenRouter from "../../../src/simulator/profiles/OpenRouter.js"
import * as Program from "../../../src/simulator/Program.js"
import type * as Wire from "../../../src/simulator/Wire.js"
import { times } from "../properties.js"

const call = (stream: boolean): Call.Call => {
  const program = Program.make(2, Draw.make(1))
  return {
    id: "gen-1",
    seed: 1,
    model: Catalog.simulated("sim/x", "x"),
    asked: "sim/x",
    dialect: OpenRouter.openRouter,
    nth: 1,
    stream,
    includeUsage: true,
    promptTokens: 100,
    maxCompletionTokens: undefined,
    latency: 1000,
    now: 1_790_000_000_000,
    program,
    text: Dress.dresses.bare(program)
  }
}

const Said = Schema.parseJson(
  Schema.Struct({ choices: Schema.Tuple(Schema.Struct({ message: Schema.Struct({ content: Schema.String }) })) })
)

/** The content of an answer that is not streamed. */
const said = (script: Wire.Script): string =>
  Schema.decodeUnknownSync(Said)(script.flatMap((step) => (step._tag === "Bytes" ? [step.bytes] : [])).join(""))
    .choices[0].message.content

const sequence = (plan: string, requests: number) =>
  Option.map(Behavior.parse(plan), (parsed) =>
    Array.from({ length: requests }, (_, index) => Behavior.at(parsed, index + 1).name)
  )

describe("Behavior", () => {
  it("a plan counts the requests of its model and ends in good answers", () => {
    deepStrictEqual(sequence("status-503", 3), Option.some(["status-503", "status-503", "status-503"]))
    deepStrictEqual(sequence("status-503*2", 4), Option.some(["status-503", "status-503", "ok", "ok"]))
    deepStrictEqual(
      sequence("status-429*1+stall-body*2+length", 5),
      Option.some(["status-429", "stall-body", "stall-body", "length", "length"])
    )
    deepStrictEqual(sequence("429-retry-after=90*1", 2), Option.some(["429-retry-after=90", "ok"]))
  })

  it("refuses what is not a plan", () => {
    for (const plan of [
      "",
      "nope",
      "status-503*",
      "status-503*x",
      "status-503=1",
      "ok+",
      "ok*1+nope",
      "toString",
      "OK"
    ]) {
      assertNone(Behavior.parse(plan))
    }
  })

  it("finds the plan in a model id, with :free or without", () => {
    assert.isTrue(Option.isSome(Behavior.ofModel("sim/status-503*2:free")))
    assert.isTrue(Option.isSome(Behavior.ofModel("sim/status-503*2")))
    assertNone(Behavior.ofModel("qwen/status-503"))
    assertNone(Behavior.ofModel("sim/nope:free"))
  })

  it("lists every behavior alone and counted, each with its free twin", () => {
    const ids = Behavior.listed.map(({ id }) => id)
    assert.strictEqual(ids.length, Behavior.names.length * 8)
    assert.includeMembers(ids, ["sim/ok", "sim/ok:free", "sim/stall-body*3:free", "sim/status-503*1"])
  })

  it("a script is a pure function of the request", () => {
    for (const name of Behavior.names) {
      for (const stream of [false, true]) {
        const script = () => Option.map(Behavior.parse(name), (plan) => Behavior.at(plan, 1).script(call(stream)))
        deepStrictEqual(script(), script(), name)
      }
    }
  })

  it("a program that is spoilt is refused by the check, whichever model wrote it and however it is dressed", () => {
    const { accept } = CodeCheck.make()
    const stages = {
      "no-code": "extract",
      "syntax-error": "syntax",
      "wrong-name": "structure",
      "cut-silently": undefined
    }
    const seeds = Array.from({ length: times(2) }, (_, seed) => seed)
    for (const seed of seeds) {
      for (const position of Program.strategies.keys()) {
        const program = Program.make(position, Draw.make(seed, "program", position))
        for (const dress of Object.values(Dress.dresses)) {
          const asked = { ...call(false), program, text: dress(program) }
          for (const [name, stage] of Object.entries(stages)) {
            const verdict = accept(said(Behavior.at(Option.getOrThrow(Behavior.parse(name)), 1).script(asked)))
            const where = `${name} of ${program.title}, seed ${seed}: ${dress.name}`
            if (Either.isRight(verdict)) assert.fail(where)
            else if (stage !== undefined) assert.strictEqual(verdict.left.stage, stage, where)
          }
        }
      }
    }
  })

  it("stream-split cuts inside characters", () => {
    const plan = Option.getOrThrow(Behavior.parse("stream-split"))
    const pieces = Behavior.at(plan, 1)
      .script(call(true))
      .flatMap((step) => (step._tag === "Bytes" && typeof step.bytes !== "string" ? [step.bytes] : []))
    const broken = pieces.filter((piece) => new TextDecoder().decode(piece).includes("\uFFFD"))
    assert.isAbove(broken.length, 20)
    assert.include(Buffer.concat(pieces).toString("utf8"), "🚀")
  })
})
