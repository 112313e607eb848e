/** What help says about each flag. Imports next to nothing, so that help appears at once. */
import { PROFILES, SCENARIOS } from "../simulator/Names.js"

export interface FlagRow {
  /** What stands for its value; absent for a switch. */
  readonly value?: string
  /** One letter. */
  readonly alias?: string
  readonly about: string
  /** What holds where the flag is left out. */
  readonly fallback?: string
  readonly repeats?: true
}

/** The settings of a folder. */
export const CONFIG_FILE = "algogen.json"

const rows = <Name extends string>(table: Readonly<Record<Name, FlagRow>>): Readonly<Record<Name, FlagRow>> => table

export const FLAGS = rows({
  model: {
    alias: "m",
    value: "ID",
    repeats: true,
    about: "A model or 'a/b@effort=low'; repeat it",
    fallback: "six free models"
  },
  ticker: {
    alias: "t",
    value: "SYMBOL",
    repeats: true,
    about: "The symbol to trade, also BTC/USD, BINANCE:BTCUSDT",
    fallback: "AAPL"
  },
  tickers: { value: "FILE", about: "More tickers, one on a line; - is standard input" },
  jobs: { value: "FILE", about: "Jobs in place of models and tickers, as JSON Lines, or -" },
  shard: { value: "I/N", about: "Only the I-th of N parts, each for a process of its own" },
  samples: { value: "N", about: "Algorithms for each model, each for its own strategy", fallback: "1" },
  distinct: { value: "N", about: "Ask until there are N different algorithms", fallback: "0" },
  rounds: { value: "N", about: "How often models may improve what they wrote", fallback: "0" },
  data: { value: "PATH", repeats: true, about: "Prices: a CSV file, or a folder of them" },
  bar: { value: "SIZE", about: "What a tick is: minute, hour or day", fallback: "as in the data, or minute" },
  arena: { about: "For the AlgoClash arena: its rules, prices in each file" },
  prompt: { value: "FILE", about: "Your own prompt: Markdown with {{ticker}} and such" },
  system: { value: "TEXT", about: "Instructions before the prompt, or @FILE" },
  effort: { value: "LEVEL", about: "How much to think: none, minimal, low, .. xhigh, max" },
  "max-tokens": {
    value: "N",
    about: "Token limit",
    fallback: "4096, or 16384 if the model reasons"
  },
  temperature: { value: "T", about: "Sampling temperature, 0 to 2", fallback: "the server's default" },
  "provider-json": { value: "JSON", about: "OpenRouter's 'provider' object, as JSON" },
  "service-tier": { value: "NAME", about: "The server's service tier, such as flex" },
  "base-url": { value: "URL", about: "The server to ask", fallback: "OPENROUTER_BASE_URL, or OpenRouter" },
  "api-key-env": {
    value: "NAME",
    about: "The variable with the key",
    fallback: "ALGOGEN_API_KEY or OPENROUTER_API_KEY"
  },
  simulate: { about: "Ask simulated models on this machine: no key, no cost" },
  demo: { about: "Like --simulate, but real models with a key or a base URL; --trial if for one ticker" },
  stream: { about: "Receive answers as they are written", fallback: "the default" },
  "no-stream": { about: "Receive whole answers" },
  concurrency: { value: "N", about: "Requests in flight", fallback: "6" },
  connections: { value: "N", about: "Connections to the server at most", fallback: "as --concurrency needs" },
  "request-timeout": { value: "TIME", about: "One attempt: 90s, 500ms, 2m or seconds", fallback: "60 seconds" },
  deadline: { value: "TIME", about: "The whole run; no limit for many tickers", fallback: "400 seconds" },
  "max-retries": { value: "N", about: "Retries for each model", fallback: "3" },
  patience: { value: "N", about: "More waits after the retries, up to 30 s each", fallback: "0" },
  repair: { value: "N", about: "How often a model may correct code that fails", fallback: "0" },
  imports: {
    value: "NAMES",
    repeats: true,
    about: "Packages that modules may import as well, such as pandas,yfinance"
  },
  trial: { about: "First run each algorithm in a sandbox" },
  "trial-unsandboxed": { about: "Also where there is no sandbox, with your permissions" },
  fee: { value: "RATE", about: "Scores: fee of each trade, such as 0.1% or 10bp", fallback: "0.01%" },
  slippage: { value: "RATE", about: "Scores: how much worse than the price orders are filled", fallback: "0.05%" },
  budget: { value: "USD", about: "Send nothing that might cost more than this in all" },
  "dry-run": { about: "Send nothing: show what is on offer, and the price" },
  "show-prompt": { about: "Send nothing: show what each model would be asked" },
  resume: { about: "Use the journal's answers to the same request" },
  "allow-paid": { about: "Ask the paid variant of a :free model that is gone" },
  out: {
    alias: "o",
    value: "FOLDER",
    about: "Where to save",
    fallback: "generated; simulated, if models are"
  },
  free: { about: "Only models that cost nothing" },
  json: { about: "Print the results as a JSON document" },
  events: { about: "Print each event as a line of JSON during the run" },
  report: { value: "FILE", about: "Write a page about the run, to be read in a browser" },
  open: { about: "Open the report in the browser" },
  view: { about: "Follow the run in the browser, on a page of this machine" },
  metrics: { value: "FILE", about: "Write metrics to it at the end, as Prometheus text" },
  otlp: { value: "URL", about: "Send traces and metrics to an OpenTelemetry collector" },
  config: { value: "FILE", about: "Settings in place of flags", fallback: CONFIG_FILE },
  verbose: { about: "Log each step of every request" },
  quiet: { about: "Print errors only, and with --json the document" },
  db: { value: "URL", about: "The workers' database", fallback: "ALGOGEN_DB" },
  batch: { value: "NAME", about: "The batch: a new one's name, or one to follow" },
  show: { value: "N", about: "Print one answer, and why it was refused" },
  prune: { value: "AGE", about: "Delete answers older than this, such as 30d" },
  port: { value: "PORT", about: "The port to listen on; 0 takes any free port", fallback: "0" },
  seed: { value: "N", about: "The same seed gives the same answers and failures", fallback: "1" },
  scenario: {
    value: "NAME",
    about: `How the models behave: ${SCENARIOS.join(", ")}`,
    fallback: "healthy"
  },
  profile: { value: "NAME", about: `The server to imitate: ${PROFILES.join(", ")}`, fallback: "openrouter" },
  list: { about: "List what simulated models can do, and start no server" }
})

export type FlagName = keyof typeof FLAGS

/** All that a flag may be written as, the long form first. */
export const writtenAs = (flag: FlagName): ReadonlyArray<string> => {
  const { alias } = FLAGS[flag]
  return [`--${flag}`, ...(alias === undefined ? [] : [`-${alias}`])]
}

export type FlagText = Pick<FlagRow, "about" | "fallback">

/** As one sentence. */
export const describe = ({ about, fallback }: FlagText): string =>
  fallback === undefined ? about : `${about} (${fallback})`
