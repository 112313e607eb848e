/** What `algogen` and `--help` print: no flag parser is loaded for it. Every line fits 80 columns. */
import { COMMANDS, type CommandName, type CommandRow, flagsOf, isCommand, textOf } from "./CommandRows.js"
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

const section = (
  name: CommandName,
  [title, flags]: CommandRow["groups"][number],
  width: number
): ReadonlyArray<string> => {
  const row = (flag: FlagName) =>
    wrap(describe(textOf(name, flag)), COLUMNS - width).map((line, index) =>
      ((index === 0 ? `  ${written(flag)}` : "").padEnd(width) + line).trimEnd()
    )
  return (title === "" ? [] : [`${title}:`]).concat(flags.flatMap(row))
}

/** With `all`, every flag is described, otherwise the common ones: the others are named, so that all fits one screen. */
const help = (name: CommandName, all: boolean): string => {
  const { about, args, common, groups, more }: CommandRow = COMMANDS[name]
  const flags = flagsOf(name)
  const isShort = common !== undefined && !all
  const width = Math.max(0, ...(isShort ? common : flags).map((flag) => written(flag).length)) + 4
  const others = isShort ? flags.filter((flag) => !common.includes(flag)) : []
  const named = wrap(others.map((flag) => `--${flag}`).join(" "), COLUMNS - 2).map((line) => `  ${line}`)
  return [
    `Usage: algogen ${name}${groups.length === 0 ? "" : " [FLAGS]"}${args === undefined ? "" : ` ${args}`}`,
    `${about}.`,
    ...(more === undefined ? [] : [more]),
    "",
    ...(isShort ? section(name, ["", common], width) : groups.flatMap((group) => section(name, group, width))),
    ...(isShort ? ["", `algogen help ${name} --all describes these as well:`, ...named] : [])
  ].join("\n")
}

const isHelp = (word: string | undefined): boolean => word === "--help" || word === "-h"

/** The answer to the arguments if no flag parser is needed for it. */
export const answer = (version: string, words: ReadonlyArray<string>): string | undefined => {
  const [word, second] = words
  const isAll = words.some((word) => word === "--all" || word === "all")
  if (word === undefined || (words.length === 1 && (isHelp(word) || word === "help"))) return overview(version)
  if (words.length === 1 && word === "--version") return version
  if (isCommand(word) && words.some(isHelp)) return help(word, isAll)
  return (word === "help" || isHelp(word)) && isCommand(second) ? help(second, isAll) : undefined
}
