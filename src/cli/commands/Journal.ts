/** `algogen journal`: lists the answers that earlier runs paid for, or deletes old ones. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Price from "../../api/Price.js"
import * as Journal from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import type { Answered } from "../../storage/journal/Record.js"
import type * as Commands from "../Commands.js"
import { Failure, NOTHING_PRODUCED, wrongUsage } from "../Failure.js"
import { FOLDER } from "../Flags.js"
import * as Lines from "../view/Lines.js"
import * as Table from "../view/Table.js"

export const run = ({ out = FOLDER, prune }: Commands.Journal) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const fs = yield* FileSystem.FileSystem
    const places = [JournalFile.FOLDER_NAME, JournalFile.EARLIER_FILE_NAME].map((name) => path.join(out, name))
    // Opening a journal would create one.
    if (!(yield* Effect.exists(places, (place) => Effect.orElseSucceed(fs.exists(place), () => true)))) {
      return yield* Console.log(`there is no journal in ${out}`)
    }
    yield* Option.match(prune, { onNone: () => list(out), onSome: (age) => forget(out, age) })
  }).pipe(Effect.catchTag("JournalError", ({ message }) => wrongUsage(message)))

const list = (directory: string) =>
  Effect.flatMap(JournalFile.read({ directory }), ({ entries, skipped }) => {
    const answers = entries.filter(({ partial }) => partial === undefined)
    const beginnings = entries.length - answers.length
    const unreadable = `${Lines.count(skipped, "record")} could not be read`
    if (entries.length === 0 && skipped > 0) {
      const why = "they are damaged, or from a newer version of algogen"
      return new Failure({ exitCode: NOTHING_PRODUCED, message: `the journal in ${directory}: ${unreadable}; ${why}` })
    }
    return Console.log(
      [
        Table.render(["when", "model", "ticker", "completion tokens", "cost"], entries.map(rowOf)),
        "",
        sum(answers),
        ...(beginnings === 0 ? [] : [`${Lines.count(beginnings, "incomplete answer")} besides, kept for reading only`]),
        ...(skipped === 0 ? [] : [unreadable])
      ].join("\n")
    )
  })

const forget = (directory: string, age: Duration.Duration) =>
  Effect.gen(function* () {
    const journal = yield* Journal.Journal
    const forgotten = yield* journal.prune(age)
    yield* Console.log(`${Lines.count(forgotten, "answer")} deleted`)
  }).pipe(Effect.provide(JournalFile.layer({ directory })))

const rowOf = ({ answer, at, model, partial, ticker }: Answered): ReadonlyArray<string> => [
  new Date(at).toISOString(),
  model,
  ticker,
  partial === undefined ? String(answer.usage?.completionTokens ?? "?") : "cut off",
  answer.usage?.cost === undefined ? "?" : Price.dollars(answer.usage.cost)
]

const sum = (entries: ReadonlyArray<Answered>): string => {
  const costs = entries.flatMap(({ answer }) => answer.usage?.cost ?? [])
  const unknown = entries.length - costs.length
  const known = Price.dollars(costs.reduce((sum, cost) => sum + cost, 0))
  return (
    `${Lines.count(entries.length, "answer")}, cost ${unknown > 0 && costs.length === 0 ? "unknown" : known}` +
    (unknown > 0 && costs.length > 0 ? `, and ${Lines.count(unknown, "answer")} of unknown cost` : "")
  )
}
