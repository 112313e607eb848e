/**
 * Rounds in which models improve their algorithms: each accepted module is shown to its model with what it made of prices
 * that the model may know, and the answer is KEEP or another module. The better one by prices that no model is told about
 * stays. A request of a round is an attempt of its slot like any other; one that fails leaves what there was.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Trial from "../code/trial/Trial.js"
import { count } from "../domain/Figures.js"
import type { GenerationError } from "../domain/GenerationError.js"
import type { Message } from "../domain/Message.js"
import type { Practice, Round } from "../domain/Round.js"
import * as Improve from "../prompt/Improve.js"
import type { Generated } from "./Judging.js"
import * as Lineage from "./Lineage.js"
import type { Emit } from "./Progress.js"
import type * as Settling from "./Settling.js"
import type * as Slot from "./Slot.js"
import * as Task from "./Task.js"

export interface Options {
  readonly rounds: number
  readonly repairs: number
  /** Models asked at once. */
  readonly lanes: number
  readonly emit: Emit
  readonly generate: (task: Task.Task) => Effect.Effect<Generated, GenerationError>
}

export interface Rounds {
  /** Holds algorithms back until their rounds are over; failures are settled at once. */
  readonly settling: Settling.Settling
  /** Plays all rounds of these tasks, each for all of them before the next, and settles them. They hear of those before them, too. */
  readonly improve: (tasks: ReadonlyArray<Task.Task>, before?: ReadonlyArray<Task.Task>) => Effect.Effect<void>
}

/** A task with a module that can be improved. */
interface Player {
  readonly task: Task.Task
  readonly generated: Generated
  readonly practice: Practice
}

/** Those that have not answered KEEP. */
const playersOf = (tasks: ReadonlyArray<Task.Task>): ReadonlyArray<Player> =>
  tasks.flatMap((task) => {
    const { generated, rounds } = task.ledger
    const practice = generated && Lineage.practiceOf(generated)
    if (generated === undefined || practice === undefined || rounds.at(-1)?.result === "keep") return []
    return [{ task, generated, practice }]
  })

const feedback = (
  { generated, practice, task }: Player,
  round: number,
  others: ReadonlyArray<Practice>
): ReadonlyArray<Message> => {
  const rejected = task.ledger.rounds.filter(({ result }) => result === "worse")
  return [
    { role: "assistant", content: generated.answer.text },
    { role: "user", content: Improve.message({ round, practice, others, rejected }) }
  ]
}

export const make = (settling: Settling.Settling, options: Options): Rounds => {
  const { emit, generate, lanes, repairs, rounds } = options
  if (rounds === 0) return { settling, improve: () => Effect.void }

  /** Those for which another round would cost too much: the next one would cost no less. */
  const spent = new Set<Task.Task>()

  const tell = ({ index, model }: Slot.Planned, played: Round, made?: ReturnType<typeof Lineage.made>) =>
    emit({ _tag: "RoundPlayed", index, model, ...played, ...made })

  const ask = (player: Player, round: number, others: ReadonlyArray<Practice>): Effect.Effect<void> => {
    const { ledger, slot } = player.task
    const entry = () => ledger.rounds.findLast((played) => played.round === round)
    const failed = (reason: string) => Effect.sync(() => ledger.rounds.push({ round, result: "failed", reason }))
    const task = Task.inRound(player.task, round, feedback(player, round, others), repairs)
    return Effect.whenEffect(
      generate(task).pipe(
        Effect.catchAll(({ reason }) => {
          if (reason._tag === "OverBudget") spent.add(player.task)
          return failed(reason.message)
        }),
        // What had come of an answer may have been judged by now.
        Effect.onInterrupt(() => (entry() === undefined ? failed(CUT_OFF) : Effect.void))
      ),
      ledger.postpone("improve", 0)
    ).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          const played = entry()
          if (played === undefined) return
          const made = played.result === "better" && ledger.generated ? Lineage.made(ledger.generated) : undefined
          tell(slot, played, made)
        })
      )
    )
  }

  const playAll = (tasks: ReadonlyArray<Task.Task>, before: ReadonlyArray<Task.Task>) =>
    Effect.gen(function* () {
      const scored = playersOf(tasks)
      scored.forEach(({ generated, task }) => Lineage.begin(task.ledger, generated))
      const playing = new Set(scored.map(({ task }) => task))
      const left = tasks.flatMap((task) => (playing.has(task) ? [] : (task.ledger.generated ?? [])))
      if (left.length > 0) emit({ _tag: "Note", message: unimprovable(left) })
      for (let round = 1; round <= rounds; round++) {
        const players = playersOf(tasks).filter(({ task }) => !spent.has(task))
        if (players.length === 0) return
        // Known before the round, whatever order the answers come in: the same run asks for the same.
        const everybody = [...before, ...tasks].flatMap(({ ledger }) =>
          ledger.generated === undefined ? [] : [{ ledger, practice: Lineage.practiceOf(ledger.generated) }]
        )
        if (tasks.length > 1) emit({ _tag: "Note", message: announce(round, rounds, players.length) })
        yield* Effect.forEach(
          players,
          (player) => {
            const others = everybody.flatMap(({ ledger, practice }) =>
              practice === undefined || ledger === player.task.ledger ? [] : [practice]
            )
            return ask(player, round, others)
          },
          { concurrency: lanes, discard: true }
        )
      }
    })

  const report: Settling.Settling["report"] = (slot) => ({
    ...settling.report(slot),
    onSuccess: (generated) => Effect.sync(() => tell(slot, Lineage.first(generated), Lineage.made(generated)))
  })

  return {
    settling: { ...settling, report },
    improve: (tasks, before = []) =>
      Effect.zipRight(
        playAll(tasks, before),
        Effect.forEach(
          tasks,
          ({ ledger: { generated }, slot }) =>
            generated === undefined ? Effect.void : settling.report(slot).onSuccess(generated),
          { discard: true }
        )
      )
  }
}

const CUT_OFF = "the run ended before there was an answer"

const announce = (round: number, rounds: number, players: number): string =>
  `Round ${round} of ${rounds}: asking for ${count(players, "better algorithm")}`

/** A score says how good a module is; what a model hears between rounds comes from other prices. */
const unimprovable = (all: ReadonlyArray<Generated>): string => {
  const n = all.length
  const isScored = all.some(({ trial }) => Option.exists(trial, (one) => Trial.scoreOf(one) !== undefined))
  const missing = isScored ? "played on prices for rounds" : "scored"
  const needed = isScored ? "an exam with { rounds: true }" : "a trial that scores"
  return `${count(n, "algorithm")} cannot be improved, because ${n === 1 ? "it was" : "they were"} not ${missing}; rounds need ${needed}`
}
