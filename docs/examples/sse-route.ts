/**
 * `POST /generate` with `{ "models": ["a/b"], "ticker": "TSLA" }` answers with the events of the run as server-sent events.
 * A browser that goes away ends the run; what was finished by then is saved. `sse-server.ts` serves it.
 */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { type AlgorithmStore, Generation, type OpenRouter, Plan, Progress } from "algogen"
import { Effect, Schema, Stream } from "effect"

const Body = Schema.Struct({ models: Schema.Array(Schema.String), ticker: Schema.String })

const encode = Schema.encodeSync(Schema.parseJson(Progress.Event))

const frame = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`

const refuse = (message: string) => HttpServerResponse.unsafeJson({ message }, { status: 400 })

const generate = Effect.gen(function* () {
  const request = yield* HttpServerRequest.schemaBodyJson(Body)
  // Without it a request that makes no sense would be told as an event, after a status of 200.
  yield* Plan.make(request)
  const services = yield* Effect.context<OpenRouter.OpenRouter | AlgorithmStore.AlgorithmStore>()
  const events = Generation.stream(request).pipe(
    Stream.map((event) => frame(event._tag, encode(event))),
    Stream.catchAll(({ message }) => Stream.make(frame("error", JSON.stringify({ message })))),
    Stream.encodeText,
    Stream.provideContext(services)
  )
  return HttpServerResponse.stream(events, {
    contentType: "text/event-stream",
    headers: { "cache-control": "no-cache" }
  })
}).pipe(
  Effect.catchTags({
    InvalidRequest: ({ message }) => Effect.succeed(refuse(message)),
    ParseError: ({ message }) => Effect.succeed(refuse(message)),
    RequestError: () => Effect.succeed(refuse("the body is not JSON"))
  })
)

export const router = HttpRouter.empty.pipe(HttpRouter.post("/generate", generate))

/** What a client does with the `data` of an event that is not `error`. */
export const decode = Schema.decodeUnknown(Schema.parseJson(Progress.Event))
