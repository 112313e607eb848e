/** `algogen validate`: what the checks, and a trial where it is asked for, make of files: Python or a model's answer. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { CodeCheck } from "../CodeCheck.js"
import * as CodeFailure from "../CodeFailure.js"
import type { PythonModule } from "../PythonModule.js"
import * as Trial from "../Trial.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "./Failure.js"
import * as Flags from "./Flags.js"
import * as Table from "./Table.js"
import * as TrialRun from "./TrialRun.js"

interface Verdict {
  readonly file: string
  readonly result: Either.Either<PythonModule, CodeFailure.CodeFailure>
  readonly trial: Option.Option<Trial.Outcome>
}

export const command = Command.make(
  "validate",
  {
    files: Args.text({ name: "file" }).pipe(Args.atLeast(1)),
    json: Flags.json,
    trial: Flags.trial,
    trialUnsandboxed: Flags.trialUnsandboxed
  },
  (flags) =>
    Effect.gen(function* () {
      const verdicts = yield* Effect.forEach(flags.files, judge)
      yield* Console.log(flags.json ? JSON.stringify(verdicts.map(toJson), null, 2) : verdicts.map(toLine).join("\n"))
      if (verdicts.some(({ result }) => Either.isLeft(result))) {
        return yield* new Failure({ exitCode: NOTHING_PRODUCED })
      }
    }).pipe(Effect.provide(TrialRun.layer(flags)))
).pipe(Command.withDescription("Check Python files, or answers of models, without asking anybody"))

const judge = (file: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { accept, check } = yield* CodeCheck
    const trial = yield* Effect.serviceOption(Trial.Trial)
    const text = yield* Effect.mapError(fs.readFileString(file), () => wrongUsage(`${file} cannot be read`))
    const checked = file.endsWith(".py") ? check(text) : accept(text)
    if (Either.isLeft(checked) || Option.isNone(trial)) return { file, result: checked, trial: Option.none() }
    const tried = yield* Effect.either(trial.value.run(checked.right, "AAPL"))
    return {
      file,
      result: Either.flatMap(tried, () => checked),
      trial: Either.getRight(tried)
    } satisfies Verdict
  })

const toLine = ({ file, result, trial }: Verdict): string =>
  Table.plain(
    Either.match(result, {
      onLeft: (failure) => `✗ ${file}: ${failure.stage}: ${CodeFailure.describe(failure)}`,
      onRight: ({ arity, source }) =>
        `✓ ${file}: ${source.trimEnd().split("\n").length} lines, execute_trade takes ${arity} arguments` +
        Option.match(trial, { onNone: () => "", onSome: (outcome) => `; ${Trial.describe(outcome)}` })
    })
  )

const toJson = ({ file, result, trial }: Verdict) => ({
  file,
  ok: Either.isRight(result),
  ...Either.match(result, {
    onLeft: ({ code, line, message, stage, truncated }) => ({ stage, code, line, message, truncated }),
    onRight: ({ arity }) => ({ arity })
  }),
  trial: Option.getOrUndefined(trial)
})
