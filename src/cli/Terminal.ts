/**
 * Where the command prints. Help and flag errors are always coloured, so the colours are removed for files and pipes, and
 * where `NO_COLOR` is set. A terminal that only knows ASCII gets nothing else.
 */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Look from "./view/Look.js"

/** https://no-color.org: any value but an empty one. */
export const hasColors = (stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb"

const printTo =
  (stream: NodeJS.WriteStream) =>
  (...args: ReadonlyArray<unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      // Help ends with its own line break.
      const text = args.join(" ").replace(/\n$/, "")
      const coloured = hasColors(stream) ? text : stripVTControlCharacters(text)
      stream.write(`${stream.isTTY && Look.isAscii(process.env) ? Look.toAscii(coloured) : coloured}\n`)
    })

export const layer: Layer.Layer<never> = Layer.unwrapEffect(
  Console.consoleWith((console) =>
    Effect.succeed(Console.setConsole({ ...console, log: printTo(process.stdout), error: printTo(process.stderr) }))
  )
)
