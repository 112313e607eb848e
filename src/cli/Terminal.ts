/** Where the command prints. The flag parser always colours what it prints, so the colours are removed for files and pipes. */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

const printTo =
  (stream: NodeJS.WriteStream) =>
  (...args: ReadonlyArray<unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      // Help ends with its own line break.
      const text = args.join(" ").replace(/\n$/, "")
      stream.write(`${stream.isTTY ? text : stripVTControlCharacters(text)}\n`)
    })

export const output: Console.Console = {
  ...Context.get(DefaultServices.liveServices, Console.Console),
  log: printTo(process.stdout),
  error: printTo(process.stderr)
}

export const layer: Layer.Layer<never> = Console.setConsole(output)
