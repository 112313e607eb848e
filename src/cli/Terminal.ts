/** Where the command prints. Help and flag errors are always coloured, so the colours are removed for files and pipes. */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const printTo =
  (stream: NodeJS.WriteStream) =>
  (...args: ReadonlyArray<unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      // Help ends with its own line break.
      const text = args.join(" ").replace(/\n$/, "")
      stream.write(`${stream.isTTY ? text : stripVTControlCharacters(text)}\n`)
    })

export const layer: Layer.Layer<never> = Layer.unwrapEffect(
  Console.consoleWith((console) =>
    Effect.succeed(Console.setConsole({ ...console, log: printTo(process.stdout), error: printTo(process.stderr) }))
  )
)
