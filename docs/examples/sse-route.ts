/**
 * `POST /generate` with `{ "models": ["a/b"], "ticker": "TSLA" }` answers with the events of the run as server-sent events.
 * A browser that goes away ends the run; what was finished by then is saved. `sse-server.ts` serves it.
 */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { type AlgorithmStore, Generation, type OpenRouter, Progress } from "algogen"
import { Effect, Schema, Sink, Stream } from "effect"

const Body = Schema.Struct({ models: Schema.Array(Schema.String), ticker: Schema.String })

const encode = Schema.encodeSync(Schema.parseJson(Progress.Event))

const frame = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`

const refuse =
  (status: number) =>
  ({ message }: { readonly message: string }) =>
    Effect.succeed(HttpServerResponse.unsafeJson({ message }, { status }))

const generate = Effect.gen(function* () {
  const request = yield* HttpServerRequest.schemaBodyJson(Body)
  // A request that makes no sense fails before the first event, when the status can still say so.
  const [first, others] = yield* Stream.peel(Generation.stream(request), Sink.take(1))
  const services = yield* Effect.context<OpenRouter.OpenRouter | AlgorithmStore.AlgorithmStore>()
  const events = Stream.fromChunk(first).pipe(
    Stream.concat(others),
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
    InvalidRequest: refuse(400),
    ParseError: refuse(400),
    RequestError: () => refuse(400)({ message: "the body is not JSON" }),
    StoreError: refuse(500)
  })
)

export const router = HttpRouter.empty.pipe(HttpRouter.post("/generate", generate))

/** What a client does with the `data` of an event that is not `error`. */
export const decode = Schema.decodeUnknown(Schema.parseJson(Progress.Event))
