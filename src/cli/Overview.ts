/** What `algogen` and `--help` print: no flag parser is loaded for it. Every line fits 80 columns. */
import { COMMANDS, type CommandName, type CommandRow, isCommand } from "./CommandRows.js"
import { describe, type FlagName, FLAGS } from "./FlagRows.js"

export const ABOUT = "Ask several language models at once to write a trading algorithm in Python"

const COLUMNS = 80

const overview = (version: string): string =>
  [
    `algogen ${version}`,
    ABOUT,
    "",
    "Commands:",
    ...Object.entries<CommandRow>(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(10)}${about}`),
    "",
    "algogen help COMMAND lists its flags. Others: --version, --completions SHELL.",
    "The first lines of algogen --completions bash (or zsh, fish) say how to install them."
  ].join("\n")

/** Names of flags, their aliases and what stands for their values. */
const written = (name: FlagName): string => {
  const { alias, value } = FLAGS[name]
  return `${alias === undefined ? "" : `-${alias}, `}--${name}${value === undefined ? "" : ` ${value}`}`
}

const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const [first = "", ...words] = text.split(" ")
  const lines = [first]
  for (const word of words) {
    const last = lines.at(-1) ?? ""
    if (last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

const help = (name: CommandName): string => {
  const { about, args, groups, more }: CommandRow = COMMANDS[name]
  const width = Math.max(0, ...groups.flatMap(([, flags]) => flags.map((flag) => written(flag).length))) + 4
  const row = (flag: FlagName) =>
    wrap(describe(FLAGS[flag]), COLUMNS - width).map((line, index) =>
      ((index === 0 ? `  ${written(flag)}` : "").padEnd(width) + line).trimEnd()
    )
  return [
    `Usage: algogen ${name}${groups.length === 0 ? "" : " [FLAGS]"}${args === undefined ? "" : ` ${args}`}`,
    `${about}.`,
    "",
    ...groups.flatMap(([title, flags]) => (title === "" ? [] : [`${title}:`]).concat(flags.flatMap(row))),
    ...(more === undefined ? [] : ["", more])
  ].join("\n")
}

const isHelp = (word: string | undefined): boolean => word === "--help" || word === "-h"

/** The answer to the arguments if no flag parser is needed for it. */
export const answer = (version: string, words: ReadonlyArray<string>): string | undefined => {
  const [word, second] = words
  if (word === undefined || (words.length === 1 && (isHelp(word) || word === "help"))) return overview(version)
  if (words.length === 1 && word === "--version") return version
  if (isCommand(word) && words.some(isHelp)) return help(word)
  return (word === "help" || isHelp(word)) && isCommand(second) ? help(second) : undefined
}
