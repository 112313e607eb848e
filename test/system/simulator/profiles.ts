/** One profile on a socket, and a client that knows nothing of the library. */
import * as Effect from "effect/Effect"
import type * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import * as RawClient from "./RawClient.js"

export interface Server extends Simulator.Service {
  /** The base URL without what stands before the path. */
  readonly path: (rest: string) => string
  readonly get: (rest: string, headers?: Readonly<Record<string, string>>) => Effect.Effect<RawClient.Raw>
  readonly ask: (
    model: string,
    more?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>
  ) => Effect.Effect<RawClient.Raw>
}

export const json = (raw: RawClient.Raw) => JSON.parse(raw.text)

/** The events of a stream that are JSON. */
export const chunks = (raw: RawClient.Raw) =>
  RawClient.events(raw.text)
    .filter((one) => one.startsWith("{"))
    .map((one) => JSON.parse(one))

export const content = (raw: RawClient.Raw): string =>
  chunks(raw)
    .map((chunk) => chunk.choices[0]?.delta?.content ?? "")
    .filter((one) => typeof one === "string")
    .join("")

export const PROGRAM = "def execute_trade(ticker, price, tick, cash_balance, shares_held):"

export const played = <A, E>(
  profile: Names.Profile,
  use: (server: Server) => Effect.Effect<A, E>,
  options: Simulator.Options = {}
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ latency: () => 0, ...options, profile })
    const [before = "", query] = Profiles.table[profile].path.split("?")
    const path = (rest: string) => `${before}${rest}${query === undefined ? "" : `?${query}`}`
    return yield* use({
      ...simulator,
      path,
      get: (rest, headers = {}) =>
        Effect.promise(() => RawClient.send(simulator.port, { method: "GET", path: path(rest), headers })),
      ask: (model, more = {}, headers = {}) =>
        Effect.promise(() =>
          RawClient.send(simulator.port, {
            path: path("/chat/completions"),
            headers,
            body: { model, messages: [{ role: "user", content: "Write it." }], ...more }
          })
        )
    })
  }).pipe(Effect.scoped)
