/** The routes: where each of them is served, who may use it, and which part answers it. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Backend from "./Backend.js"
import * as Discovery from "./Discovery.js"
import * as Exchange from "./Exchange.js"
import type * as Profile from "./Profile.js"
import * as Refusal from "./Refusal.js"

type Handled = HttpServerRequest.HttpServerRequest | HttpRouter.RouteContext

/** What every address of a profile begins with, and what has to stand in its query. */
const address = ({ path }: Profile.Profile) => {
  const url = new URL(path, "http://localhost")
  return { prefix: url.pathname, required: [...url.searchParams.keys()] }
}

/** Where most servers have their API. */
const PLAIN = "/v1"

/** A path of the router's kind. */
const isPath = (path: string): path is HttpRouter.PathInput => path.startsWith("/")

export const router = (backend: Backend.Backend, reset: Effect.Effect<void>) => {
  const { profile, recorder, scenario, seed } = backend
  const { prefix, required } = address(profile)

  const respond = ({ body, status }: Refusal.Refusal) =>
    Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => {
      const headers = profile.dialect.headers({ id: Exchange.generationId(seed, url) })
      return typeof body === "string"
        ? HttpServerResponse.text(body, { status, headers })
        : HttpServerResponse.unsafeJson(body, { status, headers })
    })

  const unknown = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }) =>
    respond(profile.noRoute(method, url))
  )

  /** A query that is missing makes every address an unknown one. */
  const addressed = <E, R>(
    handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R | HttpServerRequest.HttpServerRequest> =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) => {
      const { searchParams } = new URL(url, "http://localhost")
      return Effect.if(
        required.every((name) => searchParams.has(name)),
        { onTrue: () => handler, onFalse: () => unknown }
      )
    })

  /** A route that informs, unless the scenario has it down or the model is still being loaded. */
  const inform = (
    route: string,
    body: Effect.Effect<Either.Either<unknown, Refusal.Refusal>, never, Handled>
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, never, Handled> =>
    Effect.suspend(() => {
      const at = recorder.visited(`GET ${route}`)
      if (scenario.down?.(at)) return Effect.succeed(Either.left(Refusal.down(profile)))
      const ready = Refusal.loading(profile, at < backend.loading)
      return Either.isLeft(ready) ? Effect.succeed(Either.left(ready.left)) : body
    }).pipe(
      Effect.flatMap(
        Either.match({
          onLeft: (refusal) => respond(refusal),
          onRight: (value) => respond({ status: 200, body: value })
        })
      )
    )

  const withKey = (body: unknown) =>
    Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Either.map(Refusal.unauthorized(profile, backend.apiKeys, headers), () => body)
    )

  const endpoints = Effect.map(HttpRouter.params, ({ author, slug }) => {
    const id = `${author}/${slug}`
    const model = Backend.find(backend, id)
    return model === undefined
      ? Either.left(Refusal.refused(profile, profile.unknownModel(id, backend.models)))
      : Either.right(Discovery.endpoints(model, seed, backend.latency(id, 1)))
  })

  const answered = Effect.flatMap(HttpRouter.params, ({ model }) => Exchange.completions(backend, model))
  const completions = addressed(answered)

  /** What only OpenRouter has. */
  const account =
    profile.name === "openrouter"
      ? HttpRouter.empty.pipe(
          HttpRouter.get("/models/:author/:slug/endpoints", addressed(inform("/models/endpoints", endpoints))),
          HttpRouter.get("/key", addressed(inform("/key", withKey(Discovery.key)))),
          HttpRouter.get("/credits", addressed(inform("/credits", withKey(Discovery.credits))))
        )
      : HttpRouter.empty

  const list = profile.list?.([...backend.models.values()])
  const listed = list === undefined ? unknown : inform("/models", Effect.succeed(Either.right(list)))

  const inspection = HttpRouter.empty.pipe(
    HttpRouter.get("/__stats", Effect.flatMap(recorder.stats, HttpServerResponse.json)),
    HttpRouter.post("/__reset", Effect.zipRight(reset, HttpServerResponse.empty()))
  )

  const api = HttpRouter.concatAll(
    HttpRouter.post(HttpRouter.empty, "/chat/completions", completions),
    HttpRouter.get(HttpRouter.empty, "/models", addressed(listed)),
    account,
    inspection
  )
  /** Every profile answers here as well, so that one base URL tries any of them. */
  const plain = HttpRouter.empty.pipe(
    HttpRouter.post(`${PLAIN}/chat/completions`, answered),
    HttpRouter.get(`${PLAIN}/models`, listed)
  )

  const served = isPath(prefix) ? HttpRouter.prefixAll(api, prefix) : api
  const elsewhere = (profile.alsoAt ?? [])
    .filter(isPath)
    .map((path) => HttpRouter.post(HttpRouter.empty, path, completions))
  const others = prefix === PLAIN ? elsewhere : [plain, ...elsewhere]
  return HttpRouter.concatAll(served, inspection, ...others).pipe(HttpRouter.all("*", unknown))
}
