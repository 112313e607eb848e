/** Any number of requests: taken as there is room, asked, saved and forgotten. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Cause, Chunk, Deferred, Effect, Exit, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { CutOff, DeadlineExceeded } from "../../../src/domain/GenerationError.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Listening from "../../../src/generation/Listening.js"
import type * as Plan from "../../../src/generation/Plan.js"
import * as Progress from "../../../src/generation/Progress.js"
import * as MemoryJournal from "../../../src/storage/journal/Memory.js"
import { after, answers, api, each, fails, type Api, type Store, http, never, store } from "./doubles.js"
import { CEILING, priced, usage, WORST } from "./moneyDoubles.js"
import { diskFull, eventually, journal } from "./resumeDoubles.js"

const request = (model: string, ticker = "AAPL", more: Partial<Plan.Request> = {}): Plan.Request => ({
  model,
  ticker,
  ...more
})

const streaming = <E>(
  options: Generation.ManyOptions<E>,
  doubles: { readonly api: Api; readonly store?: Store },
  onEvent: (event: Progress.Event) => Effect.Effect<void> = () => Effect.void
) =>
  Generation.stream(options).pipe(
    Stream.tap(onEvent),
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray),
    Effect.provide(Layer.merge(doubles.api.layer, (doubles.store ?? store()).layer)),
    Effect.fork
  )

const settled = (events: ReadonlyArray<Progress.Event>) =>
  events.flatMap((event) => (event._tag === "Settled" ? [event.outcome] : []))

const filesOf = (events: ReadonlyArray<Progress.Event>) =>
  settled(events).flatMap(({ file }) => (file._tag === "Some" ? [file.value] : []))

describe("a stream of requests", () => {
  it.effect("settles each, in a folder for its ticker, in the order of its ticker", () =>
    Effect.gen(function* () {
      const script = { "x/1": [after(300, answers())], "x/2": [after(100, answers())], "x/3": [http(404)] }
      const requests = [
        request("x/1", "AAPL"),
        request("x/2", "AAPL"),
        request("x/2", "btc/usd"),
        request("x/3", "BTC/USD")
      ]
      const events = yield* streaming({ requests }, { api: api(script) })
      yield* TestClock.adjust(300)
      const heard = yield* Fiber.join(events)
      deepStrictEqual(
        settled(heard).map(({ index, status, ticker }) => [index, ticker, status]),
        [
          [2, "BTC/USD", "ok"],
          [3, "BTC/USD", "failed"],
          [0, "AAPL", "ok"],
          [1, "AAPL", "ok"]
        ]
      )
      deepStrictEqual(filesOf(heard), [
        "out/BTC_USD/generated_algo_x_2.py",
        "out/AAPL/generated_algo_x_1.py",
        "out/AAPL/generated_algo_x_2.py"
      ])
      deepStrictEqual(heard.at(-1), { _tag: "RunFinished", generated: 3, requested: 4, left: 0 })
    })
  )

  it.effect("fails with a sentence for what is no request, from callers without types", () =>
    Effect.gen(function* () {
      const saidOf = (text: string) =>
        Effect.gen(function* () {
          const openRouter = api({ "x/1": [answers()] })
          // What JavaScript may hand in, TypeScript does not let through.
          const options: Generation.ManyOptions = JSON.parse(text)
          const exit = yield* Effect.exit(Fiber.join(yield* streaming(options, { api: openRouter })))
          const error = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
          return [Option.getOrUndefined(error)?.message, openRouter.requests.length]
        })
      const good = '{"model":"x/1","ticker":"AAPL"}'
      const about = (request: string) => saidOf(`{"requests":[${good},${request}]}`)
      deepStrictEqual(yield* about("null"), ["request 2: it is not an object with 'model' and 'ticker'", 1])
      deepStrictEqual(yield* about('"x/1"'), ["request 2: it is not an object with 'model' and 'ticker'", 1])
      const other = '{"models":["x/1"],"ticker":"AAPL"}'
      deepStrictEqual(yield* about(other), ["request 2: 'model' has to be the id of a model", 1])
      deepStrictEqual(yield* about('{"model":"x/1"}'), ["request 2: 'ticker' has to be a symbol", 1])
      for (const requests of ["7", "{}", "null", '"text"'])
        deepStrictEqual(yield* saidOf(`{"requests":${requests}}`), ["'requests' has to be an iterable or a stream", 0])
    })
  )

  it.effect("finishes what came before an iterator that throws", () =>
    Effect.gen(function* () {
      const throwing = function* () {
        yield request("x/1")
        throw new Error("no more")
      }
      const files = store()
      const reading = yield* streaming({ requests: throwing() }, { api: api({ "x/1": [answers()] }), store: files })
      const error = yield* Effect.flip(Fiber.join(reading))
      assert.match(String(error), /^InvalidRequest: the requests ended in an error: Error: no more/)
      deepStrictEqual(files.saved, ["x/1"])
    })
  )

  it.effect("asks what a request says, in place of the prompt and of the run's instructions", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const own = { prompt: "Write it.", system: "Be brief.", temperature: 0.1 }
      const requests = [request("x/1", "AAPL", own), request("x/1")]
      yield* Fiber.join(yield* streaming({ requests, concurrency: 1, system: "Be kind." }, { api: openRouter }))
      const [first, second] = openRouter.requests
      deepStrictEqual(
        first?.messages.map(({ content, role }) => `${role}: ${content}`),
        ["system: Be brief.", "user: Write it."]
      )
      assert.strictEqual(first?.temperature, 0.1)
      assert.strictEqual(second?.messages[0]?.content, "Be kind.")
      assert.isTrue(second?.messages[1]?.content.startsWith("Write a Python 3.11 module"))
    })
  )

  it.effect("takes a request when there is room for it and not before", () =>
    Effect.gen(function* () {
      let made = 0
      const endless = function* () {
        for (;;) {
          made += 1
          yield request("x/1", "AAPL", { sample: made })
        }
      }
      const openRouter = api({ "x/1": [after(100, answers())] })
      const reading = yield* Generation.stream({ requests: endless(), concurrency: 3 }).pipe(
        Stream.filter(({ _tag }) => _tag === "Settled"),
        Stream.take(6),
        Stream.runDrain,
        Effect.provide(Layer.merge(openRouter.layer, store().layer)),
        Effect.fork
      )
      yield* TestClock.adjust(99)
      assert.strictEqual(openRouter.inFlight().most, 3)
      // Three in flight, and what the steps between hold, one each.
      assert.isBelow(made, 10)
      yield* TestClock.adjust(101)
      yield* Fiber.join(reading)
      assert.strictEqual(openRouter.inFlight().now, 0)
      assert.isBelow(made, 13)
    })
  )

  it.effect("waits for a reader that is far behind", () =>
    Effect.gen(function* () {
      const [outcome] = settled(
        yield* Fiber.join(yield* streaming({ requests: [request("x/1")] }, { api: api({ "x/1": [http(404)] }) }))
      )
      const event = Progress.make.Settled({
        index: 0,
        model: "x/1",
        outcome: outcome ?? assert.fail("nothing settled")
      })
      let taken = 0
      const endless = Listening.stream((emit, room) =>
        Effect.forever(
          Effect.map(room, () => {
            taken += 1
            emit(event)
          })
        )
      )
      const readsOn = yield* Deferred.make<void>()
      const reading = yield* endless.pipe(
        Stream.mapEffect(() => Effect.zipRight(Deferred.await(readsOn), Effect.yieldNow())),
        Stream.take(500),
        Stream.runDrain,
        Effect.fork
      )
      yield* eventually(() => taken >= 2_001)
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      // Two thousand, and the one that the reader has taken.
      assert.strictEqual(taken, 2_001)
      yield* Deferred.succeed(readsOn, undefined)
      yield* Fiber.join(reading)
      assert.isAbove(taken, 2_400)
    })
  )

  it.effect("tells equal requests apart, and their files", () =>
    Effect.gen(function* () {
      const script = each(["x/1"], answers())
      const run = Effect.gen(function* () {
        const openRouter = api(script)
        const requests = [request("x/1"), request("x/1"), request("x/1", "MSFT")]
        const events = yield* Fiber.join(
          yield* streaming({ requests, concurrency: 1, resume: true }, { api: openRouter })
        )
        return { files: filesOf(events), asked: openRouter.requests.length }
      })
      const files = [
        "out/AAPL/generated_algo_x_1.py",
        "out/AAPL/generated_algo_x_1_s2.py",
        "out/MSFT/generated_algo_x_1.py"
      ]
      yield* Effect.gen(function* () {
        deepStrictEqual(yield* run, { files, asked: 3 })
        // Everything is in the journal.
        deepStrictEqual(yield* run, { files, asked: 0 })
      }).pipe(Effect.provide(MemoryJournal.layer))
    })
  )

  it.effect("takes eight answers of the journal at a time, however many requests may be in work", () =>
    Effect.gen(function* () {
      const requests = Array.from({ length: 20 }, (_, n) => request("x/1", `T${n}`))
      const script = { "x/1": [answers()] }
      yield* Fiber.join(yield* streaming({ requests }, { api: api(script) }))
      let generated = 0
      const count = ({ _tag }: Progress.Event) =>
        Effect.sync(() => {
          if (_tag === "Generated") generated += 1
        })
      const doubles = { api: api(script), store: store({ takes: 1000 }) }
      const resumed = yield* streaming({ requests, concurrency: 20, resume: true }, doubles, count)
      yield* TestClock.adjust(999)
      assert.strictEqual(generated, 8)
      yield* TestClock.adjust(1)
      yield* TestClock.adjust(999)
      assert.strictEqual(generated, 16)
      yield* TestClock.adjust(2000)
      assert.strictEqual(settled(yield* Fiber.join(resumed)).length, 20)
      assert.lengthOf(doubles.api.requests, 0)
    }).pipe(Effect.provide(MemoryJournal.layer))
  )

  it.effect("has no deadline by itself, and settles at one that it is given", () =>
    Effect.gen(function* () {
      const script = { "x/1": [answers()], "x/2": [never] }
      const requests = [request("x/1"), request("x/2")]
      const endless = yield* streaming({ requests, requestTimeout: "1 hour" }, { api: api(script) })
      yield* TestClock.adjust("59 minutes")
      assert.isTrue((yield* Fiber.poll(endless))._tag === "None")
      yield* Fiber.interrupt(endless)

      const limited = yield* streaming({ requests, deadline: "10 seconds" }, { api: api(script) })
      yield* TestClock.adjust(9_999)
      assert.isTrue((yield* Fiber.poll(limited))._tag === "None")
      yield* TestClock.adjust(1)
      const [, second] = settled(yield* Fiber.join(limited))
      deepStrictEqual(
        second?.reason._tag === "Some" ? second.reason.value : undefined,
        new DeadlineExceeded({ deadlineMs: 10_000 })
      )
    })
  )
})

describe("a request that makes no sense", () => {
  const wrong = [
    [request(" "), "request 2: a model id is empty"],
    [request("x/2", "AAPL", { sample: 0 }), "request 2: the sample must be a whole number of at least 1, not 0"],
    [request("x/2", "../AAPL"), 'request 2: the ticker "../AAPL" is not a symbol']
  ] as const

  for (const [second, message] of wrong) {
    it.effect(`ends the taking, not what is under way: ${message}`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [after(100, answers())] })
        const heard: Array<Progress.Event> = []
        const requests = [request("x/1"), second, request("x/1")]
        const events = yield* streaming({ requests }, { api: openRouter }, (event) =>
          Effect.sync(() => heard.push(event))
        )
        yield* TestClock.adjust(100)
        const exit = yield* Fiber.await(events)
        assert.isTrue(Exit.isFailure(exit))
        assert.include(JSON.stringify(exit), JSON.stringify(message).slice(1, -1))
        deepStrictEqual(
          settled(heard).map(({ status }) => status),
          ["ok"]
        )
        assert.strictEqual(openRouter.requests.length, 1)
      })
    )
  }

  it.effect("is the failure of the stream that the requests come from, too", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(100, answers())] })
      const files = store()
      const requests = Stream.concat(Stream.make(request("x/1")), Stream.fail("the queue is gone"))
      const events = yield* streaming({ requests }, { api: openRouter, store: files })
      yield* TestClock.adjust(100)
      deepStrictEqual(yield* Fiber.await(events), Exit.fail("the queue is gone"))
      deepStrictEqual(files.saved, ["x/1"])
    })
  )

  it.effect("is found among the limits before anything is sent", () =>
    Effect.gen(function* () {
      const openRouter = api({})
      const files = store()
      const exit = yield* Fiber.await(
        yield* streaming({ requests: [request("x/1")], concurrency: 0 }, { api: openRouter, store: files })
      )
      assert.isTrue(Exit.isFailure(exit))
      assert.isFalse(files.prepared())
    })
  )
})

describe("notes about one of many requests", () => {
  it.effect("name its ticker", () =>
    Effect.gen(function* () {
      const cutOff = fails(new CutOff({ maxCompletionTokens: CEILING }), { usage: usage(WORST) })
      const openRouter = priced({ "x/1": [answers()], "x/2": [cutOff] })
      const requests = [request("x/2", "TSLA"), request("x/1", "AAPL")]
      const events = yield* streaming(
        { requests, concurrency: 1, budget: 0.25, maxCompletionTokens: CEILING, maxRetries: 0 },
        { api: openRouter }
      ).pipe(Effect.provide(journal(() => diskFull).layer))
      deepStrictEqual(
        (yield* Fiber.join(events)).flatMap((event) =>
          event._tag === "Note" ? [/^(.*?) (the answer|is not asked)/.exec(event.message)?.[1] ?? event.message] : []
        ),
        ["TSLA x/2:", "TSLA x/2", "AAPL x/1:"]
      )
    })
  )
})

describe("an account that is refused", () => {
  it.effect("ends all that follow without a request", () =>
    Effect.gen(function* () {
      const openRouter = api(each(["x/1", "x/2"], http(402)))
      const requests = Array.from({ length: 50 }, (_, n) => request(n === 0 ? "x/1" : "x/2", "AAPL", { sample: n + 1 }))
      const events = yield* Fiber.join(
        yield* streaming({ requests, concurrency: 1, maxRetries: 0 }, { api: openRouter })
      )
      assert.isBelow(openRouter.requests.length, 5)
      assert.strictEqual(settled(events).length, 50)
    })
  )
})
