/** What a call asks and how its answers are judged, where its options say more than which models: prices, prompt, imports, trial. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Data from "../cli/Data.js"
import * as TrialRun from "../cli/TrialRun.js"
import * as CodeCheck from "../code/CodeCheck.js"
import { InvalidRequest } from "../generation/Plan.js"
import * as Prompt from "../prompt/Prompt.js"
import * as Template from "../prompt/Template.js"
import type { GenerateOptions, RunOptions } from "./Interface.js"

const refuse = (message: string) => new InvalidRequest({ message })

export const checks = ({ imports }: GenerateOptions): Layer.Layer<never> =>
  imports === undefined ? Layer.empty : CodeCheck.layerWith({ imports })

/** Fails where the prices or the prompt make no sense. */
export const layer = (options: RunOptions, ticker: string): Effect.Effect<Layer.Layer<never>, InvalidRequest> =>
  Effect.gen(function* () {
    const { bar, data = [], imports, rounds = 0, trial = false } = options
    const series = yield* Data.load({ bar, data: [data].flat() }, [ticker]).pipe(
      // The option has the name of the flag.
      Effect.mapError(({ message }) => refuse(message.replaceAll(/--(data|bar)/g, "$1")))
    )
    const prompt =
      options.prompt === undefined
        ? undefined
        : yield* Either.mapLeft(Template.parse(options.prompt), (why) => refuse(`prompt, ${why}`))
    const asks = [prompt, series, bar, imports].some((given) => given !== undefined)
    return Layer.mergeAll(
      asks ? Prompt.layer(Prompt.make({ prompt, bar, data: series, imports })) : Layer.empty,
      checks(options),
      TrialRun.layer({ trial, trialUnsandboxed: false }, { bar, series, rounds: rounds > 0 })
    ).pipe(Layer.provide(NodeContext.layer))
  }).pipe(Effect.provide(NodeContext.layer))
