/** The answers of a journal, as the page shows them: checked anew, because a journal does not say what became of them. */
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import type * as CodeCheck from "../../code/CodeCheck.js"
import { costsOf, totalUsage } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import * as Keep from "../../prompt/Keep.js"
import * as FromReport from "../../report/FromReport.js"
import type * as Run from "../../report/Run.js"
import type { Answered, Run as JournalRun } from "../../storage/journal/Record.js"

/** What the model had said before, where it was asked to correct it or to improve it. */
const repliedTo = ({ messages }: Answered): string | undefined =>
  messages.findLast(({ role }) => role === "assistant")?.content

/** The requests of the latest run that brought an answer: of those that failed without one a journal says nothing. */
const attemptsOf = (
  answers: ReadonlyArray<Answered>,
  isGood: (text: string) => boolean,
  since: number
): ReadonlyArray<Run.Attempt> => {
  const causeOf = (answered: Answered, index: number): string => {
    if (index === 0) return "first"
    const said = repliedTo(answered)
    if (Keep.isSaid(answered.answer.text)) return "improve"
    return said === undefined ? "again" : isGood(said) ? "improve" : "repair"
  }
  return answers.flatMap((answered, index) => {
    const { answer, at, firstTokenMs, startedAt } = answered
    if (startedAt === undefined || startedAt < since) return []
    const attempt = {
      number: index + 1,
      cause: causeOf(answered, index),
      waitedMs: 0,
      startedAt,
      durationMs: at - startedAt,
      firstTokenMs,
      outcome: (index > 0 && Keep.isSaid(answer.text)) || isGood(answer.text) ? "ok" : "BadCode",
      promptTokens: answer.usage?.promptTokens,
      completionTokens: answer.usage?.completionTokens
    }
    return [attempt]
  })
}

/** Answers to one request, the latest last. */
const slot = (
  answers: Arr.NonEmptyReadonlyArray<Answered>,
  sample: number,
  since: number,
  { accept }: CodeCheck.Service
): Run.Slot => {
  const isGood = (text: string) => Either.isRight(accept(text))
  // A model that keeps its algorithm has answered that it does, and not with another one.
  const { answer, model, ticker } =
    answers.findLast(({ answer }) => !Keep.isSaid(answer.text)) ?? Arr.lastNonEmpty(answers)
  const kept = answers.filter((each, index) => index > 0 && Keep.isSaid(each.answer.text)).length
  const checked = accept(answer.text)
  const attempts = attemptsOf(answers, isGood, since)
  const exchanges = answers.map(({ answer: { usage } }) => ({ usage }))
  const usage = totalUsage(exchanges)
  const rounds = attempts.filter(({ cause, outcome }) => cause === "improve" && outcome === "ok").length - kept
  const later = [
    ...(rounds > 0 ? ["The latest of several rounds: the journal does not say which module was the best."] : []),
    ...(kept > 0 ? ["Kept in a later round: the model answered KEEP."] : [])
  ]
  return {
    model,
    ticker,
    sample,
    ...Either.match(checked, {
      onLeft: (failure) => ({
        status: "failed" as const,
        reason: CodeFailure.describe(failure),
        because: "BadCode",
        checks: [FromReport.failed(failure), ...later]
      }),
      onRight: ({ source }) => ({
        status: "ok" as const,
        code: source,
        checks: [FromReport.PASSED, ...later]
      })
    }),
    attempts,
    requests: answers.length,
    durationMs: attempts.reduce((sum, { durationMs }) => sum + durationMs, 0),
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    ...FromReport.costs(costsOf(exchanges)),
    resumed: false,
    servedModel: answer.model === model ? undefined : answer.model
  }
}

/**
 * The key of each answer's slot: one that corrects or improves an algorithm belongs to that algorithm, and one that keeps an
 * algorithm to the latest of its model for its ticker.
 */
const slotKeys = (answers: ReadonlyArray<Answered>): ReadonlyArray<readonly [key: string, answered: Answered]> => {
  const latest = new Map<string, string>()
  const said = new Map<string, string>()
  return answers.map((answered) => {
    const { answer, model, ticker } = answered
    const name = JSON.stringify([model, ticker])
    const reply = repliedTo(answered)
    const before = reply === undefined ? undefined : said.get(name + reply)
    const key = before ?? (Keep.isSaid(answer.text) ? latest.get(name) : undefined) ?? answered.key
    latest.set(name, key)
    said.set(name + answer.text, key)
    return [key, answered]
  })
}

/** Requests of one model for one ticker are its samples. */
export const make = (
  answers: ReadonlyArray<Answered>,
  runs: ReadonlyArray<Pick<JournalRun, "at">>,
  check: CodeCheck.Service
): Run.Run => {
  const first = answers.reduce((first, { at }) => Math.min(first, at), Number.MAX_SAFE_INTEGER)
  const startedAt = runs.reduce((latest, { at }) => Math.max(latest, at), 0) || first
  const samples = new Map<string, number>()
  const slots = Object.values(Arr.groupBy(slotKeys(answers), ([key]) => ` ${key}`)).map((keyed) => {
    const same = Arr.map(keyed, ([, answered]) => answered)
    const [{ model, ticker }] = same
    const name = JSON.stringify([model, ticker])
    const sample = (samples.get(name) ?? 0) + 1
    samples.set(name, sample)
    return slot(same, sample, startedAt, check)
  })
  return { simulated: false, startedAt, limits: [], slots }
}
