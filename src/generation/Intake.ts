/**
 * What comes before the first request: chooses the model that each slot asks, looks for its answer in the journal, and
 * records the run there. A paid answer is used even if its model, or the free variant of it, is no longer on offer.
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Models from "../api/Models.js"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import { GenerationError, ModelUnavailable, TimedOut } from "../domain/GenerationError.js"
import type * as Bookkeeping from "./Bookkeeping.js"
import { contained } from "./Contained.js"
import type * as Generator from "./Generator.js"
import type { Plan } from "./Plan.js"
import type * as Settling from "./Settling.js"
import type * as Slot from "./Slot.js"
import * as Task from "./Task.js"

export interface Taken {
  /** What has to be asked: each is made when it is its turn, as thousands of tasks and prompts would fill the memory. */
  readonly open: ReadonlyArray<Effect.Effect<Task.Task>>
  /** All tasks, if the run goes on after their answers. */
  readonly all: ReadonlyArray<Task.Task>
}

export interface Intake {
  /**
   * Models that are not on offer are settled here, and so are those that the journal answers: nothing that happens to other
   * models can hold those answers back.
   */
  readonly takeAll: (plan: Pick<Plan, "goesOn" | "slots" | "ticker">) => Effect.Effect<Taken>
  /** The task of one slot, unless its model is not on offer; called in the order of the request. */
  readonly choose: (slot: Slot.Planned) => Effect.Effect<Option.Option<Task.Task>>
  /** Settles a task from the journal; yields it as far as it has to be asked. */
  readonly recalled: (task: Task.Task) => Effect.Effect<Option.Option<Task.Task>>
}

/**
 * The longest that a run waits for a list that is only a hint. Without it a model may be asked for more tokens than fit, which
 * the server corrects at the price of a request; servers that answer at all send their lists within a second or two.
 */
const HINT_TIMEOUT = Duration.seconds(3)

/** Prices, and what OpenRouter has not, are worth the wait: elsewhere the list only helps. */
const isHint = (baseUrl: string, budget: unknown): boolean => budget === undefined && !isOpenRouter(baseUrl)

/** It may still come for the next run, which has the same client: only an interruption ends the asking. */
const inTime = <A>(list: Effect.Effect<A, GenerationError>) =>
  Effect.flatMap(Effect.forkDaemon(list), (fiber) =>
    Fiber.join(fiber).pipe(
      Effect.timeoutFail({
        duration: HINT_TIMEOUT,
        onTimeout: () =>
          new GenerationError({
            model: "GET /models",
            reason: new TimedOut({ clock: "attempt", limitMs: Duration.toMillis(HINT_TIMEOUT) })
          })
      }),
      Effect.onInterrupt(() => Fiber.interruptFork(fiber))
    )
  )

/** The list of models, or nothing and a note: without the list every id is asked for as it is. */
const catalogOf = ({ budget, emit }: Conditions): Effect.Effect<Models.Index | undefined, never, OpenRouter> =>
  Effect.flatMap(OpenRouter, ({ baseUrl, models }) => (isHint(baseUrl, budget) ? inTime(models) : models)).pipe(
    Effect.map(Models.index),
    Effect.mapError(({ reason }) => reason.message),
    contained((why) => Effect.fail(`the client itself failed: ${why}`)),
    Effect.catchAll((why) => {
      // Without a price nothing is within a budget.
      const anyway = budget === undefined ? "; asking for every model anyway" : ""
      const message = `The list of models is not available (${why})${anyway}`
      emit({ _tag: "Note", message })
      return Effect.succeed(undefined)
    })
  )

/** Numbers equal requests, from 1: two requested ids may mean the same model. */
const counter = () => {
  const taken = new Map<string, number>()
  const keyOf = ({ promptHash, sample, ticker }: Slot.Planned, model: string) =>
    [sample, ticker, promptHash.slice(0, 16), model].join(" ")
  return {
    next: (slot: Slot.Planned, model: string) => 1 + (taken.get(keyOf(slot, model)) ?? 0),
    take: ({ model, ordinal, slot }: Task.Task) => taken.set(keyOf(slot, model), ordinal)
  }
}

type Conditions = Task.Conditions & {
  readonly allowPaid?: boolean | undefined
  readonly budget?: unknown
}
type Sending = Omit<Effect.Effect.Success<ReturnType<typeof Generator.make>>, "generate">

/** Answers of the journal that are looked up, checked and saved at once, so that the next is checked while the disk works. */
export const AT_ONCE = 8

/** Slots whose tasks and answers are in memory together, where the journal may answer them. With more they outlive what collects young garbage. */
const TOGETHER = 2 * AT_ONCE

export const make = (
  conditions: Conditions,
  { isPaid, keyOf, recall }: Sending,
  settling: Settling.Settling,
  books: Bookkeeping.Bookkeeping
): Effect.Effect<Intake, never, OpenRouter> =>
  Effect.gen(function* () {
    const catalog = yield* catalogOf(conditions)
    const { baseUrl } = yield* OpenRouter
    const options = {
      isOpenRouter: isOpenRouter(baseUrl),
      allowPaid: conditions.allowPaid === true || conditions.budget !== undefined
    }
    const resolve = resolver((id) => Models.resolve(catalog, id, options), conditions, isPaid)

    const choose: Intake["choose"] = (slot) =>
      resolve(slot).pipe(Effect.tap(settling.assign), Effect.tapError(settling.report(slot).onFailure), Effect.option)

    const recalled: Intake["recalled"] = (task) =>
      Effect.gen(function* () {
        const answered = yield* recall(task)
        if (Option.isNone(answered)) return Option.some(task)
        const result = yield* Effect.either(answered.value)
        if (Either.isLeft(result)) return Option.some({ ...task, recalled: Effect.fail(result.left) })
        yield* settling.report(task.slot).onSuccess(result.right)
        return Option.none()
      })

    const later = (task: Task.Task): Effect.Effect<Task.Task> => {
      const { info, model, ordinal, slot } = task
      const { began } = task.ledger
      settling.postpone(task)
      const made = Effect.suspend(() => Task.make({ began, info, model, ordinal, slot }, conditions))
      return Effect.tap(made, settling.assign)
    }

    return {
      takeAll: ({ goesOn, slots, ticker }) =>
        Effect.gen(function* () {
          const keys: Array<string> = []
          const all: Array<Task.Task> = []
          const open: Array<Effect.Effect<Task.Task>> = []
          for (const some of Arr.chunksOf(slots, TOGETHER)) {
            const tasks = Arr.getSomes(yield* Effect.forEach(some, choose))
            if (books.isKept) for (const task of tasks) keys.push(keyOf(task))
            const left =
              conditions.resume === true
                ? Arr.getSomes(yield* Effect.forEach(tasks, recalled, { concurrency: AT_ONCE }))
                : tasks
            for (const task of left)
              open.push(goesOn || task.recalled !== undefined ? Effect.succeed(task) : later(task))
            if (goesOn) for (const task of tasks) all.push(task)
          }
          yield* books.begin({ ticker, keys })
          return { all, open }
        }),
      choose,
      recalled
    }
  })

/** The task of each slot in turn, or why it has none; to be called in the order of the request. */
const resolver = (
  resolve: (id: string) => Either.Either<Models.Resolution, string>,
  conditions: Conditions,
  isPaid: Sending["isPaid"]
) => {
  const ordinals = counter()
  const noted = new Set<string>()
  return (slot: Slot.Planned): Effect.Effect<Task.Task, GenerationError> =>
    Effect.gen(function* () {
      const { model } = slot
      const resolved = resolve(model)
      const { asked, info, note } = Either.getOrElse(resolved, () => ({
        asked: model,
        info: undefined,
        note: undefined
      }))
      const taskOf = (id: string) => Task.make({ slot, model: id, ordinal: ordinals.next(slot, id), info }, conditions)
      let paid: Task.Task | undefined
      for (const id of conditions.resume === true ? new Set([asked, model, Models.otherVariant(model)]) : []) {
        const task = yield* taskOf(id)
        if (!(yield* isPaid(task))) continue
        paid = task
        break
      }
      if (paid === undefined && Either.isLeft(resolved)) {
        return yield* new GenerationError({ model, reason: new ModelUnavailable({ message: resolved.left }) })
      }
      if (paid === undefined && note !== undefined && !noted.has(note)) {
        noted.add(note)
        const isOfUnknownPrice = conditions.budget !== undefined && info?.price === undefined
        conditions.emit({ _tag: "Note", message: isOfUnknownPrice ? note.replace(Models.ANYWAY, "") : note })
      }
      const task = paid ?? (yield* taskOf(asked))
      ordinals.take(task)
      return task
    })
}
