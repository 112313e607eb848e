/**
 * Checks the words of a command line before the flag parser sees them. That parser takes a flag for the value of another,
 * forgets a repeated flag without a value, does not know a repeated flag written with `=`, calls a flag that is given twice
 * unknown, and an unknown one an argument.
 */
import * as Effect from "effect/Effect"
import { nearest } from "../domain/Nearest.js"
import { COMMANDS, type CommandName, type CommandRow, flagsOf, isCommand } from "./CommandRows.js"
import { type Failure, wrongUsage } from "./Failure.js"
import { type FlagName, type FlagRow, FLAGS, writtenAs } from "./FlagRows.js"

/** Flags that every command has, from the flag parser. */
const BUILT_IN: ReadonlySet<string> = new Set(["--completions", "--log-level", "--version", "--wizard"])

const SWITCHED = /^(true|1|y|yes|on|false|0|n|no|off)$/

const NAMES: ReadonlyArray<string> = Object.keys(COMMANDS)

/** A flag and its value if it has one, or what is no flag. */
export interface Piece {
  /** The flag's long name without its dashes. */
  readonly flag?: FlagName | undefined
  readonly words: ReadonlyArray<string>
}

/** A command line in its pieces. */
export interface Line {
  /** Absent where the words are the flag parser's own, such as `--version`. */
  readonly command?: CommandName | undefined
  readonly pieces: ReadonlyArray<Piece>
}

export const wordsOf = ({ command, pieces }: Line): ReadonlyArray<string> => [
  ...(command === undefined ? [] : [command]),
  ...pieces.flatMap(({ words }) => words)
]

/** By everything that each of these flags may be written as. */
const known = (flags: ReadonlyArray<FlagName>): ReadonlyMap<string, FlagName> =>
  new Map(flags.flatMap((flag) => writtenAs(flag).map((written) => [written, flag] as const)))

const isFlag = (word: string): boolean => /^--?[a-z]/i.test(word)

const isValue = (word: string | undefined): boolean => word !== undefined && word.trim() !== "" && !isFlag(word)

const hint = (guess: string | undefined, otherwise: string): string =>
  guess === undefined ? otherwise : `did you mean ${guess}?`

/**
 * Separates values from their flags. Fails if a command or flag is unknown, if a flag has no value or is given too often,
 * and if there are too few or too many arguments.
 */
export const separate = (words: ReadonlyArray<string>): Effect.Effect<Line, Failure> => {
  const [first = "", ...rest] = words
  if (isCommand(first)) return Effect.map(piecesOf(first, rest), (pieces) => ({ command: first, pieces }))
  // The shells that there are scripts for never come here.
  if (nameIn(first) === "--completions") return wrongUsage("--completions needs a shell: bash, zsh or fish")
  if (BUILT_IN.has(nameIn(first))) return Effect.succeed({ pieces: [{ words }] })
  if (isFlag(first)) return wrongUsage(withoutCommand(nameIn(first)))
  const word = first === "help" ? (rest[0] ?? "") : first
  return wrongUsage(`'${word}' is not a command: ${hint(nearest(word, NAMES), `use ${NAMES.join(", ")}`)}`)
}

/** Of a flag without a command: one that has it, if there is one. */
const withoutCommand = (name: string): string => {
  const [owner] = ownersOf(name)
  return owner === undefined
    ? `algogen has no flag ${name}: ${hint(nearest(name, [...BUILT_IN]), "algogen help lists the commands")}`
    : `${name} must come after a command, as in algogen ${owner} ${name}`
}

const ownersOf = (name: string): ReadonlyArray<CommandName> =>
  NAMES.filter(isCommand).filter((command) => known(flagsOf(command)).has(name))

/** `--flag` of `--flag=value`. */
const nameIn = (word: string): string => word.replace(/=[^]*$/, "")

const piecesOf = (command: CommandName, words: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Piece>, Failure> => {
  const own = known(flagsOf(command))
  const pieces: Array<Piece> = []
  const given = new Set<FlagName>()
  const args: Array<string> = []
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place] ?? ""
    // What follows is no flag, whatever it looks like.
    if (word === "--") {
      args.push(...words.slice(place + 1))
      pieces.push({ words: words.slice(place) })
      break
    }
    const name = nameIn(word)
    const flag = own.get(name)
    if (flag === undefined) {
      if (isFlag(word) && !BUILT_IN.has(name)) return wrongUsage(unknown(command, name, [...own.keys()]))
      // Its value is the next word.
      const hasValue = name === "--log-level" && name === word
      pieces.push({ words: hasValue ? [word, words[(place += 1)] ?? ""] : [word] })
      if (!isFlag(word)) args.push(word)
      continue
    }
    const row: FlagRow = FLAGS[flag]
    if (given.has(flag) && row.repeats !== true) return wrongUsage(`--${flag} may be given only once`)
    given.add(flag)
    if (row.value === undefined) {
      if (name !== word && !SWITCHED.test(word.slice(name.length + 1))) {
        return wrongUsage(`${name} takes no value: write ${name} alone, or leave it out`)
      }
      // The flag parser takes `--json false` for a switch and its value.
      const hasValue = SWITCHED.test(words[place + 1] ?? "")
      pieces.push({ flag, words: hasValue ? [word, words[(place += 1)] ?? ""] : [word] })
      continue
    }
    const isJoined = name !== word
    const value = isJoined ? word.slice(name.length + 1) : words[place + 1]
    if (value === undefined || !(isValue(value) || (isJoined && value.trim() !== ""))) {
      return wrongUsage(`${name} needs a value`)
    }
    pieces.push({ flag, words: [name, value] })
    if (!isJoined) place += 1
  }
  const wrong = miscounted(command, args)
  return wrong === undefined ? Effect.succeed(pieces) : wrongUsage(wrong)
}

/** What is wrong with the number of arguments: `FILE...` stands for one or more, `[WORD]` for one or none. */
const miscounted = (command: CommandName, given: ReadonlyArray<string>): string | undefined => {
  const { args = "" }: CommandRow = COMMANDS[command]
  const wanted = args.split(" ").filter((arg) => arg !== "")
  const missing = wanted.filter((arg) => !arg.startsWith("["))[given.length]
  const surplus = args.includes("...") ? undefined : given[wanted.length]
  const help = `algogen help ${command} shows how to use it`
  if (missing !== undefined) return `algogen ${command} needs ${missing}: ${help}`
  return surplus === undefined ? undefined : `algogen ${command} does not take the argument '${surplus}': ${help}`
}

const unknown = (command: CommandName, name: string, own: ReadonlyArray<string>): string => {
  const others = ownersOf(name)
  const otherwise =
    others.length > 0 ? `it belongs to algogen ${others.join(", ")}` : `algogen help ${command} lists its flags`
  const guess = others.length > 0 ? undefined : nearest(name, own)
  return `algogen ${command} has no flag ${name}: ${hint(guess, otherwise)}`
}
