/**
 * What the server saw, as it gives it out at `GET /__stats`. Times are milliseconds since the server started, on a clock
 * that never goes back. No header's value is in it, so no key is.
 */
import * as Schema from "effect/Schema"

/** `in-flight`, then one of the others: the reply was sent whole, the client went away first, the script broke it off. */
export const Ending = Schema.Literal("in-flight", "completed", "aborted", "broken-off")
export type Ending = typeof Ending.Type

/** One request to a completion. */
export class Request extends Schema.Class<Request>("algogen.SimulatorRequest")({
  at: Schema.Number,
  durationMs: Schema.optional(Schema.Number),
  model: Schema.String,
  stream: Schema.Boolean,
  /** The behavior that answered it. */
  behavior: Schema.String,
  /** Absent while no head has been sent. */
  status: Schema.optional(Schema.Number),
  outcome: Ending,
  maxCompletionTokens: Schema.optional(Schema.Number),
  /** Names of the headers that came. */
  headers: Schema.Array(Schema.String),
  /** Whether trace headers (`traceparent`, `b3`) were among them. */
  traced: Schema.Boolean
}) {}

export class Model extends Schema.Class<Model>("algogen.SimulatorModel")({
  requests: Schema.Number,
  completed: Schema.Number,
  aborted: Schema.Number,
  arrivals: Schema.Array(Schema.Number)
}) {}

export class Connections extends Schema.Class<Connections>("algogen.SimulatorConnections")({
  open: Schema.Number,
  maxOpen: Schema.Number,
  opened: Schema.Number,
  /** Open without a request on it. */
  idle: Schema.Number
}) {}

export class Stats extends Schema.Class<Stats>("algogen.SimulatorStats")({
  /** When the server started, in milliseconds since 1970. */
  startedAt: Schema.Number,
  uptimeMs: Schema.Number,
  /** Requests to completions; what else was asked for is in `routes`. */
  requests: Schema.Number,
  inFlight: Schema.Number,
  maxInFlight: Schema.Number,
  completed: Schema.Number,
  aborted: Schema.Number,
  /** Bytes written to all sockets, heads included. */
  bytesSent: Schema.Number,
  /** Counts this request too when it is read over HTTP. */
  connections: Connections,
  routes: Schema.Record({ key: Schema.String, value: Schema.Number }),
  models: Schema.Record({ key: Schema.String, value: Model }),
  /** The last requests, oldest first. */
  recent: Schema.Array(Request)
}) {}

/** How many requests came after this time, in milliseconds since 1970. */
export const arrivedAfter = (stats: Stats, epochMillis: number): number =>
  Object.values(stats.models)
    .flatMap(({ arrivals }) => arrivals)
    .filter((at) => stats.startedAt + at > epochMillis).length
