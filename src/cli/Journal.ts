/** `algogen journal`: the answers that earlier runs have paid for, and forgetting the old ones. */
import * as Command from "@effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Journal from "../Journal.js"
import * as JournalFile from "../Journal/File.js"
import type { Answered } from "../Journal/Record.js"
import { processOwner } from "../node/ProcessOwner.js"
import { wrongUsage } from "./Failure.js"
import * as Flags from "./Flags.js"
import * as Table from "./Table.js"

export const command = Command.make("journal", { out: Flags.out, prune: Flags.prune }, ({ out, prune }) =>
  (Option.isSome(prune)
    ? Effect.gen(function* () {
        const journal = yield* Journal.Journal
        const forgotten = yield* journal.prune(prune.value)
        yield* Console.log(`${forgotten} answers forgotten`)
      }).pipe(Effect.provide(JournalFile.layer({ directory: out, owner: processOwner })))
    : Effect.flatMap(JournalFile.read({ directory: out }), ({ entries, skipped }) =>
        Console.log(
          Table.render(["when", "model", "ticker", "tokens", "cost"], entries.map(rowOf)) +
            (skipped === 0 ? "" : `\n${skipped} records cannot be read`)
        )
      )
  ).pipe(Effect.catchTag("JournalError", ({ message }) => wrongUsage(message)))
).pipe(Command.withDescription("List the answers that were paid for, or forget the old ones"))

const rowOf = ({ answer, at, model, ticker }: Answered): ReadonlyArray<string> => [
  new Date(at).toISOString(),
  model,
  ticker,
  String(answer.usage?.completionTokens ?? "?"),
  answer.usage?.cost === undefined ? "?" : `$${answer.usage.cost.toFixed(4)}`
]
