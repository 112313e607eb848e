/** The checks of an answer. One of the journal that has passed these very checks before is not checked again. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { type AcceptOptions, type Checked, CodeCheck } from "../code/CodeCheck.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import { UNCHECKED } from "../domain/Instance.js"
import { PythonModule } from "../domain/PythonModule.js"
import { Journal } from "../storage/Journal.js"
import { contained } from "./Contained.js"

/** Where the answer is: in the journal by now, and from an earlier run. */
interface Origin {
  readonly kept: boolean
  readonly resumed: boolean
}

/** Never fails: checks that die, be they an application's own, cost this model and nothing else. */
export const make = Effect.gen(function* () {
  const codeCheck = yield* CodeCheck
  const { accept, acceptInSlices = (...given) => Effect.sync(() => accept(...given)) } = codeCheck
  const journal = yield* Effect.serviceOption(Journal)
  const approvals = Option.getOrUndefined(journal)?.approvals

  return (answer: string, options: AcceptOptions, { kept, resumed }: Origin): Effect.Effect<Checked> =>
    Effect.suspend(() => {
      const checks = kept && approvals !== undefined ? codeCheck.fingerprint?.(options) : undefined
      // What the journal holds is checked by `resume`, so its check may be interrupted; any other answer would be lost.
      const region = kept ? Effect.interruptible : undefined
      const check = Effect.suspend(() => acceptInSlices(answer, { ...options, region }))
      if (checks === undefined || approvals === undefined) return check
      const checkAndKeep = Effect.tap(check, (checked) =>
        Either.isLeft(checked) ? Effect.void : approvals.keep(checks, answer, checked.right)
      )
      if (!resumed) return checkAndKeep
      return Effect.flatMap(approvals.find(checks, answer), (found): Effect.Effect<Checked> =>
        Option.isNone(found) ? checkAndKeep : Effect.succeed(Either.right(new PythonModule(found.value, UNCHECKED)))
      )
    }).pipe(contained((why) => Effect.succeed(Either.left(died(why)))))
})

const died = (why: string): CodeFailure.CodeFailure =>
  CodeFailure.of("guard", CodeFailure.CHECK_DIED, `the check itself failed: ${why}`)
