/**
 * Which of the modules that one model has written is its algorithm. The first one is, until a round brings a better one by
 * the prices that decide. Pure.
 */
import * as Option from "effect/Option"
import type { Choice, Practice, Round } from "../domain/Round.js"
import type { Generated } from "./Judging.js"
import * as Leaderboard from "./Leaderboard.js"
import type { Ledger } from "./Ledger.js"

const tried = ({ trial }: Generated) =>
  Option.getOrUndefined(Option.filter(trial, (outcome) => outcome._tag === "Passed"))

export const practiceOf = (generated: Generated): Practice | undefined => tried(generated)?.practice
const choiceOf = (generated: Generated): Choice | undefined => tried(generated)?.choice

/** One that never traded says nothing about itself, so it never replaces one that did. */
const isBetter = (one: Choice | undefined, other: Choice | undefined): boolean => {
  if (one === undefined || one.trades === 0) return false
  return other === undefined || other.trades === 0 || one.return > other.return
}

const entryOf = (round: number, result: Round["result"], generated: Generated): Round => ({
  round,
  result,
  practice: practiceOf(generated)?.return,
  choice: choiceOf(generated)?.return
})

export const made = (generated: Generated) => ({
  code: generated.module.source,
  score: Leaderboard.scoreOf(generated)
})

/** What the model wrote at first. */
export const first = (generated: Generated): Round => entryOf(0, "first", generated)

/** Before the first round. */
export const begin = (ledger: Ledger, generated: Generated): void => {
  if (ledger.rounds.length === 0) ledger.rounds.push(first(generated))
}

/** A module has been accepted: of a round, the better one stays. */
export const accept = (ledger: Ledger, round: number | undefined, next: Generated): void => {
  const current = ledger.generated
  if (round === undefined || current === undefined) {
    ledger.generated = next
    return
  }
  if (next === current) {
    ledger.rounds.push({ round, result: "keep" })
    return
  }
  const choice = choiceOf(next)
  if (isBetter(choice, choiceOf(current))) {
    ledger.rounds.push(entryOf(round, "better", next))
    ledger.generated = next
    return
  }
  const reason = choice === undefined ? "it was not scored" : choice.trades === 0 ? "it never traded" : undefined
  ledger.rounds.push({ ...entryOf(round, "worse", next), reason })
}
