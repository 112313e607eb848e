/** `algogen journal`: lists runs and the answers that they paid for, shows one answer, or deletes old ones. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Price from "../../api/Price.js"
import { CodeCheck } from "../../code/CodeCheck.js"
import { costsOf } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import * as Journal from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import type * as Commands from "../Commands.js"
import * as Document from "../documents/JournalDocument.js"
import * as Json from "../documents/Json.js"
import { type Failure, nothingProduced, wrongUsage } from "../Failure.js"
import { FOLDER } from "../Flags.js"
import * as Absence from "../folder/Absence.js"
import * as Notice from "../Notice.js"
import * as Fit from "../view/Fit.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"
import * as Table from "../view/Table.js"

export const run = ({ out: flag = FOLDER, folder: out = flag, json, prune, show }: Commands.Journal) =>
  Effect.gen(function* () {
    if (prune !== undefined && (json || show !== undefined)) {
      return yield* wrongUsage(`use either --prune or ${json ? "--json" : "--show"}, not both`)
    }
    const path = yield* Path.Path
    const fs = yield* FileSystem.FileSystem
    const places = [JournalFile.FOLDER_NAME, JournalFile.EARLIER_FILE_NAME].map((name) => path.join(out, name))
    const print = (document: unknown, text: string) => Console.log(json ? Json.document(document) : text)
    // Opening a journal would create one.
    const isFile = yield* Absence.isFile(out)
    if (isFile || !(yield* Effect.exists(places, (place) => Effect.orElseSucceed(fs.exists(place), () => true)))) {
      const none = `there is no journal in ${out}${yield* Absence.hint(out)}`
      if (isFile || show !== undefined) return yield* wrongUsage(none)
      return yield* print(Document.make(NOTHING), none)
    }
    if (prune !== undefined) return yield* forget(out, prune)
    const snapshot = yield* JournalFile.read({ directory: out })
    if (show === undefined) {
      const document = Document.make(snapshot)
      if (document.answers.length === 0 && document.skipped > 0) return yield* unreadable(out, document.skipped)
      if (document.answers.length === 0 && document.runs.length === 0 && !json)
        return yield* Notice.tell(`the journal in ${out} has no answers`)
      return yield* print(document, list(document, Look.output()))
    }
    const entry = snapshot.entries[show - 1]
    if (entry === undefined) {
      return yield* wrongUsage(
        `there is no answer ${show}: the journal has ${Lines.count(snapshot.entries.length, "answer")}`
      )
    }
    const { accept } = yield* CodeCheck
    const document = Document.show(entry, show - 1, accept(entry.answer.text))
    return yield* print(document, shown(document, Look.output()))
  }).pipe(Effect.catchTag("JournalError", ({ message }) => wrongUsage(message)))

const NOTHING: JournalFile.Snapshot = { entries: [], runs: [], unfinished: [], skipped: 0 }

const unreadable = (directory: string, skipped: number): Failure => {
  const why = "they are damaged, or from a newer version of algogen"
  const message = `the journal in ${directory}: ${Lines.count(skipped, "record")} could not be read; ${why}`
  return nothingProduced(message)
}

export const list = ({ answers, runs, skipped }: ReturnType<typeof Document.make>, look: Look.Look): string => {
  const whole = answers.filter(({ partial }) => partial === undefined)
  const beginnings = answers.length - whole.length
  const ofNoRun = whole.length - runs.reduce((sum, { received }) => sum + received, 0)
  return [
    Fit.table(
      ["run", "ticker", "asked", "answered", "finished", "received", "cost"],
      runs.map(({ answered, answersOfUnknownCost, asked, at, cost, finished, received, ticker }) => [
        at,
        ticker ?? "several",
        asked === undefined ? "?" : String(asked),
        String(answered),
        finished ? "yes" : "no",
        String(received),
        cost === undefined ? "?" : `${answersOfUnknownCost === undefined ? "" : "at least "}${Price.dollars(cost)}`
      ]),
      look,
      { dispensable: [6, 5] }
    ),
    "",
    Fit.table(
      ["answer", "model", "ticker", "when", "completion tokens", "cost"],
      answers.map(({ at, model, number, partial, ticker, usage }) => [
        String(number),
        model,
        ticker,
        at,
        partial === undefined ? String(usage?.completionTokens ?? "?") : "cut off",
        usage?.cost === undefined ? "?" : Price.dollars(usage.cost)
      ]),
      look,
      { dispensable: [4, 3], shortened: 1 }
    ),
    "",
    ...[
      sum(whole),
      ...(ofNoRun === 0 ? [] : [`${ofNoRun} of these came to no run listed above`]),
      ...(beginnings === 0 ? [] : [`${Lines.count(beginnings, "incomplete answer")} besides, kept for reading only`]),
      ...(answers.length === 0 ? [] : ["algogen journal --show N prints an answer."]),
      ...(skipped === 0 ? [] : [`${Lines.count(skipped, "record")} could not be read`])
    ].map((line) => Fit.hang(line, look.columns))
  ].join("\n")
}

/** The answer as it came, but for what a terminal would obey. */
export const shown = (answer: ReturnType<typeof Document.show>, { clean, columns }: Look.Look): string => {
  const { at, finishReason, model, number, servedModel, text, ticker, usage, verdict } = answer
  const { line, message = "", stage } = verdict
  const cost = usage?.cost === undefined ? "cost unknown" : `cost ${Price.dollars(usage.cost)}`
  return [
    ...[
      `answer ${number}: ${model} for ${ticker}, ${at}`,
      ...(servedModel === undefined ? [] : [`answered by: ${servedModel}`]),
      `${usage === undefined ? "tokens unknown" : Lines.count(usage.completionTokens, "completion token")}, ${cost}`,
      ...(finishReason === undefined ? [] : [`finish reason: ${finishReason}`]),
      verdict.keeps === true
        ? "keeps the algorithm of an earlier round"
        : verdict.ok
          ? "passes the checks"
          : `refused: ${stage}: ${CodeFailure.describe({ line, message })}`
    ].map((said) => Fit.hang(clean(said), columns)),
    "",
    ...text.trimEnd().split("\n").map(Table.code)
  ].join("\n")
}

const forget = (directory: string, age: Duration.Duration) =>
  Effect.gen(function* () {
    const journal = yield* Journal.Journal
    const forgotten = yield* journal.prune(age)
    const older = Duration.toMillis(age) === 0 ? "there are none" : `none is older than ${Duration.format(age)}`
    yield* Notice.tell(`${Lines.count(forgotten, "answer")} deleted${forgotten === 0 ? `: ${older}` : ""}`)
  }).pipe(Effect.provide(JournalFile.layer({ directory })))

const sum = (answers: ReturnType<typeof Document.make>["answers"]): string =>
  `${Lines.count(answers.length, "answer")}, ${Lines.cost(costsOf(answers), "answer")}`
