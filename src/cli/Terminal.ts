/** Where the command prints: help and errors of the flags come coloured always, so a file or a pipe gets them plain. */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const printTo =
  (stream: NodeJS.WriteStream) =>
  (...args: ReadonlyArray<unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      // Help brings a line break of its own.
      const text = args.join(" ").replace(/\n$/, "")
      stream.write(`${stream.isTTY ? text : stripVTControlCharacters(text)}\n`)
    })

export const layer: Layer.Layer<never> = Layer.unwrapEffect(
  Console.consoleWith((console) =>
    Effect.succeed(Console.setConsole({ ...console, log: printTo(process.stdout), error: printTo(process.stderr) }))
  )
)
