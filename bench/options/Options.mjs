/**
 * The options of a script of `bench`, and how it fails: help and options come from one table, and what is wrong is said in a
 * sentence, with the options, and ends the script with 2. Types are in `Options.d.mts`; plain JavaScript since some scripts run unbuilt.
 */
import { parseArgs } from "node:util"

const PLACEHOLDERS = { string: "TEXT", number: "N" }

const shown = (value) => (Array.isArray(value) ? value.join(", ") : String(value))

const isDefault = (value) => value !== undefined && value !== false && shown(value) !== ""

/** `--seed N    chooses others (1)`, a line each. */
export const help = (command, options) => {
  const rows = Object.entries(options).map(([name, { default: value, help, type, word = PLACEHOLDERS[type] }]) => [
    type === "boolean" ? `--${name}` : `--${name} ${word}`,
    isDefault(value) ? `${help} (${shown(value)})` : help
  ])
  const width = Math.max(...rows.map(([flag]) => flag.length))
  const lines = rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}\n`)
  return `${command}${rows.length === 0 ? ", which has no options" : " [options]"}\n${lines.join("")}`
}

/** What Node says, without the advice for those who write programs. */
const sentence = ({ message }) => `${message.split(/\.(?:\s|$)|\n/)[0]}.`

/** What is not a number, as a sentence. */
const numberOf = (name, text) => {
  const number = text.trim() === "" ? Number.NaN : Number(text)
  if (!Number.isFinite(number) || number < 0) throw new Error(`Option '--${name}' wants a number, not '${text}'`)
  return number
}

const valueOf = ([name, { default: value, type }], given) => {
  if (given === undefined) return value
  if (type !== "number") return given
  return Array.isArray(given) ? given.map((text) => numberOf(name, text)) : numberOf(name, given)
}

/** The values, or the sentence about what is wrong with the arguments. */
export const parse = (options, args) => {
  try {
    const known = Object.entries(options).map(([name, { multiple = false, type }]) => [
      name,
      { multiple, type: type === "number" ? "string" : type }
    ])
    const { values } = parseArgs({ args, options: Object.fromEntries(known) })
    return {
      values: Object.fromEntries(
        Object.entries(options).map((option) => [option[0], valueOf(option, values[option[0]])])
      )
    }
  } catch (error) {
    return { wrong: sentence(error) }
  }
}

/** The values of this script's options; ends the script where help is asked for, or where something is wrong. */
export const read = (command, options) => {
  const args = process.argv.slice(2)
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help(command, options))
    process.exit(0)
  }
  const { values, wrong } = parse(options, args)
  if (wrong === undefined) return values
  process.stderr.write(`${wrong}\n\n${help(command, options)}`)
  return process.exit(2)
}
