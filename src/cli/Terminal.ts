/**
 * Where the command prints. The flag parser always colours what it prints, so the colours are removed for files and pipes,
 * and where `NO_COLOR` is set. A terminal that only knows ASCII gets nothing else.
 */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Fit from "./view/Fit.js"
import * as Look from "./view/Look.js"

/** https://no-color.org: any value but an empty one. */
export const hasColors = (stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb"

const asItIs = (text: string): string => text

const printTo =
  (stream: NodeJS.WriteStream, fit = asItIs) =>
  (...args: ReadonlyArray<unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      // Help ends with its own line break.
      const text = fit(args.join(" ").replace(/\n$/, ""))
      const coloured = hasColors(stream) ? text : stripVTControlCharacters(text)
      stream.write(`${stream.isTTY && Look.isAscii(process.env) ? Look.toAscii(coloured) : coloured}\n`)
    })

export const output: Console.Console = {
  ...Context.get(DefaultServices.liveServices, Console.Console),
  log: printTo(process.stdout),
  // Sentences; what may be code or a document goes to standard output.
  error: printTo(process.stderr, (text) => Fit.said(text, Look.progress()))
}

export const layer: Layer.Layer<never> = Console.setConsole(output)
