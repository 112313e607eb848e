/** A client that submits a batch and follows it, on a database that answers by script. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, DateTime, Effect, Fiber, Option, Schema, Stream, TestClock } from "effect"
import * as Trial from "../../../src/code/trial/Trial.js"
import { Algorithm } from "../../../src/domain/Algorithm.js"
import { ModelUnavailable, ServerFailed, type Reason } from "../../../src/domain/GenerationError.js"
import * as Asking from "../../../src/durable/Asking.js"
import * as Client from "../../../src/durable/Client.js"
import * as Job from "../../../src/durable/Job.js"
import type { Event } from "../../../src/generation/Progress.js"
import type { Outcome } from "../../../src/generation/Report.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import { AlgorithmStore, StoreError, type Service } from "../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../src/storage/WriteFailure.js"
import { postgres } from "./databases.js"

const request = (index: number) => ({ model: `a/${index}`, ticker: "AAPL", sample: 1 })
const failed = (index: number, reason: Reason): Outcome =>
  Asking.failed({ index, request: request(index), messages: [] }, reason)
const ok = (index: number): Outcome => ({
  ...failed(index, new ServerFailed({ status: 500, message: "x" })),
  status: "ok",
  reason: Option.none(),
  algorithm: Option.some(
    new Algorithm({
      model: `a/${index}`,
      ticker: "AAPL",
      code: "pass\n",
      promptHash: "abc",
      generatedAt: DateTime.unsafeMake(0)
    })
  )
})

const encode = Schema.encodeSync(Job.OutcomeJson)

interface Found {
  /** The model of the first job that is there. */
  readonly stored?: string | undefined
  readonly twins?: ReadonlyArray<string> | undefined
  /** The batch's deadline, once it has passed. */
  readonly lasted?: number | undefined
}

const scene = (
  outcomes: ReadonlyArray<Outcome>,
  options: Partial<Client.Options<string>> = {},
  workers = 1,
  { lasted, stored = "a/0", twins = [] }: Found = {},
  over: Partial<Service> = {}
) =>
  Effect.gen(function* () {
    const log: Array<string> = []
    let rows: ReadonlyArray<Outcome> = []
    const database = postgres(log, (text) => {
      if (text.includes("SELECT cancelled")) return [{ cancelled: 0 }]
      if (text.includes("AS lasted")) return lasted === undefined ? [] : [{ lasted }]
      if (text.includes("AS count")) return [{ count: workers }]
      if (text.startsWith("SELECT b.name")) return twins.map((name) => ({ name }))
      if (text.includes("request, prompt") && stored !== "a/0")
        return [{ index: 0, request: JSON.stringify({ ...request(0), model: stored }), prompt: "" }]
      const isRequest = text.includes("NULL AS messages")
      if (!text.includes("LEFT JOIN algogen_prompts") && !isRequest) return []
      const [from = 0] =
        log
          .at(-1)
          ?.match(/(?<=\["b",)\d+/)
          ?.map(Number) ?? []
      return (isRequest ? outcomes : rows)
        .filter(({ index }) => index >= from)
        .map((outcome) => ({
          index: outcome.index,
          request: JSON.stringify(request(outcome.index)),
          messages: null,
          outcome: isRequest ? null : encode(outcome)
        }))
    })
    const events: Array<Event> = []
    const saved: Array<string> = []
    const store = AlgorithmStore.of({
      prepare: Effect.sync(() => void saved.push("prepared")),
      save: (name, { model }) =>
        model === "a/3"
          ? new StoreError({ path: `out/${name}`, reason: diskFull("ENOSPC") })
          : Effect.sync(() => {
              saved.push(name)
              return `out/${name}`
            }),
      flush: Effect.sync(() => void saved.push("flushed")),
      ...over
    })
    const fiber = yield* Client.generate<string, never>({
      batch: "b",
      requests: outcomes.map(({ index }) => request(index)),
      ...options
    }).pipe(
      Stream.runForEach((event) => Effect.sync(() => void events.push(event))),
      Effect.provide(database),
      Effect.provideService(AlgorithmStore, store),
      Effect.fork
    )
    const show = (some: ReadonlyArray<Outcome>) =>
      Effect.sync(() => {
        rows = some
      })
    return { events, fiber, log, saved, show }
  })

const told = (events: ReadonlyArray<Event>) =>
  events.map((event) => {
    const more =
      event._tag === "Settled"
        ? ` ${event.outcome.status} ${Option.getOrElse(event.outcome.file, () => "no file")}`
        : event._tag === "RunFinished"
          ? ` ${event.generated} of ${event.requested}, ${event.left} left`
          : event._tag === "Note"
            ? ` ${event.message}`
            : ""
    return `${"index" in event ? `${event.index} ` : ""}${event._tag}${more}`
  })

describe("a client", () => {
  it.effect("saves what comes, and tells of it as a run does", () =>
    Effect.gen(function* () {
      const outcomes = [
        ok(0),
        failed(1, new ServerFailed({ status: 503, message: "busy" })),
        failed(2, new ModelUnavailable({ message: "gone" })),
        ok(3)
      ]
      const { events, fiber, saved, show } = yield* scene(outcomes)
      yield* show(outcomes.slice(0, 1))
      yield* TestClock.adjust("10 seconds")
      assert.isNull(fiber.unsafePoll())
      deepStrictEqual(told(events), ["0 Generated", "0 Saved", `0 Settled ok out/${saved[1]}`])
      yield* show(outcomes)
      yield* TestClock.adjust("250 millis")
      yield* Fiber.join(fiber)
      deepStrictEqual(told(events.slice(3)), [
        "1 Failed",
        "1 Settled failed no file",
        "2 Skipped",
        "2 Settled skipped no file",
        "3 Generated",
        "3 SaveFailed",
        "3 Settled failed no file",
        "RunFinished 2 of 4, 0 left"
      ])
      deepStrictEqual([saved[0], saved.length, saved.at(-1)], ["prepared", 3, "flushed"])
    })
  )

  it.effect("tells of a score with the algorithm that has it", () =>
    Effect.gen(function* () {
      const exam = Exam.madeUp()
      const orders = exam.papers.map(() => [0, 5])
      const passed = { interpreter: "python3 3.11.7", ticks: 300, sandboxed: true, durationMs: 12 }
      const score = Grading.score(exam, orders)
      const outcomes = [{ ...ok(0), trial: Option.some(new Trial.Passed({ ...passed, score })) }]
      const { events, fiber, show } = yield* scene(outcomes)
      yield* show(outcomes)
      yield* TestClock.adjust("250 millis")
      yield* Fiber.join(fiber)
      deepStrictEqual(
        events.flatMap((event) => (event._tag === "Generated" ? [event.score] : [])),
        [score]
      )
    })
  )

  it.effect("looks every 250 ms, and says after 20 looks that there is no worker", () =>
    Effect.gen(function* () {
      const outcomes = [failed(0, new ServerFailed({ status: 503, message: "busy" }))]
      for (const [workers, notes] of [
        [0, 1],
        [1, 0]
      ] as const) {
        const { events, fiber, log, show } = yield* scene(outcomes, {}, workers)
        const looks = () => log.filter((line) => line.includes("LEFT JOIN algogen_prompts")).length
        yield* TestClock.adjust(1)
        const before = looks()
        yield* TestClock.adjust(248)
        deepStrictEqual(looks(), before)
        yield* TestClock.adjust(1)
        deepStrictEqual(looks(), before + 1)
        yield* TestClock.adjust("4 seconds")
        deepStrictEqual(told(events), [])
        yield* TestClock.adjust("2 seconds")
        deepStrictEqual(events.length, notes)
        if (notes === 1)
          assert.match(
            told(events).join(" "),
            /^Note No worker is running on this database; start one with algogen worker and the same --db, /
          )
        yield* show(outcomes)
        yield* TestClock.adjust(250)
        yield* Fiber.join(fiber)
      }
    })
  )

  it.effect("ends where the batch's deadline has passed and no worker is there to say so", () =>
    Effect.gen(function* () {
      const outcomes = [0, 1, 2].map((index) => failed(index, new ServerFailed({ status: 503, message: "busy" })))
      const alone = yield* scene(outcomes, {}, 0, { lasted: 5_000.2 })
      yield* alone.show(outcomes.slice(0, 1))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(alone.fiber)
      deepStrictEqual(told(alone.events).slice(2), [
        "Note No worker is running on this database, and the deadline has passed: 2 jobs are not asked for any more. They stay in the database until a worker marks them as too late, or algogen cancel with the same --db and --batch b.",
        "1 Failed",
        "1 Settled failed no file",
        "2 Failed",
        "2 Settled failed no file",
        "RunFinished 0 of 3, 2 left"
      ])
      const late = alone.events.flatMap((event) => (event._tag === "Failed" ? [event.reason.message] : [])).at(-1)
      strictEqual(late, "the run's deadline of 5 s has passed")
      const followed = yield* scene(outcomes, {}, 1, { lasted: 5_000 })
      yield* TestClock.adjust("10 seconds")
      assert.isNull(followed.fiber.unsafePoll())
      yield* followed.show(outcomes)
      yield* TestClock.adjust(250)
      yield* Fiber.join(followed.fiber)
      strictEqual(told(followed.events).at(-1), "RunFinished 0 of 3, 0 left")
    })
  )

  it.effect("submits 500 at once, with what each is asked, and closes the batch", () =>
    Effect.gen(function* () {
      const outcomes = Array.from({ length: 501 }, (_, n) =>
        failed(n, new ServerFailed({ status: 503, message: "busy" }))
      )
      const { fiber, log } = yield* scene(outcomes, { budget: 2, system: "be brief", temperature: 0.5 })
      yield* TestClock.adjust("2 seconds")
      const added = log.filter((line) => line.startsWith("INSERT INTO algogen_jobs"))
      deepStrictEqual(
        added.map((line) => (line.match(/NOW/g) ?? []).length),
        [500, 1]
      )
      assert.include(added[1] ?? "", '["b",500,"{\\"model\\":\\"a/500\\",\\"ticker\\":\\"AAPL\\",\\"sample\\":1')
      assert.include(
        log.find((line) => line.startsWith("INSERT INTO algogen_prompts")) ?? "",
        '{\\"role\\":\\"system\\",\\"content\\":\\"be brief\\"}'
      )
      assert.include(
        log.find((line) => line.startsWith("INSERT INTO algogen_batches")) ?? "",
        '{\\"temperature\\":0.5}'
      )
      // Before anything may be asked that it does not pay for.
      const budgets = log.flatMap((line, at) =>
        line.includes("SET budget = $1") && line.endsWith('[2,"b"]') ? [at] : []
      )
      assert.strictEqual(budgets.length, 1)
      assert.isBelow(budgets[0] ?? 0, log.indexOf(added[0] ?? ""))
      assert.isTrue(
        log.some((line) => line.startsWith("UPDATE algogen_batches SET total") && line.endsWith('[501,"b",501]'))
      )
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("adds nothing to a batch that it only follows", () =>
    Effect.gen(function* () {
      const outcomes = [
        failed(0, new ServerFailed({ status: 503, message: "busy" })),
        failed(1, new ServerFailed({ status: 503, message: "busy" }))
      ]
      for (const again of [false, true]) {
        const { fiber, log, show } = yield* scene(outcomes, { attach: true, again, budget: 3 })
        yield* show(outcomes)
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(fiber)
        assert.isFalse(log.some((line) => line.startsWith("INSERT")))
        assert.strictEqual(
          log.filter((line) => line.includes("SET state = 'queued', attempt = attempt + 1")).length,
          again ? 1 : 0
        )
        assert.strictEqual(log.filter((line) => line.includes("SET budget = $1")).length, 1)
      }
    })
  )

  it.effect("gives its notes once the database has taken the first jobs, and none where it refuses them", () =>
    Effect.gen(function* () {
      const outcomes = Array.from({ length: 501 }, (_, n) =>
        failed(n, new ServerFailed({ status: 503, message: "busy" }))
      )
      const accepted = (twin: string | undefined) => [`taken beside ${twin}`]
      const events = (options: Partial<Client.Options<string>>, twins?: ReadonlyArray<string>, stored = "a/0") =>
        Effect.gen(function* () {
          const { events, fiber } = yield* scene(outcomes, { accepted, ...options }, 1, { stored, twins })
          yield* TestClock.adjust("2 seconds")
          yield* Fiber.interrupt(fiber)
          return told(events)
        })
      deepStrictEqual(yield* events({}, ["old"]), ["Note taken beside undefined"])
      deepStrictEqual(yield* events({ total: 501 }), ["Note taken beside undefined"])
      deepStrictEqual(yield* events({ total: 501 }, ["old"]), ["Note taken beside old"])
      deepStrictEqual(yield* events({ total: 501, attach: true }, ["old"]), ["Note taken beside undefined"])
      deepStrictEqual(yield* events({ total: 501 }, ["old"], "other"), [])
      deepStrictEqual(yield* events({ total: 501, batch: "no name" }, ["old"]), [])
    })
  )

  it.effect("has no rounds, and says so before anything is submitted", () =>
    Effect.gen(function* () {
      const { fiber, log } = yield* scene([ok(0)], { rounds: 1 })
      yield* TestClock.adjust(250)
      const exit = Option.getOrThrow(yield* Fiber.poll(fiber))
      strictEqual(
        String(yield* Effect.flip(exit)),
        "InvalidRequest: a batch has no rounds: leave them out, or ask without a database, with Generation.stream"
      )
      assert.isFalse(log.some((words) => words.startsWith("INSERT")))
    })
  )

  it.effect("puts back what failed when it submits again", () =>
    Effect.gen(function* () {
      for (const again of [false, true]) {
        const { fiber, log } = yield* scene([ok(0)], { again })
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(
          log.filter((line) => line.includes("SET state = 'queued', attempt = attempt + 1")).length,
          again ? 1 : 0
        )
        yield* Fiber.interrupt(fiber)
      }
    })
  )

  it.effect("names the request that is wrong, and fails with its source", () =>
    Effect.gen(function* () {
      const wrong = yield* scene([], { requests: [request(0), { ...request(1), ticker: "a b" }] })
      yield* TestClock.adjust("2 seconds")
      const error = yield* Effect.flip(Fiber.join(wrong.fiber))
      assert.match(
        String(typeof error === "string" ? error : error.message),
        /^request 2: the ticker "a b" is not a symbol/
      )
      const broken = yield* scene([], { requests: Stream.fail("no more") })
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Effect.flip(Fiber.join(broken.fiber)), "no more")
      const limits = yield* scene([], { requests: [request(0)], maxRetries: -1 })
      yield* TestClock.adjust("2 seconds")
      const complaint = yield* Effect.flip(Fiber.join(limits.fiber))
      assert.include(String(typeof complaint === "string" ? complaint : complaint.message), "the retries must be")
    })
  )

  it.effect("reads what a batch asks page by page", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const pages = [[0, 1], [2], []]
      const database = postgres(log, (text) => {
        if (text.includes("SELECT total")) return [{ total: 3, jobs: 3 }]
        return text.includes("NULL AS messages")
          ? (pages.shift() ?? []).map((index) => ({
              index,
              request: JSON.stringify(request(index)),
              messages: null,
              outcome: null
            }))
          : []
      })
      const { requests, total } = yield* Effect.provide(Client.requests("b"), database)
      deepStrictEqual(
        Chunk.toReadonlyArray(yield* Stream.runCollect(requests)).map(({ model }) => model),
        ["a/0", "a/1", "a/2"]
      )
      deepStrictEqual(
        [total, log.flatMap((line) => (line.includes("idx >=") ? (line.match(/\d+(?=\]$)/) ?? []) : []))],
        [3, ["0", "2", "3"]]
      )
    })
  )
})

describe("a client whose store", () => {
  const late = (event: Event) => (event._tag === "SaveFailed" ? [event.message] : [])
  const follow = (over: Partial<Service>) =>
    Effect.gen(function* () {
      const outcomes = [ok(0), ok(1), ok(2)]
      const made = yield* scene(outcomes, {}, 1, {}, over)
      yield* made.show(outcomes)
      return made
    })

  for (const [how, save] of [
    ["hangs", Effect.never],
    ["hangs where nothing interrupts it", Effect.uninterruptible(Effect.never)]
  ] as const) {
    it.effect(`${how} waits 30 s for the first file, and a moment for the others`, () =>
      Effect.gen(function* () {
        const { events, fiber } = yield* follow({ save: () => save })
        // It looks for outcomes every 250 ms.
        yield* TestClock.adjust(250)
        yield* TestClock.adjust(29_749)
        deepStrictEqual(events.flatMap(late), [])
        yield* TestClock.adjust(251)
        const [first = "", ...second] = events.flatMap(late)
        deepStrictEqual(second, [])
        // One after the other, 2 s each.
        yield* TestClock.adjust(4_000)
        const [, ...others] = events.flatMap(late)
        assert.match(
          first,
          / was not saved: the store did not answer within 30 s; check that the store can be reached$/
        )
        assert.lengthOf(others, 2)
        yield* TestClock.adjust(100)
        yield* Fiber.join(fiber)
        strictEqual(told(events).at(-1), "RunFinished 3 of 3, 0 left")
      })
    )

    it.effect(`${how} can be interrupted within 30 s`, () =>
      Effect.gen(function* () {
        const { fiber } = yield* follow({ save: () => save })
        yield* TestClock.adjust(10_000)
        const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust(20_250)
        assert.isNotNull(interrupting.unsafePoll())
      })
    )
  }

  const boom = () => {
    throw new Error("boom")
  }
  for (const [how, save] of [
    ["throws", boom],
    ["dies", () => Effect.die("boom")],
    ["is interrupted from inside", () => Effect.interrupt]
  ] as const) {
    it.effect(`${how} loses that file and no other`, () =>
      Effect.gen(function* () {
        const { events, fiber } = yield* follow({
          save: (name, { model }) => (model === "a/1" ? save() : Effect.succeed(name))
        })
        yield* TestClock.adjust(250)
        yield* Fiber.join(fiber)
        assert.match(events.flatMap(late).join(), / was not saved: the store itself failed \(/)
        assert.lengthOf(
          events.filter(({ _tag }) => _tag === "Saved"),
          2
        )
      })
    )
  }

  for (const [how, flush] of [
    ["hangs", Effect.never],
    ["dies", Effect.die("boom")]
  ] as const) {
    it.effect(`${how} as it is flushed ends within 30 s`, () =>
      Effect.gen(function* () {
        const { events, fiber } = yield* follow({ flush })
        yield* TestClock.adjust(30_250)
        yield* Fiber.join(fiber)
        strictEqual(told(events).at(-1), "RunFinished 3 of 3, 0 left")
      })
    )
  }

  it.effect("hangs before anything is submitted fails after 30 s", () =>
    Effect.gen(function* () {
      const { fiber, log } = yield* follow({ prepare: Effect.never })
      yield* TestClock.adjust(29_999)
      assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust(1)
      const failure = yield* Effect.flip(Fiber.join(fiber))
      assert.match(
        String(failure),
        /algorithms cannot be saved: the store did not answer within 30 s; check that the store can be reached/
      )
      deepStrictEqual(log, [])
    })
  )
})
