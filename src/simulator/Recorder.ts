/**
 * Counts what happens on the server's sockets, in place and at once: an abort is known in the turn of the event loop in
 * which the socket closed. It listens to Node and decides nothing.
 */
import type * as Http from "node:http"
import type { Socket } from "node:net"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stats from "./Stats.js"
import type * as Wire from "./Wire.js"

/** Requests that are remembered in full. */
const RECENT = 1000

/** What is known of a request before its reply begins. */
export interface Asked {
  readonly model: string
  readonly stream: boolean
  readonly maxCompletionTokens: number | undefined
}

interface Entry extends Asked {
  readonly at: number
  readonly headers: ReadonlyArray<string>
  readonly response: Http.ServerResponse
  behavior: string
  status?: number
  brokenOff: boolean
  end?: { readonly at: number; readonly outcome: Stats.Ending }
}

/** One request while it lasts. */
export interface Tracked extends Wire.Observer {
  /** 1 for the first request of this model. */
  readonly nth: number
  /** Milliseconds since the server started. */
  readonly at: number
  readonly answeredBy: (behavior: string) => void
}

export interface Recorder {
  readonly stats: Effect.Effect<Stats.Stats>
  /** Forgets everything but the connections and requests that are open; their models count from 1 again. */
  readonly reset: Effect.Effect<void>
  /** Counts a route that only informs, and tells when this was, in milliseconds since the server started. */
  readonly visited: (route: string) => number
  readonly track: (asked: Asked, request: Http.IncomingMessage, response: Http.ServerResponse) => Tracked
  readonly inFlight: () => number
}

interface Counted {
  requests: number
  completed: number
  aborted: number
  readonly arrivals: Array<number>
}

const tally = () => ({
  requests: 0,
  maxInFlight: 0,
  completed: 0,
  aborted: 0,
  bytesSent: 0,
  maxOpen: 0,
  opened: 0,
  routes: new Map<string, number>(),
  models: new Map<string, Counted>(),
  recent: new Array<Entry>()
})

const isTraceHeader = (name: string) => name === "traceparent" || name === "b3" || name.startsWith("x-b3-")

const toRequest = (entry: Entry) =>
  new Stats.Request({
    at: entry.at,
    model: entry.model,
    stream: entry.stream,
    behavior: entry.behavior,
    outcome: entry.end?.outcome ?? "in-flight",
    headers: entry.headers,
    traced: entry.headers.some(isTraceHeader),
    status: entry.status,
    durationMs: entry.end && entry.end.at - entry.at,
    maxCompletionTokens: entry.maxCompletionTokens
  })

/** A copy: what was given out does not grow. */
const toModel = ({ aborted, arrivals, completed, requests }: Counted) =>
  new Stats.Model({ aborted, completed, requests, arrivals: [...arrivals] })

export const make = (server: Http.Server): Effect.Effect<Recorder> =>
  Effect.gen(function* () {
    const clock = yield* Clock.clockWith(Effect.succeed)
    const origin = clock.unsafeCurrentTimeNanos()
    const startedAt = clock.unsafeCurrentTimeMillis()
    const elapsed = () => Number(clock.unsafeCurrentTimeNanos() - origin) / 1e6

    const open = new Set<Socket>()
    const busy = new Set<Socket>()
    const running = new Set<Entry>()
    let seen = tally()

    server.on("connection", (socket) => {
      open.add(socket)
      seen.opened += 1
      seen.maxOpen = Math.max(seen.maxOpen, open.size)
      socket.once("close", () => {
        open.delete(socket)
        busy.delete(socket)
        seen.bytesSent += socket.bytesWritten
      })
    })
    server.on("request", (request, response) => {
      busy.add(request.socket)
      response.once("close", () => busy.delete(request.socket))
    })

    const outcome = ({ brokenOff, response }: Entry): Stats.Ending =>
      response.writableFinished ? "completed" : brokenOff ? "broken-off" : "aborted"

    /** Ends an entry in the tallies in which it began: a reset in between must not count it twice. */
    const finish = (entry: Entry, tallies: ReadonlyArray<{ completed: number; aborted: number }>) => {
      const ended = outcome(entry)
      entry.end = { at: elapsed(), outcome: ended }
      running.delete(entry)
      if (ended === "completed" || ended === "aborted") for (const one of tallies) one[ended] += 1
    }

    return {
      stats: Effect.sync(
        () =>
          new Stats.Stats({
            startedAt,
            uptimeMs: elapsed(),
            requests: seen.requests,
            inFlight: running.size,
            maxInFlight: seen.maxInFlight,
            completed: seen.completed,
            aborted: seen.aborted,
            bytesSent: [...open].reduce((sum, socket) => sum + socket.bytesWritten, seen.bytesSent),
            connections: new Stats.Connections({
              open: open.size,
              maxOpen: seen.maxOpen,
              opened: seen.opened,
              idle: open.size - busy.size
            }),
            routes: Object.fromEntries(seen.routes),
            models: Object.fromEntries([...seen.models].map(([id, model]) => [id, toModel(model)])),
            recent: seen.recent.map(toRequest)
          })
      ),
      reset: Effect.sync(() => {
        seen = { ...tally(), maxOpen: open.size, maxInFlight: running.size }
      }),
      visited: (route) => {
        seen.routes.set(route, (seen.routes.get(route) ?? 0) + 1)
        return elapsed()
      },
      track: (asked, request, response) => {
        const at = elapsed()
        const entry: Entry = {
          ...asked,
          at,
          headers: Object.keys(request.headers),
          response,
          behavior: "",
          brokenOff: false
        }
        const model = seen.models.get(asked.model) ?? { requests: 0, completed: 0, aborted: 0, arrivals: [] }
        seen.models.set(asked.model, model)
        model.arrivals.push(at)
        model.requests += 1
        seen.requests += 1
        seen.recent.push(entry)
        if (seen.recent.length > RECENT) seen.recent.shift()
        running.add(entry)
        seen.maxInFlight = Math.max(seen.maxInFlight, running.size)
        const tallies = [seen, model]
        response.once("close", () => finish(entry, tallies))
        return {
          at,
          nth: model.requests,
          answeredBy: (behavior) => {
            entry.behavior = behavior
          },
          headed: (status) => {
            entry.status = status
          },
          brokenOff: () => {
            entry.brokenOff = true
          }
        }
      },
      inFlight: () => running.size
    }
  })
