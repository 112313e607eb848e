/** The library's API, answered by a simulator of its own: what a test or a demonstration provides in place of the real one. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as OpenRouter from "../api/OpenRouter.js"
import * as Names from "./Names.js"
import * as Simulator from "./Simulator.js"

export { IDENTITY } from "./Names.js"

/** The simulator comes along, for its counts. It needs no key. */
export const layer = (
  options: Simulator.Options = {},
  client: OpenRouter.Options = {}
): Layer.Layer<
  OpenRouter.OpenRouter | Simulator.Simulator,
  HttpServerError.ServeError | OpenRouter.ConfigurationError,
  HttpClient.HttpClient
> =>
  Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ baseUrl }) =>
      Layer.effect(
        OpenRouter.OpenRouter,
        Effect.map(OpenRouter.make({ ...client, apiKey: undefined, baseUrl, identity: Names.IDENTITY }), (service) => ({
          ...service,
          simulated: true
        }))
      )
    )
  ).pipe(Layer.provideMerge(Simulator.layer(options)))
