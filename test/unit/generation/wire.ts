/** A server as a script on the test's clock: what comes of each answer, and when. */
import * as HttpClient from "@effect/platform/HttpClient"
import { Chunk, Effect, Layer, Option, Redacted } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import { UndiciResponse } from "../../../src/node/UndiciResponse.js"

/** What comes in the end, if anything. */
export type Ending = "end" | "reset" | undefined

export interface Script {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Each with the moment at which it comes, in milliseconds after the request. */
  readonly pieces: ReadonlyArray<readonly [at: number, text: string]>
  readonly ending?: readonly [at: number, Ending]
}

const bodyOf = ({ ending: [endsAt, ending] = [Number.POSITIVE_INFINITY, undefined], pieces }: Script) => {
  let time = 0
  // What would come later than the end does not come.
  const rest = pieces.filter(([at]) => at <= endsAt).sort(([a], [b]) => a - b)
  const until = (at: number) =>
    Effect.suspend(() => {
      const wait = Math.max(0, at - time)
      time = Math.max(at, time)
      return Effect.sleep(wait)
    })
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
  const pull = Effect.suspend(() => {
    const [piece] = rest.splice(0, 1)
    if (piece !== undefined) return Effect.as(until(piece[0]), Chunk.of(new TextEncoder().encode(piece[1])))
    if (ending === undefined) return Effect.never
    return Effect.zipRight(until(endsAt), Effect.fail(ending === "end" ? Option.none() : Option.some<unknown>(reset)))
  })
  return { pull, leave: () => {}, isOver: () => false }
}

/** The API of a server that answers each model by its script. It has no list of models. */
export const server = (
  scripts: Readonly<Record<string, Script>>,
  options: Partial<OpenRouter.Options> = {}
): Layer.Layer<OpenRouter.OpenRouter> => {
  const client = HttpClient.make((request) => {
    const { body } = request
    const asked: unknown = body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(body.body)) : undefined
    const model = typeof asked === "object" && asked !== null && "model" in asked ? String(asked.model) : ""
    const script = scripts[model] ?? { status: 404, pieces: [], ending: [0, "end"] }
    const { headers = {}, status = 200 } = script
    return Effect.succeed(new UndiciResponse(request, { status, headers }, bodyOf(script)))
  })
  return OpenRouter.layer({
    apiKey: Redacted.make("sk-or-v1-0123456789"),
    baseUrl: "http://localhost:8000/v1",
    ...options
  }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client)), Layer.orDie)
}
