/**
 * A server to play: one row says how it lists its models, which ids and parameters it takes, how it words an answer or an
 * error, and what else is particular about it. `Profiles` is the table of them.
 */
import type * as Call from "./Call.js"
import type * as Catalog from "./Catalog.js"
import type * as Names from "./Names.js"
import type * as Reply from "./Reply.js"
import type * as Wire from "./Wire.js"

/** A request as far as parameters are concerned. */
export interface Asked {
  readonly body: Wire.Json
  readonly model: Catalog.Model
  readonly promptTokens: number
}

/** What answers a request that no route takes. */
export interface NoRoute {
  readonly status: number
  /** A string is sent as text, anything else as JSON. */
  readonly body: unknown
}

export interface Profile {
  readonly name: Names.Profile
  /** As its makers write it. */
  readonly title: string
  /** What is particular about it, in a line. */
  readonly description: string
  /** What stands in a base URL behind the port; a query in it has to come with every request. */
  readonly path: string
  /** Other places where completions are served; `:model` in one of them is the model's id. */
  readonly alsoAt?: ReadonlyArray<string> | undefined
  readonly models: ReadonlyArray<Catalog.Model>
  /** A model's id as people type it, which need not be the one in the list. */
  readonly typed: string
  /** The body of `GET /models`; absent: there is no such route. */
  readonly list?: ((models: ReadonlyArray<Catalog.Model>) => unknown) | undefined
  /** The model that an id stands for. */
  readonly find: (typed: string, models: ReadonlyArray<Catalog.Model>) => Catalog.Model | undefined
  readonly dialect: Call.Dialect
  /** Headers that may carry the key. */
  readonly keyHeaders: ReadonlyArray<string>
  readonly wrongKey: (key: string) => Call.Problem
  readonly malformed: Call.Problem
  readonly unknownModel: (id: string, models: ReadonlyMap<string, Catalog.Model>) => Call.Problem
  readonly noRoute: (method: string, path: string) => NoRoute
  /** A parameter, or a size, that is refused. */
  readonly refuse?: ((asked: Asked) => Call.Problem | undefined) | undefined
  /** Parameters that set a ceiling; others are ignored. */
  readonly ceilings: ReadonlyArray<"max_completion_tokens" | "max_tokens">
  /** Answers are cut off where prompt and answer fill the context. */
  readonly fillsContext?: boolean | undefined
  /** Answers computed at the same time; the others wait in line, without a word. */
  readonly seats?: number | undefined
  /** Whether an answer that nobody waits for is computed to its end all the same. */
  readonly finishesAbandoned?: boolean | undefined
  /** How long loading a model takes, at the usual latency: refusals since the start of the server, or a slow first answer. */
  readonly loading?:
    | { readonly at: "start"; readonly millis: number; readonly problem: Call.Problem }
    | { readonly at: "first-request"; readonly millis: number }
    | undefined
  /** Behaviors of this server alone, by names that begin with the profile's. */
  readonly troubles: Reply.Table
}
