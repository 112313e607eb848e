/** The JSON Schemas that come with the package, in the folder `schemas`, by the names of their files. */
import * as JSONSchema from "effect/JSONSchema"
import type * as Schema from "effect/Schema"
import * as Manifest from "../bulk/Manifest.js"
import * as ConfigFile from "../ConfigFile.js"
import { Jobs } from "./Jobs.js"
import * as Journal from "./JournalDocument.js"
import * as Others from "./Others.js"
import { Prompts } from "./Prompts.js"
import { Run } from "./Run.js"

/** Fields that a reader does not know are allowed: later versions may have more. */
const titled = <A, I>(title: string, { ast }: Schema.Schema<A, I>) => {
  const definitions = {}
  const schema = JSONSchema.fromAST(ast, { definitions, additionalPropertiesStrategy: "allow" })
  return { $schema: "http://json-schema.org/draft-07/schema#", title, ...schema, $defs: definitions }
}

export const make = () => ({
  // An editor is to complain about a setting that it does not know.
  "algogen.json": ConfigFile.jsonSchema(),
  "generate.json": titled("algogen generate --json", Run),
  "jobs.json": titled("algogen generate --json for several tickers, or with --jobs", Jobs),
  "manifest.json": titled("a line of manifest.jsonl", Manifest.Line),
  "dry-run.json": titled("algogen generate --dry-run --json, also for several tickers, or with --jobs", Others.DryRun),
  "prompts.json": titled("algogen generate --show-prompt --json", Prompts),
  "events.json": titled("a line of algogen generate --events", Others.EventLine),
  "models.json": titled("algogen models --json", Others.Models),
  "doctor.json": titled("algogen doctor --json", Others.Doctor),
  "validate.json": titled("algogen validate --json", Others.Validate),
  "score.json": titled("algogen score --json", Others.Scores),
  "compare.json": titled("algogen compare --json", Others.Comparison),
  "status.json": titled("algogen status --json", Others.Status),
  "journal.json": titled("algogen journal --json", Journal.Journal),
  "answer.json": titled("algogen journal --show N --json", Journal.Shown)
})
