/** Which API a command talks to, from its flags and the environment: OpenRouter, a server of one's own, or the simulator. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as OpenRouter from "../OpenRouter.js"
import * as SimulatedApi from "../simulator/SimulatedApi.js"
import { type Failure, wrongUsage } from "./Failure.js"

export interface Flags {
  readonly baseUrl: Option.Option<string>
  readonly simulate: boolean
  readonly stream: boolean
}

export const layer = (flags: Flags): Layer.Layer<OpenRouter.OpenRouter, Failure, HttpClient.HttpClient> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const environment = yield* OpenRouter.config
      if (flags.simulate && Option.isSome(flags.baseUrl)) {
        return yield* wrongUsage("--simulate and --base-url exclude each other")
      }
      const baseUrl = Option.getOrElse(flags.baseUrl, () => environment.baseUrl)
      const options = { ...environment, baseUrl, stream: flags.stream }
      if (flags.simulate) return simulated(options)
      if (environment.apiKey !== undefined || baseUrl !== undefined) return OpenRouter.layer(options)
      yield* Console.error("OPENROUTER_API_KEY is not set, and no base URL either: using the simulator.")
      return simulated(options)
    })
  ).pipe(Layer.catchAll((error) => Layer.fail(error._tag === "Failure" ? error : wrongUsage(messageOf(error)))))

const simulated = (options: OpenRouter.Options) =>
  Layer.unwrapEffect(
    Effect.as(
      Console.error("These are simulated models: they run on this machine, and their answers are made up."),
      SimulatedApi.layer({}, options)
    )
  )

const messageOf = (error: object): string =>
  "message" in error && typeof error.message === "string" ? error.message : String(error)
