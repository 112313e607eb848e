/**
 * Asks for more algorithms until so many different ones are there: models in turn, each for a further sample with a
 * strategy of a family that the run has not had, while there is one. What repeats another stays where it is.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { ModelRequest } from "../api/ModelRequest.js"
import * as Duplicates from "../code/python/Duplicates.js"
import * as Consequence from "../domain/Consequence.js"
import { count } from "../domain/Figures.js"
import * as Numbering from "../domain/Numbering.js"
import * as Strategy from "../prompt/Strategy.js"
import type * as Intake from "./Intake.js"
import type { Opened } from "./Opening.js"
import * as Plan from "./Plan.js"
import type { Emit } from "./Progress.js"
import type { Outcome } from "./Report.js"
import type * as Slot from "./Slot.js"
import type * as Task from "./Task.js"

/** How many of these repeat none before them. */
const countOf = (sources: ReadonlyArray<string | undefined>): number => {
  const repeats = Duplicates.find(sources)
  return sources.filter((source, index) => source !== undefined && repeats[index] === undefined).length
}

/** How many different algorithms a run has. */
export const among = (outcomes: ReadonlyArray<Pick<Outcome, "algorithm">>): number =>
  countOf(outcomes.map(({ algorithm }) => Option.getOrUndefined(algorithm)?.code))

/** The code of each task's algorithm, where it has one. */
const sourcesOf = (tasks: ReadonlyArray<Task.Task>): ReadonlyArray<string | undefined> =>
  tasks.map(({ ledger }) => ledger.generated?.module.source)

const familyOf = ({ strategy }: Slot.Planned): string | undefined => strategy && Strategy.familyOf(strategy)

/** Plans the slots that come behind those of the request, each for one of the models that answer; none where there is none to ask. */
const planner = ({ models, planSlot, samples, slots, ticker }: Plan.Plan, note: (message: string) => void) => {
  const families = new Set(slots.map(familyOf))
  const places = models.map((request) => ({ request, samples }))
  const numberOf = Numbering.counter()
  for (const { model } of slots) numberOf(model)
  let index = slots.length
  let isOver = false

  /** Its place decides its strategy, so it stands behind all others: at the first place whose family is free, if one is. */
  const slotFor = (request: ModelRequest, sample: number) =>
    Effect.gen(function* () {
      const first = models.length + index - slots.length
      const at = (position: number) => planSlot({ ...request, ticker, sample, position }, index)
      for (let position = first; position < first + Strategy.FAMILY_COUNT; position++) {
        const slot = yield* at(position)
        if (!families.has(familyOf(slot))) return slot
      }
      return yield* at(first)
    })

  return (answering: ReadonlySet<string>): Effect.Effect<Option.Option<Slot.Planned>> =>
    Effect.suspend(() => {
      const able = places.filter(({ request, samples }) => answering.has(request.model) && samples < Plan.MAX_SAMPLES)
      const place = able.toSorted((one, other) => one.samples - other.samples)[0]
      if (place === undefined || isOver) return Effect.succeedNone
      place.samples += 1
      return Effect.match(slotFor(place.request, numberOf(place.request.model)), {
        onFailure: ({ message }) => {
          isOver = true
          note(`No more algorithms are asked for: ${message}`)
          return Option.none()
        },
        onSuccess: (slot) => {
          index += 1
          families.add(familyOf(slot))
          return Option.some(slot)
        }
      })
    })
}

type Ended = Pick<Outcome, "algorithm" | "model" | "reason">

/** Which of the models that have answered before are worth asking again. */
const watch = () => {
  /** Those that have failed since there was an answer. */
  const failed = new Set<string>()
  /** Those of which nothing more can come: not within the budget, or not at all. */
  const spent = new Set<string>()
  let isOver = false
  return {
    /** What has ended since the last time; an answer that has rounds before it has come, but has not ended. */
    hear: (ended: ReadonlyArray<Ended>, isAnswered: boolean) => {
      if (isAnswered) failed.clear()
      for (const { algorithm, model, reason } of ended) {
        if (Option.isSome(algorithm) || Option.isNone(reason)) continue
        const { ends, skipped } = Consequence.of(reason.value)
        if (ends === "all") isOver = true
        else if (skipped || reason.value._tag === "NotAsked") spent.add(model)
        else if (!isAnswered) failed.add(model)
      }
    },
    isAble: (model: string) => !isOver && !failed.has(model) && !spent.has(model)
  }
}

export interface Distinct {
  /** Asks for more than these tasks where they are too much alike, and has all of them improved. */
  readonly fill: (
    tasks: ReadonlyArray<Task.Task>,
    intake: Pick<Intake.Intake, "choose" | "recalled">
  ) => Effect.Effect<void>
  /** The run is over: says so where there are fewer than were wanted. */
  readonly conclude: () => void
}

export const make = (
  plan: Plan.Plan,
  { improve, lanes, settling }: Pick<Opened, "improve" | "lanes" | "settling">,
  ask: (task: Task.Task) => Effect.Effect<unknown>,
  emit: Emit,
  /** What is saved so far. */
  outcomes: ReadonlyArray<Ended>
): Distinct => {
  const wanted = plan.distinct
  if (wanted === 0) return { fill: (tasks) => improve(tasks), conclude: () => undefined }
  const note = (message: string) => emit({ _tag: "Note", message })
  const next = planner(plan, note)

  const all: Array<Task.Task> = []
  const watched = watch()
  // A model that always writes the same is not paid for until the deadline: at most as many again as are wanted.
  let left = wanted

  /** Yields these tasks and those that were added. */
  const grow = (tasks: ReadonlyArray<Task.Task>, { choose, recalled }: Parameters<Distinct["fill"]>[1]) =>
    Effect.gen(function* () {
      const before = all.length
      all.push(...tasks)
      while (left > 0) {
        const codes = sourcesOf(all)
        const found = countOf(codes)
        if (found >= wanted) break
        const answering = new Set(
          all.flatMap(({ slot: { model } }, n) => (codes[n] === undefined || !watched.isAble(model) ? [] : [model]))
        )
        const added: Array<Task.Task> = []
        for (let n = Math.min(wanted - found, left); n > 0; n--) {
          const slot = yield* next(answering)
          if (Option.isNone(slot)) break
          settling.expect(slot.value)
          const { index, model, sample, ticker } = slot.value
          emit({ _tag: "SlotAdded", index, model, ticker, sample })
          added.push(...Option.toArray(yield* choose(slot.value)))
        }
        left = added.length === 0 ? 0 : left - added.length
        if (added.length === 0) break
        note(`${count(found, "different algorithm")} of ${wanted}: asking for ${added.length} more`)
        const settled = outcomes.length
        const askAgain = (task: Task.Task) => Effect.flatMap(recalled(task), Effect.transposeMapOption(ask))
        yield* Effect.forEach(added, askAgain, { concurrency: lanes, discard: true })
        all.push(...added)
        watched.hear(outcomes.slice(settled), sourcesOf(added).some(Predicate.isNotUndefined))
      }
      return all.slice(before)
    })

  const fill: Distinct["fill"] = (tasks, intake) =>
    Effect.gen(function* () {
      const improved: Array<Task.Task> = []
      // What rounds have made alike is asked for again, and has its rounds then.
      for (let fresh = yield* grow(tasks, intake); fresh.length > 0; fresh = yield* grow([], intake)) {
        yield* improve(fresh, improved)
        improved.push(...fresh)
      }
    })

  return {
    fill,
    conclude: () => {
      const found = among(outcomes)
      if (found < wanted)
        note(`Only ${count(found, "different algorithm")}; ${wanted} ${wanted === 1 ? "was" : "were"} wanted`)
    }
  }
}
