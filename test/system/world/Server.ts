/** The server of a world and the network to it: what it was asked and when, what it sent, and what of that arrived. */
import { HttpClient, type HttpClientRequest } from "@effect/platform"
import { RequestError } from "@effect/platform/HttpClientError"
import { Chunk, Effect, Option } from "effect"
import { UndiciResponse } from "../../../src/node/UndiciResponse.js"
import { PRICE } from "./Answers.js"
import type { Dice } from "./Dice.js"
import type { Machine, Process } from "./Machine.js"
import * as Replies from "./Replies.js"
import type { Piece, Reply } from "./Reply.js"

/** A request for an answer, as the server knows it. */
export interface Request {
  readonly number: number
  readonly model: string
  /** Requests that ask for the same have the same. */
  readonly question: string
  readonly life: number
  /** How long the answer may be, in tokens. */
  readonly maxTokens: number
  /** Milliseconds since the world began. */
  readonly at: number
  readonly wall: number
  readonly reply: Reply
  /** When the last byte that matters was read. */
  wholeAt: number | undefined
  /** When its price was read. */
  toldAt: number | undefined
  /** When it was over for the server: answered, broken off or left. */
  overAt: number | undefined
}

export interface Conditions {
  /** How often something goes wrong, from 0 to 1. */
  readonly trouble: number
  /** Milliseconds until something comes. */
  readonly latency: (dice: Dice) => number
  readonly models: ReadonlyArray<string>
  /** Says nothing of its models. */
  readonly isSecretive: boolean
}

export interface Server {
  readonly client: (process: Process, life: number) => HttpClient.HttpClient
  readonly requests: ReadonlyArray<Request>
  readonly inFlight: (life: number) => ReadonlyArray<Request>
  /** The machine of these clients is gone. */
  readonly hangUp: (life: number) => void
}

interface Options {
  readonly machine: Machine
  readonly dice: Dice
  readonly conditions: (life: number) => Conditions
  readonly onRequest: (request: Request) => void
  readonly log: (line: () => string) => void
}

const decoder = new TextDecoder()

const parse = ({ body }: HttpClientRequest.HttpClientRequest): unknown =>
  body._tag === "Uint8Array" ? JSON.parse(decoder.decode(body.body)) : undefined

const at = (json: unknown, name: string): unknown =>
  typeof json === "object" && json !== null ? Object.entries(json).find(([key]) => key === name)?.[1] : undefined

const reset = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })

export const make = ({ conditions, dice, log, machine, onRequest }: Options): Server => {
  const requests: Array<Request> = []

  const list = ({ models }: Conditions) =>
    JSON.stringify({
      data: models.map((id) => ({
        id,
        context_length: 32_000,
        pricing: id.endsWith(":free")
          ? { prompt: "0", completion: "0" }
          : { prompt: String(PRICE.prompt), completion: String(PRICE.completion) }
      }))
    })

  const listReply = (life: number): Reply => {
    const terms = conditions(life)
    const isThere = !terms.isSecretive
    const body = isThere ? list(terms) : "not found"
    return {
      kind: "list",
      headAfter: isThere ? 5 : 20,
      status: isThere ? 200 : 404,
      headers: { "content-type": "application/json" },
      pieces: [{ after: 0, bytes: new TextEncoder().encode(body) }],
      ending: "end",
      isGood: false,
      doneAt: 0
    }
  }

  const ask = (json: unknown, life: number): Request => {
    const number = requests.length + 1
    const own = dice.fork(`request ${number}`)
    const terms = conditions(life)
    const model = String(at(json, "model"))
    const stream = at(json, "stream") === true
    const maxTokens = Number(at(json, "max_tokens") ?? at(json, "max_completion_tokens"))
    const asked = { model, stream, number, maxTokens, wall: machine.wall() }
    const weather = { dice: own, asked, latency: terms.latency(own) }
    const request: Request = {
      number,
      model,
      question: JSON.stringify([model, at(json, "messages")]),
      life,
      maxTokens,
      at: machine.time(),
      wall: machine.wall(),
      reply: Replies.draw(weather, terms.trouble),
      wholeAt: undefined,
      toldAt: undefined,
      overAt: undefined
    }
    requests.push(request)
    return request
  }

  const client: Server["client"] = (process, life) =>
    HttpClient.make((wire, url) =>
      Effect.suspend(() => {
        const request = url.pathname.endsWith("/models") ? undefined : ask(parse(wire), life)
        const reply = request?.reply ?? listReply(life)
        const over = (how: string) => {
          if (request === undefined || request.overAt !== undefined) return
          request.overAt = machine.time()
          log(() => `request ${request.number} is over: ${how}`)
        }
        if (request !== undefined) {
          log(
            () =>
              `request ${request.number} to ${request.model}: ${reply.kind}, ${reply.status ?? "no"} head after ${reply.headAfter} ms`
          )
          onRequest(request)
        }
        const waiting: Array<Uint8Array> = []
        let sent = 0
        let isOver = false
        let failure: Error | undefined
        let wake = () => {}

        const arrive = (piece: Piece) => {
          waiting.push(piece.bytes)
          sent += 1
          // The server has done its part before the client has read it.
          if (sent > reply.doneAt) over("answered")
          wake()
          next()
        }
        const end = () => {
          isOver = true
          if (reply.ending === "reset") failure = reset()
          over(reply.ending)
          wake()
        }
        const next = () => {
          const piece = reply.pieces[sent]
          if (piece !== undefined) process.after(piece.after, () => arrive(piece))
          else if (reply.ending !== "stall") process.after(0, end)
        }
        const take = Effect.suspend(() => {
          if (waiting.length === 0) return Effect.fail(Option.fromNullable(failure))
          const pieces = Chunk.unsafeFromArray(waiting.splice(0))
          if (request !== undefined && sent > (reply.toldAt ?? Number.POSITIVE_INFINITY)) {
            request.toldAt ??= machine.time()
          }
          if (request !== undefined && sent > (reply.wholeAt ?? Number.POSITIVE_INFINITY)) {
            request.wholeAt ??= machine.time()
          }
          return Effect.succeed(pieces)
        })
        const pull = Effect.suspend(() =>
          waiting.length > 0 || isOver
            ? take
            : Effect.async<Chunk.Chunk<Uint8Array>, Option.Option<unknown>>((resume) => {
                wake = () => resume(take)
              })
        )
        const leave = () => over("left by the client")

        return Effect.async<UndiciResponse, RequestError>((resume) => {
          const callOff = process.after(reply.headAfter, () => {
            if (reply.status === undefined) {
              over("no connection")
              return resume(Effect.fail(new RequestError({ request: wire, reason: "Transport", cause: reset() })))
            }
            next()
            const head = { status: reply.status, headers: reply.headers }
            return resume(
              Effect.succeed(
                new UndiciResponse(wire, head, { pull, leave, isOver: () => isOver && waiting.length === 0 })
              )
            )
          })
          return Effect.sync(() => {
            callOff()
            leave()
          })
        })
      })
    )

  return {
    client,
    requests,
    inFlight: (life) => requests.filter((request) => request.life === life && request.overAt === undefined),
    hangUp: (life) => {
      for (const request of requests) if (request.life === life) request.overAt ??= machine.time()
    }
  }
}
