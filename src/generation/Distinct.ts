/**
 * Asks for more algorithms until so many different ones are there: models in turn, each for a further sample with a
 * strategy of a family that the run has not had, while there is one. What repeats another stays where it is.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ModelRequest } from "../api/ModelRequest.js"
import * as Duplicates from "../code/python/Duplicates.js"
import { count } from "../domain/Figures.js"
import * as Strategy from "../prompt/Strategy.js"
import type * as Intake from "./Intake.js"
import type { Opened } from "./Opening.js"
import * as Plan from "./Plan.js"
import type { Emit } from "./Progress.js"
import type { Outcome } from "./Report.js"
import type * as Slot from "./Slot.js"
import type * as Task from "./Task.js"

/** How many of these repeat none before them. */
export const countOf = (sources: ReadonlyArray<string | undefined>): number => {
  const repeats = Duplicates.find(sources)
  return sources.filter((source, index) => source !== undefined && repeats[index] === undefined).length
}

type Outcomes = ReadonlyArray<Pick<Outcome, "algorithm" | "index">>

/** The code of a task's algorithm: in its outcome once it is settled, in its ledger before. */
const sources =
  (outcomes: Outcomes) =>
  (tasks: ReadonlyArray<Task.Task>): ReadonlyArray<string | undefined> => {
    const settled = new Map(outcomes.map(({ algorithm, index }) => [index, Option.getOrUndefined(algorithm)?.code]))
    return tasks.map(({ ledger, slot }) => ledger.generated?.module.source ?? settled.get(slot.index))
  }

const familyOf = ({ strategy }: Slot.Planned): string | undefined => strategy && Strategy.familyOf(strategy)

/** Plans the slots that come behind those of the request, each for one of the models that answer; none where there is none to ask. */
const planner = ({ models, planSlot, samples, slots, ticker }: Plan.Plan, note: (message: string) => void) => {
  const families = new Set(slots.map(familyOf))
  const places = models.map((request) => ({ request, sample: samples }))
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
      const able = places.filter(({ request, sample }) => answering.has(request.model) && sample < Plan.MAX_SAMPLES)
      const place = able.toSorted((one, other) => one.sample - other.sample)[0]
      if (place === undefined || isOver) return Effect.succeedNone
      place.sample += 1
      return Effect.match(slotFor(place.request, place.sample), {
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

export interface Distinct {
  /** Yields all tasks, those that were added among them. */
  readonly fill: (
    tasks: ReadonlyArray<Task.Task>,
    intake: Pick<Intake.Intake, "choose" | "recalled">
  ) => Effect.Effect<ReadonlyArray<Task.Task>>
  /** The run is over: says so where there are fewer than were wanted. */
  readonly conclude: () => void
}

export const make = (
  plan: Plan.Plan,
  { lanes, settling }: Pick<Opened, "lanes" | "settling">,
  ask: (task: Task.Task) => Effect.Effect<unknown>,
  emit: Emit,
  /** Of what is settled so far. */
  outcomes: Outcomes
): Distinct => {
  const wanted = plan.distinct
  if (wanted === 0) return { fill: Effect.succeed, conclude: () => undefined }
  const note = (message: string) => emit({ _tag: "Note", message })
  const next = planner(plan, note)
  const sourcesOf = sources(outcomes)

  const fill: Distinct["fill"] = (tasks, { choose, recalled }) => {
    const all = [...tasks]
    const grow = Effect.gen(function* () {
      // A model that always writes the same is not paid for until the deadline: at most as many again as are wanted.
      for (let left = wanted; left > 0;) {
        const codes = sourcesOf(all)
        const found = countOf(codes)
        if (found >= wanted) return
        const answering = new Set(all.flatMap(({ slot }, n) => (codes[n] === undefined ? [] : [slot.model])))
        const added: Array<Task.Task> = []
        for (let n = Math.min(wanted - found, left); n > 0; n--) {
          const slot = yield* next(answering)
          if (Option.isNone(slot)) break
          settling.expect(slot.value)
          added.push(...Option.toArray(yield* choose(slot.value)))
        }
        if (added.length === 0) return
        left -= added.length
        note(`${count(found, "different algorithm")} of ${wanted}: asking for ${added.length} more`)
        yield* Effect.forEach(added, (task) => Effect.flatMap(recalled(task), Effect.transposeMapOption(ask)), {
          concurrency: lanes,
          discard: true
        })
        all.push(...added)
        // Then the next ones would bring nothing either: the money is spent, or the account refused.
        if (sourcesOf(added).every((code) => code === undefined)) return
      }
    })
    return Effect.as(grow, all)
  }

  return {
    fill,
    conclude: () => {
      const found = countOf(outcomes.map(({ algorithm }) => Option.getOrUndefined(algorithm)?.code))
      if (found < wanted) note(`${count(found, "different algorithm")}, not the ${wanted} that were wanted`)
    }
  }
}
