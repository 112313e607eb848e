/** The live table frame by frame, as a terminal shows it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, FastCheck as fc, Fiber, Scope, TestClock } from "effect"
import * as LiveView from "../../../src/cli/view/LiveView.js"
import { Attempt } from "../../../src/domain/Attempt.js"
import { Rejected } from "../../../src/domain/GenerationError.js"
import { make, type Event } from "../../../src/generation/Progress.js"
import { answers, api, never, start } from "../generation/doubles.js"
import { character, times } from "../properties.js"
import * as Emulator from "./emulator.js"

const FRAME = 100

/** A view on a terminal of this size; `show` plays events and lets the next frame come. */
const view = (size: { readonly columns: number; readonly rows: number }, options?: LiveView.Options) =>
  Effect.gen(function* () {
    const emulator = Emulator.make({ ...size })
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const { finish, listener } = yield* LiveView.make(emulator.terminal, options).pipe(Scope.extend(scope))
    const show = (...events: ReadonlyArray<Event>) =>
      Effect.zipRight(
        Effect.forEach(events, (event) => listener({ percent: 0, event })),
        TestClock.adjust(FRAME)
      )
    return { ...emulator, show, finish, close: Scope.close(scope, Exit.void) }
  })

const started = (...models: ReadonlyArray<string>) => make.RunStarted({ ticker: "AAPL", models })
const asked = (index: number) => make.ModelStarted({ index, model: "" })
const writing = (index: number, text: string) => make.Writing({ index, model: "", text, offset: 0 })
const note = (message: string) => make.Note({ message })
const attempt = (message: string) =>
  new Attempt({ number: 1, cause: "first", waitedMs: 0, startedAt: 0, durationMs: 1, outcome: "ServerFailed", message })

describe("the live table", () => {
  it.scoped("has a row for each model that says what happens to it, overwritten in place", () =>
    Effect.gen(function* () {
      const { close, history, screen, show } = yield* view({ columns: 80, rows: 20 })
      yield* show(started("x/short", "x/longer-name", "x/third"))
      deepStrictEqual(screen(), [
        "  x/short        waiting",
        "  x/longer-name  waiting",
        "  x/third        waiting",
        ""
      ])
      yield* show(asked(0), asked(1))
      deepStrictEqual(screen(), [
        "→ x/short        0.1 s  asked",
        "→ x/longer-name  0.1 s  asked",
        "  x/third        waiting",
        ""
      ])
      yield* show(writing(0, "import math\n\ndef execute_trade(ticker):\n"), writing(1, ""), asked(2))
      deepStrictEqual(screen(), [
        "✎ x/short        0.2 s  line 3: def execute_trade(ticker):",
        "✎ x/longer-name  0.2 s  thinking",
        "→ x/third        0.1 s  asked",
        ""
      ])
      yield* show(
        make.Generated({ index: 0, model: "", code: "a\nb\n" }),
        make.Failed({ index: 1, model: "", reason: new Rejected({ status: 400, message: "no", fallbackModels: [] }) }),
        make.Skipped({
          index: 2,
          model: "",
          reason: new Rejected({ status: 400, message: "gone", fallbackModels: [] })
        })
      )
      deepStrictEqual(screen(), [
        "✓ x/short        2 lines",
        "✗ x/longer-name  HTTP 400: no",
        "– x/third        HTTP 400: gone",
        ""
      ])
      yield* show(make.Saved({ index: 0, model: "", path: "generated/a.py" }))
      yield* show(make.SaveFailed({ index: 1, model: "", message: "disk full" }))
      yield* close
      deepStrictEqual(history(), [
        "✓ x/short        generated/a.py",
        "✗ x/longer-name  disk full",
        "– x/third        HTTP 400: gone",
        ""
      ])
    })
  )

  it.scoped("counts the seconds up, and those to the next attempt down", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 80, rows: 20 })
      yield* show(started("x/1"), asked(0))
      yield* show(make.AttemptFailed({ index: 0, model: "", attempt: attempt("HTTP 503"), retryAt: 2_600 }))
      assert.strictEqual(screen()[0], "↻ x/1  0.2 s  HTTP 503; retrying in 2.4 s at the earliest")
      yield* TestClock.adjust(1_400)
      assert.strictEqual(screen()[0], "↻ x/1  1.6 s  HTTP 503; retrying in 1.0 s at the earliest")
      yield* TestClock.adjust(1_400)
      assert.strictEqual(screen()[0], "↻ x/1  3.0 s  HTTP 503; retrying")
      yield* show(writing(0, "x"))
      assert.strictEqual(screen()[0], "✎ x/1  3.1 s  line 1: x")
      const bad = { index: 0, model: "", attempt: attempt("names: no"), retryAt: 3_100 }
      yield* show(make.AttemptFailed({ ...bad, cause: "repair" }))
      assert.strictEqual(screen()[0], "↻ x/1  3.2 s  names: no; asked to correct it")
    })
  )

  it.scoped("numbers the rows of one model", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 80, rows: 20 })
      yield* show(started("x/1", "x/2", "x/1", "x/1"))
      deepStrictEqual(screen(), [
        "  x/1     waiting",
        "  x/2     waiting",
        "  x/1 #2  waiting",
        "  x/1 #3  waiting",
        ""
      ])
    })
  )

  it.scoped("has a row, with its number, for what is asked for in addition", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 80, rows: 20 }, { deadlineMs: 9_000 })
      yield* show(started("x/1", "x/1"))
      assert.match(screen().join(), /0 of 2 done/)
      yield* show(make.SlotAdded({ index: 2, model: "x/1", ticker: "AAPL", sample: 3 }))
      yield* show(make.SlotAdded({ index: 3, model: "x/1", ticker: "AAPL", sample: 4 }), asked(3))
      deepStrictEqual(screen().slice(0, 4), [
        "  x/1     waiting",
        "  x/1 #2  waiting",
        "  x/1 #3  waiting",
        "→ x/1 #4  0.1 s  asked"
      ])
      assert.match(screen().join(), /0 of 4 done/)
    })
  )

  it.scoped("says that the first module is there, and begins anew with each round", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 80, rows: 20 })
      yield* show(started("x/1"), asked(0), writing(0, "a\nb\nc"))
      yield* show(make.RoundPlayed({ index: 0, model: "x/1", round: 0, result: "first", choice: 0.01 }))
      assert.strictEqual(screen()[0], "↻ x/1  0.2 s  a first module (+1.00 %)")
      yield* show(writing(0, "d"))
      assert.strictEqual(screen()[0], "✎ x/1  0.3 s  line 1: d")
    })
  )

  it.scoped("has notes above it, in their order, which scroll away while it stays", () =>
    Effect.gen(function* () {
      const { cursor, history, screen, show } = yield* view({ columns: 40, rows: 6 })
      yield* show(started("x/1", "x/2"), note("first"))
      deepStrictEqual(screen(), ["first", "  x/1  waiting", "  x/2  waiting", ""])
      yield* show(note("second"), asked(0), note("third"))
      deepStrictEqual(screen(), ["first", "second", "third", "→ x/1  0.1 s  asked", "  x/2  waiting", ""])
      yield* show(note("fourth"), note("fifth"))
      deepStrictEqual(screen(), ["third", "fourth", "fifth", "→ x/1  0.2 s  asked", "  x/2  waiting", ""])
      deepStrictEqual(history().slice(0, 2), ["first", "second"])
      deepStrictEqual(cursor(), { row: 5, column: 0, visible: false })
    })
  )

  it.scoped("has notes in full, wrapped between words, with the table below them", () =>
    Effect.gen(function* () {
      const { history, show, wraps } = yield* view({ columns: 20, rows: 6 })
      yield* show(started("x/1", "x/2"), note("n".repeat(50)), note("買".repeat(15)), note("e".repeat(20)))
      deepStrictEqual(history(), [
        "n".repeat(19),
        `    ${"n".repeat(15)}`,
        `    ${"n".repeat(15)}`,
        "    n",
        "買".repeat(9),
        `    ${"買".repeat(6)}`,
        "e".repeat(19),
        "    e",
        "  x/1  waiting",
        "  x/2  waiting",
        ""
      ])
      yield* show(note("the journal does not fit on the disk"), asked(0))
      deepStrictEqual(history().slice(-6), [
        "the journal does",
        "    not fit on the",
        "    disk",
        "→ x/1  0.1 s  asked",
        "  x/2  waiting",
        ""
      ])
      assert.strictEqual(wraps(), 0)
    })
  )

  it.scoped("cuts every line to the width, wide characters and marks counted as a terminal counts them", () =>
    Effect.gen(function* () {
      const { resize, screen, show, widths, wraps } = yield* view({ columns: 24, rows: 10 })
      yield* show(started("模型/一", "x/é"), asked(0))
      deepStrictEqual(screen().slice(0, 2), ["→ 模型/一  0.1 s  asked", "  x/é      waiting"])
      yield* show(writing(0, "買買買買買"), writing(1, "a long line that does not fit"))
      deepStrictEqual(screen(), ["✎ 模型/一  0.2 s  line…", "✎ x/é      line 1: a l…", ""])
      resize(20)
      yield* show(writing(0, "x"))
      deepStrictEqual(screen(), ["✎ 模型/一  0.3 s  …", "✎ x/é      line 1:…", ""])
      assert.isAtMost(Math.max(...widths()), 19)
      assert.strictEqual(wraps(), 0)
    })
  )

  it.scoped("lets no control character through, whoever wrote it", () =>
    Effect.gen(function* () {
      const evil = "\x1b[2J\x1b]0;title\x07\r\x9b31m\u202eevil\u200b\u2028\x00"
      const { history, show } = yield* view({ columns: 80, rows: 10 })
      yield* show(started(`x/${evil}`), asked(0), note(evil))
      yield* show(writing(0, evil), make.AttemptFailed({ index: 0, model: "", attempt: attempt(evil), retryAt: 9 }))
      yield* show(make.Saved({ index: 0, model: "", path: evil }))
      assert.include(history().join("\n"), "evil")
    })
  )

  it.scoped("stays in place whatever models write, and however wide the terminal is", () =>
    Effect.gen(function* () {
      const wide = fc.string({ unit: fc.constantFrom("a", "買", "é", "🐍", " ", "\n", "\t", "\u001b") })
      const cases = fc.record({
        columns: fc.integer({ min: 2, max: 60 }),
        model: wide,
        texts: fc.array(wide, { maxLength: 4 })
      })
      const placed = ({ columns, model, texts }: typeof cases extends fc.Arbitrary<infer A> ? A : never) =>
        Effect.gen(function* () {
          const { close, cursor, history, show, widths, wraps } = yield* view({ columns, rows: 12 })
          yield* show(started(model, "x/2"), ...texts.map((each) => writing(0, each)))
          yield* close
          assert.strictEqual(wraps(), 0)
          assert.isBelow(Math.max(...widths()), columns)
          assert.strictEqual(history().length, 3)
          assert.strictEqual(cursor().column, 0)
        })
      yield* Effect.forEach(fc.sample(cases, times(15)), (each) => Effect.scoped(placed(each)))
      // Any other text must at least be no command.
      const harmless = (text: string) =>
        Effect.flatMap(view({ columns: 30, rows: 12 }), ({ show }) => show(started(text), writing(0, text), note(text)))
      yield* Effect.forEach(fc.sample(fc.string({ unit: character, maxLength: 60 }), times(15)), (text) =>
        Effect.scoped(harmless(text))
      )
    })
  )

  it.scoped("gives way to the final table in its place, and is not drawn again", () =>
    Effect.gen(function* () {
      const options = { deadlineMs: 400_000, spent: Effect.succeed(0.25) }
      const { close, cursor, finish, history, screen, show } = yield* view({ columns: 60, rows: 20 }, options)
      yield* show(started("x/1", "x/2"), asked(0), note("a note"))
      deepStrictEqual(screen(), [
        "a note",
        "→ x/1  0.1 s  asked",
        "  x/2  waiting",
        "0 of 2 done, 0.1 of 400 s, $0.2500 so far",
        ""
      ])
      yield* finish(["✓ x/1  ok", "✗ x/2", "    a reason"])
      yield* show(note("too late"))
      yield* close
      deepStrictEqual(history(), ["a note", "✓ x/1  ok", "✗ x/2", "    a reason", ""])
      deepStrictEqual(cursor(), { row: 4, column: 0, visible: true })
    })
  )

  it.scoped("leaves out of the line about the run what does not fit", () =>
    Effect.gen(function* () {
      const options = { deadlineMs: 400_000, spent: Effect.succeed(0.25) }
      const { screen, show } = yield* view({ columns: 40, rows: 20 }, options)
      yield* show(started("x/1"))
      assert.strictEqual(screen().at(-2), "0 of 1 done, 0.1 of 400 s")
    })
  )

  it.scoped("stays in its place on a terminal that becomes narrower or wider meanwhile", () =>
    Effect.gen(function* () {
      const { close, finish, history, reflow, resize, show } = yield* view({ columns: 60, rows: 20 })
      yield* show(started("x/1", "x/2"), note("above"), writing(0, "y".repeat(80)), writing(1, "z"))
      reflow(25)
      yield* show()
      deepStrictEqual(history(), ["above", "✎ x/1  line 1: yyyyyyyy…", "✎ x/2  line 1: z", ""])
      resize(60)
      yield* show()
      yield* finish(["one", "two"])
      yield* close
      deepStrictEqual(history(), ["above", "one", "two", ""])
    })
  )

  it.scoped("shows the end of a table that a lower terminal has no room for", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 60, rows: 4 })
      yield* show(started("x/1", "x/2", "x/3", "x/4", "x/5"))
      deepStrictEqual(screen(), ["  x/3  waiting", "  x/4  waiting", "  x/5  waiting", ""])
    })
  )

  it.scoped("has paths shortened in the middle", () =>
    Effect.gen(function* () {
      const { screen, show } = yield* view({ columns: 40, rows: 10 })
      yield* show(started("x/1"), make.Saved({ index: 0, model: "", path: "generated/generated_algo_x_y_z_1.py" }))
      assert.strictEqual(screen()[0], "✓ x/1  generated/…_algo_x_y_z_1.py")
    })
  )

  it.scoped("takes a terminal that says 0 columns for one of 80", () =>
    Effect.gen(function* () {
      const { screen, terminal } = Emulator.make({ columns: 80, rows: 20 })
      const { listener } = yield* LiveView.make(
        { rows: 20, columns: 0, write: terminal.write },
        { deadlineMs: 400_000 }
      )
      yield* listener({ percent: 0, event: started("x/1", "x/2") })
      yield* listener({ percent: 0, event: writing(0, "y".repeat(100)) })
      yield* TestClock.adjust(10 * FRAME)
      deepStrictEqual(screen(), [
        `✎ x/1  line 1: ${"y".repeat(63)}…`,
        "  x/2  waiting",
        "0 of 2 done, 1.0 of 400 s, about 25 tokens/s",
        ""
      ])
    })
  )

  it.scoped("is drawn ten times a second, each frame in one piece", () =>
    Effect.gen(function* () {
      const { show, writes } = yield* view({ columns: 40, rows: 10 })
      yield* show(started("x/1"))
      const before = writes.length
      yield* TestClock.adjust(1_000)
      assert.strictEqual(writes.length - before, 10)
      for (const frame of writes.slice(before)) {
        assert.isTrue(frame.startsWith("\x1b[?2026h\x1b[1A\r") && frame.endsWith("\x1b[?2026l"), JSON.stringify(frame))
      }
    })
  )
})

describe("the cursor", () => {
  it.scoped("is hidden while the table is drawn, and shown again below it", () =>
    Effect.gen(function* () {
      const { close, cursor, show } = yield* view({ columns: 40, rows: 10 })
      assert.isTrue(cursor().visible)
      yield* show(started("x/1", "x/2"))
      deepStrictEqual(cursor(), { row: 2, column: 0, visible: false })
      yield* close
      deepStrictEqual(cursor(), { row: 2, column: 0, visible: true })
    })
  )

  it.scoped("is shown again when the run is interrupted, and the table is left as it ended", () =>
    Effect.gen(function* () {
      const { cursor, screen, terminal } = Emulator.make({ columns: 60, rows: 10 })
      const ready = yield* Deferred.make<Fiber.RuntimeFiber<unknown, unknown>>()
      const run = yield* Effect.gen(function* () {
        const { listener: onProgress } = yield* LiveView.make(terminal)
        const { fiber } = yield* start(
          { models: ["x/1", "x/2"], onProgress },
          {
            api: api({ "x/1": [answers()], "x/2": [never] })
          }
        )
        yield* Deferred.succeed(ready, fiber)
        yield* Fiber.join(fiber)
      }).pipe(Effect.scoped, Effect.fork)
      yield* Deferred.await(ready)
      yield* TestClock.adjust(1_000)
      deepStrictEqual(screen(), ["✓ x/1  out/generated_algo_x_1.py", "→ x/2  1.0 s  asked", ""])
      assert.isFalse(cursor().visible)
      yield* Fiber.interrupt(yield* Deferred.await(ready))
      yield* Fiber.await(run)
      deepStrictEqual(screen(), ["✓ x/1  out/generated_algo_x_1.py", "✗ x/2  the run was interrupted", ""])
      assert.isTrue(cursor().visible)
    })
  )

  it.scoped("is shown again when the process ends, and by nobody once the run is over", () =>
    Effect.gen(function* () {
      const listeners = process.listenerCount("exit")
      const { close, show } = yield* view({ columns: 40, rows: 10 })
      yield* show(started("x/1"))
      assert.strictEqual(process.listenerCount("exit"), listeners + 1)
      yield* close
      assert.strictEqual(process.listenerCount("exit"), listeners)
    })
  )
})

describe("there is room for a live table", () => {
  const terminal = { isTTY: true, rows: 8 }

  it("on a terminal with a line to spare above and below", () => {
    assert.isTrue(LiveView.fits(terminal, {}, 6))
    assert.isTrue(LiveView.fits(terminal, { TERM: "xterm-256color", CI: "" }, 1))
    assert.isFalse(LiveView.fits(terminal, {}, 7))
  })

  it("neither in a file, nor in continuous integration, nor on a terminal that knows no sequences", () => {
    assert.isFalse(LiveView.fits({ ...terminal, isTTY: false }, {}, 1))
    assert.isFalse(LiveView.fits(terminal, { CI: "true" }, 1))
    assert.isFalse(LiveView.fits(terminal, { TERM: "dumb" }, 1))
    assert.isFalse(LiveView.fits({ ...terminal, rows: 0 }, {}, 1))
  })
})
