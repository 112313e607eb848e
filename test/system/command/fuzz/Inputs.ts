/** What a command line is made of, and the files that it names: right ones, and what becomes of them. */
import { COMMANDS, type CommandName, flagsOf } from "../../../../src/cli/CommandRows.js"
import { type FlagName, FLAGS } from "../../../../src/cli/FlagRows.js"
import type { Dice } from "../../world/Dice.js"

/** Nobody listens there. */
export const NOWHERE = "http://127.0.0.1:9/v1"

const PROGRAM = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'
const PRICES = [
  "Date,Open,High,Low,Close,Volume",
  ...Array.from({ length: 12 }, (_, day) => `2024-01-${String(day + 2).padStart(2, "0")},1,2.5,0.5,1.${day},100`),
  ""
]
const JOB = { model: "a/b", ticker: "AAPL", sample: 2, temperature: 0.5, prompt: "Trade {{ticker}}" }

/** By their names: what they say, and the command that reads them. */
export const FILES = {
  "algogen.json": [
    JSON.stringify(
      { models: ["a/b", { id: "c/d", effort: "low" }], tickers: ["AAPL"], concurrency: 3, out: "x" },
      null,
      2
    ),
    ["generate", "--dry-run"]
  ],
  "prices.csv": [PRICES.join("\n"), ["generate", "--show-prompt", "-m", "a/b", "--data", "prices.csv"]],
  "jobs.jsonl": [
    [JOB, { ...JOB, sample: 3 }].map((job) => `${JSON.stringify(job)}\n`).join(""),
    ["generate", "--dry-run", "--jobs", "jobs.jsonl"]
  ],
  "tickers.txt": [
    "AAPL\nTSLA # car\n\nMSFT,NVDA\n",
    ["generate", "--dry-run", "-m", "a/b", "--tickers", "tickers.txt"]
  ],
  "prompt.md": [
    "Trade {{ticker}} with {{strategy}}.\n{{#data}}Prices: {{data}}{{/data}}\n",
    ["generate", "--show-prompt", "-m", "a/b", "--prompt", "prompt.md"]
  ],
  ".env": [
    "OPENROUTER_APP_NAME=mine\n# more\nOPENROUTER_SITE_URL='http://x.test'\n",
    ["generate", "--show-prompt", "-m", "a/b"]
  ],
  "algo.py": [PROGRAM, ["validate", "algo.py"]],
  "broken.db": ["SQLite format 3\u0000", ["status", "--db", "sqlite:broken.db"]],
  "out/.algogen-journal/2026-01-01T00-00-00-000Z-1.jsonl": [
    '{"version":1,"sum":"00000000","record":{"_tag":"Finished","run":"r","at":1}}\n',
    ["journal", "--out", "out"]
  ],
  "out/manifest.jsonl": ['{"index":0,"model":"a/b","ticker":"AAPL","status":"ok","file":"x.py"}\n', ["report", "out"]]
} satisfies Readonly<Record<string, readonly [text: string, words: ReadonlyArray<string>]>>

export type FileName = keyof typeof FILES
// `Object.keys` knows no names.
const isFileName = (name: string): name is FileName => name in FILES
export const fileNames: ReadonlyArray<FileName> = Object.keys(FILES).filter(isFileName)

const NOISE = [..."{}[]\",:\\\n\r\t\u0000\u001b\u202e\ufeff-0123456789.eE=#'$%éЖ日😀\ud800"]
export const noise = (dice: Dice, most: number): string =>
  Array.from({ length: dice.below(most + 1) }, () => NOISE[dice.below(NOISE.length)] ?? "").join("")

/** Letters replaced, cut away, doubled. */
export const damage = (dice: Dice, text: string): string => {
  if (dice.chance(0.1)) return noise(dice, 80)
  let now = text
  for (let count = dice.between(1, 3); count > 0; count -= 1) {
    const from = dice.below(now.length + 1)
    const length = dice.chance(0.2) ? dice.below(now.length + 1) : dice.below(4)
    const put = dice.chance(0.3) ? now.slice(from, from + dice.below(30)) : noise(dice, 4)
    now = now.slice(0, from) + put + now.slice(from + length)
  }
  return now
}

const WORDS =
  "1 0 -1 3 1e3 999999999999999999999 0.5 NaN Infinity x a/b a/b@effort=low a/b@ @ @prompt.md AAPL ^GSPC BTC/USD A$PL 90s 0ms 30d minute 5bp 100% 1/3 3/1 {} [1] none low flex out /dev/null .. pandas os.path ftp://x http:// http://me:secret@x sqlite:jobs.db sqlite:broken.db sqlite:/ postgres://me:secret@127.0.0.1:9/x mysql://x 127.0.0.1:0 name -- - healthy sunny %s ${HOME} ../../etc/passwd"

const VALUES = [
  ...WORDS.split(" "),
  "",
  " ",
  "2 minutes",
  '{"order":["X"]}',
  NOWHERE,
  "nul\u0000l",
  "a".repeat(5_000),
  "\u001b[31m",
  "\u202eab",
  ...fileNames
]

/** These wait for somebody: a client, a browser, a worker's jobs. */
const WAITING: ReadonlySet<string> = new Set(["simulate", "view", "worker"])
/** These open a window, and run what is in the files without a sandbox. */
const LEFT_OUT: ReadonlySet<string> = new Set(["open", "trial-unsandboxed"])

const isCommand = (name: string): name is CommandName => name in COMMANDS
const commands = Object.keys(COMMANDS).filter(isCommand)
const allFlags = Object.keys(FLAGS).filter((name): name is FlagName => name in FLAGS && !LEFT_OUT.has(name))

const one = <A>(dice: Dice, list: ReadonlyArray<A>, other: A): A => list[dice.below(list.length)] ?? other

const value = (dice: Dice): string => (dice.chance(0.85) ? one(dice, VALUES, "x") : noise(dice, 12))

const flag = (dice: Dice, of: ReadonlyArray<FlagName>): ReadonlyArray<string> => {
  const name = one(dice, dice.chance(0.9) ? of : allFlags, "json")
  const { alias, value: wanted } = FLAGS[name]
  const written = dice.chance(0.05)
    ? `--${name.slice(1)}`
    : alias !== undefined && dice.chance(0.5)
      ? `-${alias}`
      : `--${name}`
  // Now and then a switch gets a value, and a flag none.
  if ((wanted === undefined) !== dice.chance(0.05)) return [written]
  return dice.chance(0.3) ? [`${written}=${value(dice)}`] : [written, value(dice)]
}

export interface Case {
  readonly words: ReadonlyArray<string>
  /** Where nothing is wrong it goes on until it is interrupted. */
  readonly waits: boolean
  readonly files: ReadonlyMap<FileName, string>
  /** The file that was damaged, where that is what is tried. */
  readonly about: FileName | undefined
}

const right = (): Map<FileName, string> => new Map(fileNames.map((name) => [name, FILES[name][0]]))

const damagedFile = (dice: Dice): Case => {
  const about = one(dice, fileNames, "algogen.json")
  const [text, words] = FILES[about]
  const files = right()
  if (about !== "algogen.json") files.delete("algogen.json")
  if (about !== ".env") files.delete(".env")
  return { words, waits: false, about, files: files.set(about, damage(dice, text)) }
}

const commandLine = (dice: Dice): Case => {
  const name = dice.chance(0.5) ? "generate" : one(dice, commands, "generate")
  const own = isCommand(name) ? flagsOf(name).filter((each) => !LEFT_OUT.has(each)) : []
  const words = Array.from({ length: dice.below(6) }, () =>
    dice.chance(0.8) ? flag(dice, own.length === 0 ? ["json"] : own) : [value(dice)]
  ).flat()
  const files = right()
  if (dice.chance(0.7)) files.delete("algogen.json")
  const first = dice.chance(0.03) ? noise(dice, 6) : name
  // Nothing is sent in any case, where nothing is wrong.
  return {
    words: [first, ...(name === "generate" ? [dice.pick(["--dry-run", "--show-prompt"])] : []), ...words],
    waits: WAITING.has(first) || words.some((word) => word.startsWith("--view")),
    files,
    about: undefined
  }
}

export const draw = (seed: number, dice: Dice): Case => (seed % 2 === 0 ? damagedFile(dice) : commandLine(dice))
