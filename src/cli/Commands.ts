/** The flags of each command. What they do is in `commands/`, which is loaded when it is needed. */
import * as Args from "@effect/cli/Args"
import type { Command } from "@effect/cli/Command"
import * as Option from "effect/Option"
import * as Flags from "./Flags.js"

const asking = {
  maxCompletionTokens: Flags.maxTokens,
  temperature: Flags.temperature,
  effort: Flags.effort,
  system: Flags.system,
  provider: Flags.providerJson,
  serviceTier: Flags.serviceTier,
  allowPaid: Flags.allowPaid
}

const server = { baseUrl: Flags.baseUrl, apiKeyEnv: Flags.apiKeyEnv }

const scoring = {
  data: Flags.data,
  bar: Flags.bar,
  arena: Flags.arena,
  fee: Flags.fee,
  slippage: Flags.slippage,
  imports: Flags.imports,
  config: Flags.config,
  trialUnsandboxed: Flags.trialUnsandboxed,
  json: Flags.json
}

export const generate = {
  ...asking,
  ...scoring,
  ...server,
  tickers: Flags.tickers,
  tickersFile: Flags.tickersFile,
  jobs: Flags.jobs,
  shard: Flags.shard,
  db: Flags.db,
  batch: Flags.batch,
  models: Flags.models,
  prompt: Flags.prompt,
  out: Flags.out,
  samples: Flags.samples,
  distinct: Flags.distinct,
  rounds: Flags.rounds,
  concurrency: Flags.concurrency,
  connections: Flags.connections,
  requestTimeout: Flags.requestTimeout,
  deadline: Flags.deadline,
  maxRetries: Flags.maxRetries,
  patience: Flags.patience,
  repairs: Flags.repair,
  trial: Flags.trial,
  resume: Flags.resume,
  budget: Flags.budget,
  dryRun: Flags.dryRun,
  showPrompt: Flags.showPrompt,
  simulate: Flags.simulate,
  demo: Flags.demo,
  stream: Flags.stream,
  report: Flags.report,
  open: Flags.open,
  view: Flags.view,
  metrics: Flags.metrics,
  otlp: Flags.otlp,
  events: Flags.events,
  quiet: Flags.quiet,
  verbose: Flags.verbose
}
export type Generate = Command.ParseConfig<typeof generate>

export const init = {
  ...server,
  models: Flags.models,
  tickers: Flags.tickers
}
export type Init = Command.ParseConfig<typeof init>

/** One that may be left out. */
const argument = (name: string, about: string): Args.Args<string | undefined> =>
  Args.text({ name }).pipe(Args.withDescription(about), Args.optional, Args.map(Option.getOrUndefined))

export const models = {
  word: argument("word", "Only models whose id has this word"),
  free: Flags.free,
  ...server,
  simulate: Flags.simulate,
  json: Flags.json,
  verbose: Flags.verbose
}
export type Models = Command.ParseConfig<typeof models>

export const doctor = {
  ...asking,
  models: Flags.models,
  requestTimeout: Flags.requestTimeout,
  ...server,
  simulate: Flags.simulate,
  stream: Flags.stream,
  config: Flags.config,
  json: Flags.json,
  verbose: Flags.verbose
}
export type Doctor = Command.ParseConfig<typeof doctor>

const folder = argument("folder", "A folder of algorithms, with a manifest or a journal")

export const report = {
  folder,
  report: Flags.report,
  open: Flags.open
}
export type Report = Command.ParseConfig<typeof report>

export const view = { folder, port: Flags.port }
export type View = Command.ParseConfig<typeof view>

export const journal = { folder, out: Flags.out, show: Flags.show, prune: Flags.prune, json: Flags.json }
export type Journal = Command.ParseConfig<typeof journal>

export const validate = {
  files: Args.text({ name: "file" }).pipe(
    Args.withDescription(
      "A .py file, a folder of them, or a model's answer in any other file or on standard input (-)"
    ),
    Args.atLeast(1)
  ),
  json: Flags.json,
  imports: Flags.imports,
  config: Flags.config,
  trial: Flags.trial,
  trialUnsandboxed: Flags.trialUnsandboxed
}
export type Validate = Command.ParseConfig<typeof validate>

export const score = {
  files: Args.text({ name: "file" }).pipe(
    Args.withDescription("A .py file, a folder of them, or a model's answer in any other file"),
    Args.atLeast(1)
  ),
  ...scoring
}
export type Score = Command.ParseConfig<typeof score>

export const compare = {
  first: Args.text({ name: "file" }).pipe(Args.withDescription("A .py file, or a model's answer in any other file")),
  second: Args.text({ name: "other" }).pipe(Args.withDescription("The one to compare it with")),
  ...scoring
}
export type Compare = Command.ParseConfig<typeof compare>

export const python = {}

export const worker = {
  db: Flags.db,
  concurrency: Flags.concurrency,
  imports: Flags.imports,
  trial: Flags.trial,
  fee: Flags.fee,
  slippage: Flags.slippage,
  ...server,
  verbose: Flags.verbose
}
export type Worker = Command.ParseConfig<typeof worker>

export const status = { db: Flags.db, batch: Flags.batch, prune: Flags.prune, json: Flags.json }
export type Status = Command.ParseConfig<typeof status>

export const cancel = { db: Flags.db, batch: Flags.batch }
export type Cancel = Command.ParseConfig<typeof cancel>

export const simulate = {
  port: Flags.port,
  seed: Flags.seed,
  profile: Flags.profile,
  scenario: Flags.scenario,
  list: Flags.list
}
export type Simulate = Command.ParseConfig<typeof simulate>
