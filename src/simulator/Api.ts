/** The routes: where each of them is served, who may use it, and which part answers it. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Backend from "./Backend.js"
import * as Discovery from "./Discovery.js"
import * as Exchange from "./Exchange.js"
import * as Refusal from "./Refusal.js"

type Handled = HttpServerRequest.HttpServerRequest | HttpRouter.RouteContext

/** Where the API lives below the root, as on the real server. */
export const PREFIX = "/api/v1"

export const router = (backend: Backend.Backend, reset: Effect.Effect<void>) => {
  const { recorder, scenario, seed } = backend

  const respond = (status: number, body: unknown) =>
    Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) =>
      HttpServerResponse.unsafeJson(body, {
        status,
        headers: { "x-generation-id": Exchange.generationId(seed, url) }
      })
    )

  /** A route that informs, unless the scenario has it down. */
  const inform = (
    route: string,
    body: Effect.Effect<Either.Either<unknown, Refusal.Refusal>, never, Handled>
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, never, Handled> =>
    Effect.suspend(() => {
      const at = recorder.visited(`GET ${route}`)
      return scenario.down?.(at) ? Effect.succeed(Either.left(Refusal.down)) : body
    }).pipe(
      Effect.flatMap(
        Either.match({
          onLeft: (refusal) => respond(refusal.status, refusal.body),
          onRight: (value) => respond(200, value)
        })
      )
    )

  const withKey = (body: unknown) =>
    Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Either.map(Refusal.unauthorized(backend.apiKeys, headers["authorization"]), () => body)
    )

  const endpoints = Effect.map(HttpRouter.params, ({ author, slug }) => {
    const id = `${author}/${slug}`
    const model = Backend.find(backend, id)
    return model === undefined
      ? Either.left(Refusal.unknownModel(id, backend.models))
      : Either.right(Discovery.endpoints(model, seed, backend.latency(id, 1)))
  })

  const listing = Discovery.models(backend.models.values())

  const api = HttpRouter.empty.pipe(
    HttpRouter.post("/chat/completions", Exchange.completions(backend)),
    HttpRouter.get("/models", inform("/models", Effect.succeed(Either.right(listing)))),
    HttpRouter.get("/models/:author/:slug/endpoints", inform("/models/endpoints", endpoints)),
    HttpRouter.get("/key", inform("/key", withKey(Discovery.key))),
    HttpRouter.get("/credits", inform("/credits", withKey(Discovery.credits)))
  )

  const inspection = HttpRouter.empty.pipe(
    HttpRouter.get("/__stats", Effect.flatMap(recorder.stats, HttpServerResponse.json)),
    HttpRouter.post("/__reset", Effect.zipRight(reset, HttpServerResponse.empty()))
  )

  const unknown = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }) => {
    const { body, status } = Refusal.unknownPath(`${method} ${url}`, PREFIX)
    return respond(status, body)
  })

  return HttpRouter.concat(HttpRouter.prefixAll(HttpRouter.concat(api, inspection), PREFIX), inspection).pipe(
    HttpRouter.all("*", unknown)
  )
}
