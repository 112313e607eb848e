/** `algogen validate`: what the checks make of files, be they Python or a model's answer. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { CodeCheck } from "../CodeCheck.js"
import * as CodeFailure from "../CodeFailure.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "./Failure.js"
import * as Table from "./Table.js"

export const command = Command.make(
  "validate",
  { files: Args.text({ name: "file" }).pipe(Args.atLeast(1)) },
  ({ files }) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { accept } = yield* CodeCheck
      const texts = yield* Effect.forEach(files, (file) =>
        fs.readFileString(file).pipe(
          Effect.mapError(() => wrongUsage(`${file} cannot be read`)),
          Effect.map((text) => ({ file, verdict: accept(text) }))
        )
      )
      yield* Effect.forEach(texts, ({ file, verdict }) =>
        Console.log(
          Either.match(verdict, {
            onLeft: (failure) => `✗ ${file}: ${failure.stage}: ${Table.plain(CodeFailure.describe(failure))}`,
            onRight: ({ source }) => `✓ ${file}: ${source.trimEnd().split("\n").length} lines, defines execute_trade`
          })
        )
      )
      if (texts.some(({ verdict }) => Either.isLeft(verdict))) return yield* new Failure({ exitCode: NOTHING_PRODUCED })
    })
).pipe(Command.withDescription("Check Python files, or answers of models, without asking anybody"))
