/**
 * What comes before the first request: chooses the model that each slot asks, looks for its answer in the journal, and
 * records the run there. A paid answer is used even if its model, or the free variant of it, is no longer on offer.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Models from "../api/Models.js"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import { GenerationError, ModelUnavailable } from "../domain/GenerationError.js"
import * as Bookkeeping from "./Bookkeeping.js"
import type * as Generator from "./Generator.js"
import type { Emit } from "./Progress.js"
import type * as Settling from "./Settling.js"
import type * as Slot from "./Slot.js"
import * as Task from "./Task.js"

export interface Intake {
  /** The tasks of the slots, by their place in the request. */
  readonly tasks: ReadonlyMap<number, Task.Task>
  /**
   * Yields the tasks that have to be asked. Models that are not on offer are settled here, and so are those that the journal
   * answers: nothing that happens to other models can hold those answers back.
   */
  readonly open: (report: Settling.Settling["report"]) => Effect.Effect<ReadonlyArray<Task.Task>, never, OpenRouter>
  /** Records the end of the run. */
  readonly finish: (slots: ReadonlyArray<Slot.Saved>) => Effect.Effect<void>
}

/** The list of models, or nothing and a note: without the list every id is asked for as it is. */
const catalogOf = (emit: Emit): Effect.Effect<Models.Index | undefined, never, OpenRouter> =>
  Effect.flatMap(OpenRouter, ({ models }) => models).pipe(
    Effect.map(Models.index),
    Effect.catchAll(({ reason }) => {
      const message = `The list of models is not available (${reason.message}); asking for every model anyway`
      emit({ _tag: "Note", message })
      return Effect.succeed(undefined)
    })
  )

/** Numbers requests for the same model and sample, from 1: two requested ids may mean the same model. */
const counter = () => {
  const taken = new Map<string, number>()
  const keyOf = (model: string, sample: number) => `${sample} ${model}`
  return {
    next: (model: string, sample: number) => 1 + (taken.get(keyOf(model, sample)) ?? 0),
    take: (model: string, sample: number, ordinal: number) => taken.set(keyOf(model, sample), ordinal)
  }
}

type Conditions = Task.Conditions & {
  readonly resume?: boolean | undefined
  readonly allowPaid?: boolean | undefined
  readonly budget?: unknown
}
type Sending = Omit<Effect.Effect.Success<ReturnType<typeof Generator.make>>, "generate">

export const make = (
  slots: ReadonlyArray<Slot.Planned>,
  conditions: Conditions,
  { isPaid, keyOf, recall }: Sending
): Effect.Effect<Intake> =>
  Effect.map(Bookkeeping.make(conditions.resume === true, conditions.emit), (books) => {
    const tasks = new Map<number, Task.Task>()

    /** Settles a task from the journal, as far as its answers go. */
    const recalled = (task: Task.Task, report: Settling.Settling["report"]) =>
      Effect.gen(function* () {
        const answered = yield* recall(task)
        if (Option.isNone(answered)) return
        const result = yield* Effect.either(answered.value)
        if (Either.isRight(result)) return yield* report(task.slot, task).onSuccess(result.right)
        tasks.set(task.slot.index, { ...task, recalled: Effect.fail(result.left) })
      })

    return {
      tasks,
      open: (report) =>
        Effect.gen(function* () {
          const catalog = yield* catalogOf(conditions.emit)
          const { baseUrl } = yield* OpenRouter
          const terms = {
            isOpenRouter: isOpenRouter(baseUrl),
            allowPaid: conditions.allowPaid === true || conditions.budget !== undefined
          }
          const resolve = resolver((id) => Models.resolve(catalog, id, terms), conditions, isPaid)
          yield* Effect.forEach(
            slots,
            (slot) =>
              Effect.matchEffect(resolve(slot), {
                onFailure: report(slot).onFailure,
                onSuccess: (task) => Effect.sync(() => tasks.set(slot.index, task))
              }),
            { discard: true }
          )
          yield* books.begin(slots[0]?.ticker ?? "", () => [...tasks.values()].map(keyOf))
          if (conditions.resume === true) {
            yield* Effect.forEach([...tasks.values()], (task) => recalled(task, report), { discard: true })
          }
          return [...tasks.values()].filter(({ ledger }) => ledger.generated === undefined)
        }),
      finish: (settled) =>
        books.finish(settled, ({ index }) => {
          const task = tasks.get(index)
          return task && keyOf(task)
        })
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
      const { model, sample } = slot
      const resolved = resolve(model)
      const { asked, info, note } = Either.getOrElse(resolved, () => ({
        asked: model,
        info: undefined,
        note: undefined
      }))
      const taskOf = (id: string) =>
        Task.make(
          {
            slot,
            model: id,
            ordinal: ordinals.next(id, sample),
            info
          },
          conditions
        )
      const candidates = [asked, model, Models.otherVariant(model)]
      const paid =
        conditions.resume === true
          ? yield* Effect.findFirst(yield* Effect.forEach(candidates, taskOf), isPaid)
          : Option.none()
      if (Option.isNone(paid) && Either.isLeft(resolved)) {
        return yield* new GenerationError({ model, reason: new ModelUnavailable({ message: resolved.left }) })
      }
      const task = Option.isSome(paid) ? paid.value : yield* taskOf(asked)
      if (Option.isNone(paid) && note !== undefined && !noted.has(note)) {
        noted.add(note)
        conditions.emit({ _tag: "Note", message: note })
      }
      ordinals.take(task.model, sample, task.ordinal)
      return task
    })
}
