/** The prompts of a run are made when they are asked, where the prompt says the same each time. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Message } from "../../../src/domain/Message.js"
import * as Plan from "../../../src/generation/Plan.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as MemoryJournal from "../../../src/storage/journal/Memory.js"
import { answers, api, finish, http, start } from "./doubles.js"

const planned = (repeatable: boolean | undefined, request: Partial<Plan.Request> = {}) => {
  const built: Array<string> = []
  const prompt: Prompt.Service = {
    repeatable,
    build: ({ model, ticker }) => {
      built.push(model)
      return `Write for ${ticker}.`
    },
    system: () => "Be brief."
  }
  return Effect.gen(function* () {
    const plan = yield* Plan.planner(undefined)
    return { built, slot: yield* plan({ model: "a/b", ticker: "TSLA", ...request }, 0) }
  }).pipe(Effect.provide(Prompt.layer(prompt)))
}

const MESSAGES: ReadonlyArray<Message> = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Write for TSLA." }
]

describe("a prompt whose `build` is another's", () => {
  const build = ({ ticker }: Prompt.Subject) => Effect.promise(async () => `Write for ${ticker}.`)
  const made = Prompt.make({})
  for (const [how, prompt] of [
    ["in a copy", { ...made, build }],
    ["in the service itself", Object.assign(Prompt.make({}), { build })],
    ["in an object that inherits the rest", Object.assign(Object.create(made), { build })]
  ] as const) {
    it.effect(`is not repeatable: put ${how}`, () =>
      Effect.gen(function* () {
        assert.isTrue(made.repeatable)
        const plan = yield* Plan.planner(undefined)
        const { messages } = yield* plan({ model: "a/b", ticker: "TSLA" }, 0)
        assert.deepStrictEqual(messages, [{ role: "user", content: "Write for TSLA." }])
      }).pipe(Effect.provide(Prompt.layer(prompt)))
    )
  }
})

describe("the messages of a slot", () => {
  it.effect("are made anew each time where the prompt is repeatable, and are not in the slot", () =>
    Effect.gen(function* () {
      const { built, slot } = yield* planned(true)
      assert.lengthOf(built, 1)
      assert.deepStrictEqual(slot.messages, MESSAGES)
      assert.lengthOf(built, 2)
      assert.strictEqual(slot.promptHash, Plan.promptHash(slot.messages))
      assert.isFalse(JSON.stringify(slot).includes("Write for"))
    })
  )

  it.effect("are not in memory either, once the slot is planned", () => {
    setFlagsFromString("--expose-gc")
    const collect: unknown = runInNewContext("gc")
    setFlagsFromString("--no-expose-gc")
    const used = () => {
      if (typeof collect === "function") collect()
      return process.memoryUsage().heapUsed
    }
    const CHARACTERS = 100_000
    const SLOTS = 40
    return Effect.gen(function* () {
      const plan = yield* Plan.planner(undefined)
      const before = used()
      const slots = yield* Effect.forEach(Array.from({ length: SLOTS }), (_, index) =>
        plan({ model: `a/${index}`, ticker: "TSLA" }, index)
      )
      assert.isBelow(used() - before, (CHARACTERS * SLOTS) / 4)
      assert.strictEqual(slots[SLOTS - 1]?.messages[0]?.content.length, CHARACTERS)
    }).pipe(
      Effect.provide(
        Prompt.layer({ repeatable: true, build: ({ model }) => model.padEnd(CHARACTERS, `${model} trades. `) })
      )
    )
  })

  it.effect("are kept where it is not, so that what is sent is what was planned", () =>
    Effect.gen(function* () {
      for (const repeatable of [false, undefined]) {
        const { built, slot } = yield* planned(repeatable)
        assert.deepStrictEqual(slot.messages, MESSAGES)
        assert.deepStrictEqual(slot.messages, MESSAGES)
        assert.lengthOf(built, 1)
      }
    })
  )

  it.effect("are built once for each algorithm by a prompt of one's own, however often the model is asked", () =>
    Effect.gen(function* () {
      for (const resume of [false, true]) {
        const built: Array<string> = []
        // It may read files, or ask a server.
        const build = ({ model, sample }: Prompt.Subject) =>
          Effect.sync(() => {
            built.push(`${model} ${sample}`)
            return `Write as ${model}, ${sample}.`
          })
        const openRouter = api({ "x/1": [http(503), answers({ text: "no module" }), answers(), answers()] })
        yield* Effect.gen(function* () {
          yield* finish(yield* start({ models: ["x/1"], samples: 2, repairs: 1, resume }, { api: openRouter }), 10_000)
        }).pipe(Effect.provide(Layer.merge(Prompt.layer({ build }), MemoryJournal.layer)))
        assert.isAtLeast(openRouter.requests.length, 4)
        assert.deepStrictEqual(built, ["x/1 1", "x/1 2"])
      }
    })
  )

  it.effect("are those of the request where it has a prompt of its own", () =>
    Effect.gen(function* () {
      const { built, slot } = yield* planned(true, { prompt: "Mine.", system: "Yours." })
      assert.deepStrictEqual(slot.messages, [
        { role: "system", content: "Yours." },
        { role: "user", content: "Mine." }
      ])
      assert.lengthOf(built, 0)
    })
  )

  it("are repeatable in the project's own prompt, and in those made of templates", () => {
    assert.isTrue(Prompt.make({}).repeatable)
  })
})
