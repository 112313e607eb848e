/** A command that fails: a line that says why, if there is one, and the exit code that scripts read. */
import * as Data from "effect/Data"
import { neutral } from "../domain/Neutral.js"

export const NOTHING_PRODUCED = 1
export const WRONG_USAGE = 2
export const HUNG_UP = 129
export const INTERRUPTED = 130
export const TERMINATED = 143

export class Failure extends Data.TaggedError("Failure")<{
  readonly exitCode: number
  /** For standard error; absent when everything has been said. */
  readonly message?: string
}> {}

/** The message for a terminal: what it quotes of arguments and files has no power over it. Empty if there is none. */
export const textOf = ({ message }: Failure): string => message.split("\n").map(neutral).join("\n")

export const wrongUsage = (message: string): Failure => new Failure({ exitCode: WRONG_USAGE, message })

export const nothingProduced = (message = ""): Failure => new Failure({ exitCode: NOTHING_PRODUCED, message })

/** What other programs write to where they are given this for a file. */
export const STANDARD_OUTPUT = "-"

export const noFile = (flag: string): Failure =>
  wrongUsage(
    `${flag} needs the name of a file and does not write to standard output; write ./- for a file of that name`
  )
