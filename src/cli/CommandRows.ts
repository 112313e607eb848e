/** The commands, and which flags each of them has, in the groups that its help shows. */
import { type FlagName, type FlagText, FLAGS } from "./FlagRows.js"

export interface CommandRow {
  readonly about: string
  /** What its arguments are, where it has any. */
  readonly args?: string
  readonly groups: ReadonlyArray<readonly [title: string, flags: ReadonlyArray<FlagName>]>
  /** The flags that help describes first, where all of them do not fit one screen. */
  readonly common?: ReadonlyArray<FlagName>
  readonly more?: string
  /** In place of the texts of `FlagRows`, where a flag means something of its own to this command. */
  readonly texts?: Partial<Readonly<Record<FlagName, FlagText>>>
}

const rows = <Name extends string>(table: Readonly<Record<Name, CommandRow>>): Readonly<Record<Name, CommandRow>> =>
  table

const PARAMETERS = ["system", "effort", "max-tokens", "temperature", "provider-json", "service-tier"] as const
const SCORING = ["data", "bar", "arena", "fee", "slippage", "imports", "trial-unsandboxed", "config", "json"] as const
const SCORING_TEXTS: CommandRow["texts"] = {
  arena: { about: "Play by the rules of the AlgoClash arena" },
  "trial-unsandboxed": { about: "Without a sandbox, run them with your permissions" }
}
const SERVER = ["base-url", "api-key-env", "simulate", "demo", "stream", "no-stream"] as const

export const COMMANDS = rows({
  generate: {
    about: "Ask several models at once to write a trading algorithm, and save what works",
    groups: [
      [
        "What to ask",
        [
          "model",
          "ticker",
          "tickers",
          "jobs",
          "shard",
          "db",
          "batch",
          "samples",
          "distinct",
          "data",
          "bar",
          "arena",
          "prompt",
          "show-prompt",
          ...PARAMETERS,
          "config"
        ]
      ],
      ["Server", SERVER],
      ["Limits", ["concurrency", "connections", "request-timeout", "deadline", "max-retries", "patience"]],
      ["Checks", ["repair", "rounds", "imports", "trial", "trial-unsandboxed", "fee", "slippage"]],
      ["Money", ["budget", "dry-run", "resume", "allow-paid"]],
      ["Output", ["out", "json", "events", "report", "open", "view", "metrics", "otlp", "quiet", "verbose"]]
    ],
    common: ["model", "ticker", "samples", "data", "base-url", "simulate", "trial", "budget", "out", "json"],
    more: "Example: algogen generate -t TSLA -m openai/gpt-4o-mini -m google/gemma-2-9b-it"
  },
  init: {
    about: "Set up this folder: check a key, write .env and algogen.json",
    groups: [["", ["base-url", "api-key-env", "model", "ticker"]]],
    more: "Without a terminal it asks nothing: set the key in the environment.",
    texts: {
      model: { about: "A model for algogen.json; repeat it", fallback: "six free models" },
      ticker: { about: "The symbol for algogen.json", fallback: "AAPL" }
    }
  },
  models: {
    about: "List the models on offer, with context length and prices",
    args: "[WORD]",
    groups: [
      ["What to list", ["free"]],
      ["Server", ["base-url", "api-key-env", "simulate"]],
      ["Output", ["json", "verbose"]]
    ],
    more: "WORD: only models whose id has this word, such as algogen models qwen --free"
  },
  doctor: {
    about: "Find out why requests fail: key, base URL, models, one small request",
    groups: [
      ["What to ask", ["model", ...PARAMETERS, "allow-paid", "config"]],
      ["Server", ["base-url", "api-key-env", "simulate", "stream", "no-stream", "request-timeout"]],
      ["Output", ["json", "verbose"]]
    ],
    common: ["model", "base-url", "api-key-env", "request-timeout", "simulate", "config", "json", "verbose"],
    texts: { model: { about: "A model to look for; the first one is asked", fallback: "six free models" } }
  },
  report: {
    about: "Write a page about a folder of algorithms",
    args: "[FOLDER]",
    groups: [["", ["report", "open"]]],
    texts: { report: { about: "The file of the page", fallback: "report.html in the folder" } }
  },
  view: {
    about: "Show a page about a folder of algorithms that follows what a run adds to it",
    args: "[FOLDER]",
    groups: [["", ["port"]]],
    more: "On this machine only, until Ctrl-C."
  },
  journal: {
    about: "List runs and the answers you paid for, show one, or delete old ones",
    args: "[FOLDER]",
    groups: [["", ["out", "show", "prune", "json"]]],
    texts: { out: { about: "The folder, if no FOLDER is named", fallback: "generated" } }
  },
  validate: {
    about: "Check Python files or saved answers, without sending anything",
    args: "FILE...",
    groups: [["", ["imports", "trial", "trial-unsandboxed", "config", "json"]]],
    more: "FILE is a .py file, a folder of them, or a model's answer: any other file, or -.",
    texts: { trial: { about: "Also run each module in a sandbox" } }
  },
  score: {
    about: "Play Python files over prices they were not written for, and rank them",
    args: "FILE...",
    groups: [["", SCORING]],
    more: "Without --data the prices are made up: algogen score generated --data AAPL.csv",
    texts: SCORING_TEXTS
  },
  compare: {
    about: "Show two Python files side by side: scores, equity, changes in the code",
    args: "FILE OTHER",
    groups: [["", SCORING]],
    texts: SCORING_TEXTS
  },
  python: {
    about: "Print the module for callers in Python: algogen python > algogen.py",
    groups: []
  },
  worker: {
    about: "Ask for the jobs in a database, as one of any number of workers",
    groups: [
      ["", ["db", "concurrency"]],
      ["Server", ["base-url", "api-key-env"]],
      ["Checks", ["imports", "trial", "fee", "slippage"]],
      ["Output", ["verbose"]]
    ],
    more: "Jobs come from algogen generate --db. The models' code runs only in a sandbox."
  },
  status: {
    about: "Show the workers and batches of a database, or delete old batches",
    groups: [["", ["db", "batch", "prune", "json"]]],
    texts: {
      batch: { about: "Show this batch only" },
      prune: { about: "Delete batches that ended longer ago, such as 30d" }
    }
  },
  cancel: {
    about: "End a batch in a database; what has arrived is kept",
    groups: [["", ["db", "batch"]]],
    texts: { batch: { about: "The batch to end; algogen status lists them" } }
  },
  simulate: {
    about: "Run a simulated server on this machine, for tests and demonstrations",
    groups: [["", ["port", "seed", "scenario", "profile", "list"]]]
  }
})

export type CommandName = keyof typeof COMMANDS

export const isCommand = (word: string | undefined): word is CommandName =>
  word !== undefined && Object.hasOwn(COMMANDS, word)

export const flagsOf = (name: CommandName): ReadonlyArray<FlagName> =>
  COMMANDS[name].groups.flatMap(([, flags]) => flags)

export const textOf = (name: CommandName, flag: FlagName): FlagText => {
  const { texts }: CommandRow = COMMANDS[name]
  return texts?.[flag] ?? FLAGS[flag]
}
