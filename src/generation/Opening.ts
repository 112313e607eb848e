/** What a run needs before it asks: the store, the limits, the journal, and a place for what comes of it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Connections from "../api/Connections.js"
import { OpenRouter, type Service } from "../api/OpenRouter.js"
import * as Trial from "../code/trial/Trial.js"
import * as FlowControl from "../flow/FlowControl.js"
import { AlgorithmStore } from "../storage/AlgorithmStore.js"
import * as Now from "../telemetry/Now.js"
import * as Bookkeeping from "./Bookkeeping.js"
import * as Budget from "./Budget.js"
import { contained } from "./Contained.js"
import * as Generator from "./Generator.js"
import * as Guarded from "./Guarded.js"
import * as Intake from "./Intake.js"
import * as Judging from "./Judging.js"
import * as Lanes from "./Lanes.js"
import type { Manner } from "./Options.js"
import type * as Plan from "./Plan.js"
import type { Emit } from "./Progress.js"
import * as Report from "./Report.js"
import * as Rounds from "./Rounds.js"
import * as Sense from "./Sense.js"
import * as Settling from "./Settling.js"
import * as Verdict from "./Verdict.js"

interface Listener {
  readonly emit: Emit
  /** Files of each ticker lie in a folder of its own. */
  readonly byTicker: boolean
  /** Called for each outcome once it is saved. */
  readonly onSaved?: ((outcome: Report.Outcome) => void) | undefined
}

/** By then the first requests are sent, and the first answers are still being written. */
const WARM_UP_AFTER = Duration.millis(40)

/** Without a trial, rounds would be found to be impossible when the first answers are paid for. */
const NO_TRIAL =
  "rounds need a trial whose exam has rounds: provide one, such as PythonTrial.layer({ exam }), with an exam of Exam.examiner(series, { rounds: true })"

/** A convenience: begun before anything is sent, and not waited for. Where it does not work, requests wait for their connections. */
const reserving = (server: Service, requests: number) => {
  const room = Effect.suspend(() => Connections.reserve(server, requests))
  const passedOver = (why: string) => Effect.logDebug(`the client reserved no connections: ${why}`)
  const begun = Effect.forkDaemon(Effect.interruptible(contained(passedOver)(room)))
  return Effect.zipRight(Effect.acquireRelease(begun, Fiber.interruptFork), Effect.yieldNow())
}

const opening = Effect.fnUntraced(function* (
  options: Plan.Limits & Manner,
  { concurrency, deadline, goesOn }: Plan.Bounds,
  jobs: number,
  { byTicker, emit, onSaved = () => undefined }: Listener
) {
  const trial = yield* Effect.serviceOption(Trial.Trial)
  yield* Sense.check([[options.rounds === undefined || options.rounds === 0 || Option.isSome(trial), NO_TRIAL]])
  yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
  const startedAt = yield* Now.millis
  yield* reserving(yield* OpenRouter, concurrency)
  const flow = yield* FlowControl.current
  const verdict = Verdict.make()
  const inWork = Lanes.make(concurrency)
  const conditions = {
    ...options,
    emit,
    byTicker,
    lanes: inWork,
    endsAt: startedAt + Duration.toMillis(deadline),
    deadlineMs: Duration.toMillis(deadline),
    verdict,
    budget: options.budget === undefined ? undefined : yield* Budget.make(options.budget),
    admit: yield* flow.join({ jobs, concurrency, isDefault: options.concurrency === undefined })
  }
  const { generate: toItsEnd, ...sending } = yield* Generator.make(conditions)
  const scope = yield* Effect.scope
  const warmUp = Effect.forkIn(Effect.delay(Judging.warmUp, WARM_UP_AFTER), scope)
  let isFirst = true
  const generate: typeof toItsEnd = (task) => {
    if (!isFirst) return toItsEnd(task)
    isFirst = false
    return Effect.zipRight(warmUp, toItsEnd(task))
  }
  const books = yield* Bookkeeping.make(options.resume === true, emit)
  let generated = 0
  let left = 0
  const settled: Settling.Options["onSaved"] = (slot, outcome) => {
    books.saved(slot)
    if (Option.isSome(outcome.algorithm)) generated += 1
    if (Report.isLeft(outcome)) left += 1
    onSaved(outcome)
  }
  /** How many requests are worked at, waiting ones included. */
  const lanes = flow.lanes(concurrency)
  const { improve, settling } = Rounds.make(
    yield* Settling.make({ emit, byTicker, keepsTexts: goesOn, onSaved: settled }, sending.keyOf),
    {
      rounds: options.rounds ?? 0,
      repairs: options.repairs ?? 0,
      lanes,
      emit,
      generate
    }
  )
  const intake = Intake.make(conditions, sending, settling, books)
  return {
    books,
    deadline,
    generate,
    generated: () => generated,
    improve,
    intake,
    /** Those for which it was too late to ask. */
    left: () => left,
    lanes,
    /** Waits until one more request can be worked at. */
    room: inWork.room,
    settling,
    startedAt,
    verdict
  }
})

/** Opens a run of so many jobs, 0 where nobody knows how many. Fails when nothing could be saved, or rounds have no trial. */
export const open = (...run: Parameters<typeof opening>) => opening(...run).pipe(Guarded.journal, Guarded.store)

export type Opened = Effect.Effect.Success<ReturnType<typeof open>>
