/** Decides whether an answer is good: checks that read the program, then a trial that runs it, if there is one. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Excerpt from "../api/wire/Excerpt.js"
import * as Finish from "../api/wire/Finish.js"
import { CodeCheck } from "../code/CodeCheck.js"
import * as Trial from "../code/trial/Trial.js"
import type { Answer } from "../domain/Answer.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import {
  BadCode,
  ConnectionFailed,
  CutOff,
  EmptyAnswer,
  GenerationError,
  type Reason
} from "../domain/GenerationError.js"
import type { PythonModule } from "../domain/PythonModule.js"
import * as Keep from "../prompt/Keep.js"
import * as Checking from "./Checking.js"
import { contained } from "./Contained.js"

/** One model's module, and the answer that it was in. */
export interface Generated {
  readonly module: PythonModule
  readonly answer: Answer
  /** What the trial run said, where there was one that came to its end. */
  readonly trial: Option.Option<Trial.Result>
  /** The answer was paid for by an earlier run. */
  readonly resumed: boolean
  /** The journal holds the answer. */
  readonly kept: boolean
  /** When the answer was complete, in this run or an earlier one; milliseconds since the epoch. */
  readonly answeredAt: number
}

export interface Origin extends Pick<Generated, "answeredAt" | "kept" | "resumed"> {
  /** The run ended with it, and waits for its check. */
  readonly isLast?: boolean | undefined
}

export interface Case extends Origin {
  readonly model: string
  readonly ticker: string
  /** The module that the model may keep. */
  readonly current?: Generated | undefined
}

/**
 * Never fails: a check or a trial that dies, be it an application's own, costs this model and nothing else. It may be
 * interrupted in the check of a long answer that the journal holds.
 */
export type Judge = (answer: Answer, subject: Case) => Effect.Effect<Either.Either<Generated, GenerationError>>

const UNTRIED = new Trial.Skipped({ reason: "the run ended before its trial did" })

const died = (why: string) => new Trial.Skipped({ reason: `the trial itself failed: ${why}` })

export const make: Effect.Effect<Judge> = Effect.gen(function* () {
  const check = yield* Checking.make
  const trial = yield* Effect.serviceOption(Trial.Trial)

  /** A trial that was interrupted, or died, leaves a module that passed its checks, and says that it proved nothing. */
  const tryOut = ({ run }: Trial.Service, module: PythonModule, ticker: string) =>
    Effect.interruptible(Effect.suspend(() => run(module, ticker))).pipe(
      contained((why) => Effect.succeed(died(why))),
      Effect.exit,
      Effect.flatMap((exit) => (Exit.isInterrupted(exit) ? Effect.succeed(UNTRIED) : exit)),
      Effect.asSome,
      Effect.either
    )

  return (answer, subject) =>
    Effect.suspend(() => {
      const { answeredAt, current, isLast = false, kept, model, resumed, ticker } = subject
      if (current !== undefined && Keep.isSaid(answer.text)) return Effect.succeed(Either.right(current))
      const { generationId, usage } = answer
      const judged = (result: Either.Either<Pick<Generated, "module" | "trial">, CodeFailure.CodeFailure>) =>
        Either.mapBoth(result, {
          onLeft: (failure) => new GenerationError({ model, reason: reasonOf(answer, failure), usage, generationId }),
          onRight: ({ module, trial }): Generated => ({ module, answer, trial, resumed, kept, answeredAt })
        })
      const options = { endingImplied: answer.ending !== undefined, ticker }
      return Effect.flatMap(check(answer.text, options, { kept: kept && !isLast, resumed }), (checked) => {
        if (Option.isNone(trial) || Either.isLeft(checked)) {
          return Effect.succeed(judged(Either.map(checked, (module) => ({ module, trial: Option.none() }))))
        }
        const module = checked.right
        return Effect.map(tryOut(trial.value, module, ticker), (tried) =>
          judged(Either.map(tried, (outcome) => ({ module, trial: outcome })))
        )
      })
    })
})

/** With some of everything that answers have in them. */
const LIKELY = `\`\`\`python
import math
from collections import deque

prices = deque(maxlen=20)


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    """Buys below the mean."""
    prices.append(float(price))
    mean = sum(prices) / len(prices)
    if not math.isfinite(mean) or mean <= 1e-9:
        return "HOLD"
    for older in prices:
        mean += 0.1 * (older - mean)
    if price < mean * 0.95 and cash_balance > price:
        return ("BUY", int(cash_balance // price))
    return "SELL" if shares_held > 0 else "HOLD"
\`\`\`
`

const SHORT = `\`\`\`python
def execute_trade(ticker, price, tick, cash_balance, shares_held):
    return "HOLD"
\`\`\`
`

/** The short one loads the parser. From the fourth on, another one takes hardly less time. */
const TO_WARM_UP = [SHORT, LIKELY, LIKELY, LIKELY]

/** The checks that have been warmed up in this process. */
const warm = new WeakSet<object>()

/**
 * A first check takes 20 ms longer than others, so some are made while the models think. Nothing comes of them. Between two
 * of them the process does what else there is to do.
 */
export const warmUp: Effect.Effect<void> = Effect.flatMap(CodeCheck, ({ accept }) => {
  if (warm.has(accept)) return Effect.void
  warm.add(accept)
  return Effect.forEach(
    TO_WARM_UP,
    (text) =>
      Effect.catchAllDefect(
        Effect.suspend(() => Effect.ignore(accept(text))),
        () => Effect.void
      ).pipe(Effect.zipRight(Effect.sleep(0))),
    { discard: true }
  )
})

/**
 * Thoughts without a module are an empty answer, be they marked in the text or apart from it. In an answer that nobody called whole, half a program shows that it broke
 * off, which is no fault of the model's; and what may be half a program is asked for once more. Where the count of tokens
 * speaks against the finish reason, half a program decides for the cut: any that broke off where the server said so, and
 * only what a cut leaves, and no mistake does, where it said that the answer is whole, or nothing that anybody knows.
 */
const reasonOf = ({ ending, finishReason = "", text, thoughts }: Answer, failure: CodeFailure.CodeFailure): Reason => {
  const what = CodeFailure.describe(failure)
  if (thoughts === true) {
    return new EmptyAnswer({ message: `the answer is empty, and no module is in its reasoning (${what})` })
  }
  if (ending === "contested" && (isCut(finishReason, failure) || DOUBTFUL.has(failure.code))) {
    if (Finish.of(finishReason) !== "unknown") return new CutOff({ because: "token-limit" })
    return new CutOff({ because: "unknown", ...(finishReason === "" ? {} : { finishReason }) })
  }
  if (ending === "implied" && DOUBTFUL.has(failure.code)) return new CutOff({ because: "unknown" })
  if (ending === "implied" && BROKEN_OFF.has(failure.stage)) {
    return new ConnectionFailed({ message: `the answer broke off before its end (${what})` })
  }
  return failure.code === CodeFailure.ONLY_THOUGHTS
    ? new EmptyAnswer({ message: failure.message })
    : new BadCode({ failure: failure.code === "no-code" ? quoting(failure, text) : failure })
}

/** As much as a sentence has. */
const MAX_QUOTED = 160

/** What is said in the place of code may be a server's refusal that came as an answer. */
const quoting = ({ code, message, stage, truncated }: CodeFailure.CodeFailure, text: string) => {
  const said = Excerpt.line(text)
  const words = said.length > MAX_QUOTED ? `${said.slice(0, MAX_QUOTED).replace(/[\uD800-\uDBFF]$/, "")}…` : said
  return CodeFailure.of(stage, code, words === "" ? message : `${message}: "${words}"`, { truncated })
}

const isCut = (finishReason: string, { code, stage, truncated }: CodeFailure.CodeFailure): boolean => {
  switch (Finish.of(finishReason)) {
    case "token-limit":
      return BROKEN_OFF.has(stage)
    case "unknown":
      return truncated || LEFT.has(code)
    default:
      return LEFT.has(code)
  }
}

const DOUBTFUL: ReadonlySet<string> = new Set(["unclosed-block", "unfinished-function"])

/** The cut may have come before the function did. */
const LEFT: ReadonlySet<string> = new Set(["no-function"])

const BROKEN_OFF: ReadonlySet<CodeFailure.Stage> = new Set(["guard", "syntax", "structure", "names"])
