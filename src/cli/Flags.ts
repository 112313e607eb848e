/** The flags of the commands, with their defaults and what they mean. */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Models from "../api/Models.js"
import * as Ticker from "../domain/Ticker.js"
import * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Plan from "../generation/Plan.js"
import { REQUEST_TIMEOUT } from "../generation/Sending.js"
import * as Names from "../simulator/Names.js"

const UNITS: ReadonlyArray<readonly [name: RegExp, millis: number]> = [
  [/^(ms|milli(second)?s?)$/i, 1],
  [/^(s|sec(ond)?s?)?$/i, 1000],
  [/^m(in(ute)?s?)?$/i, 60_000],
  [/^h(ours?)?$/i, 3_600_000],
  [/^d(ays?)?$/i, 86_400_000]
]

/** `60` (seconds), `90s`, `500ms`, `2m`, `30d`, or words such as `60 seconds`. */
export const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  const [, amount = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const [, millis] = UNITS.find(([name]) => name.test(unit)) ?? []
  return amount === "" || millis === undefined ? Option.none() : Option.some(Duration.millis(Number(amount) * millis))
}

/** A flag whose value is checked before anything else happens, with a complaint that names both. */
const checked = <A>(name: string, wanted: string, parse: (text: string) => Option.Option<A>): Options.Options<A> =>
  Options.text(name).pipe(
    Options.mapEffect((text) =>
      Option.match(parse(text), { onNone: () => invalid(name, text, wanted), onSome: Either.right })
    )
  )

const invalid = (name: string, text: string, wanted: string): Either.Either<never, ValidationError.ValidationError> =>
  Either.left(ValidationError.invalidValue(HelpDoc.p(`'${text}' is no value for '--${name}': ${wanted}`)))

const whole = (name: string, least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  checked(
    name,
    `a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}`,
    (text) => Option.liftPredicate(Number(text), (n) => /^\d+$/.test(text) && n >= least && n <= most)
  )

const duration = (name: string) => checked(name, 'write for example 90s, 500ms or "2 minutes"', parseDuration)

const limit = (name: string, fallback: Duration.Duration, description: string) =>
  checked(name, 'more than nothing, for example 90s, 500ms or "2 minutes"', (text) =>
    Option.filter(parseDuration(text), Duration.greaterThan(Duration.zero))
  ).pipe(
    Options.withDefault(fallback),
    Options.withDescription(`${description}; a number alone is seconds (${Duration.toSeconds(fallback)} seconds)`)
  )

export const ticker = checked(
  "ticker",
  `1 to ${Ticker.MAX_LENGTH} letters, digits, ".", "-", "^" or "="`,
  Schema.decodeOption(Ticker.Ticker)
).pipe(Options.withAlias("t"), Options.withDefault("AAPL"), Options.withDescription("What to trade (AAPL)"))

export const models = Options.text("model").pipe(
  Options.withAlias("m"),
  Options.repeated,
  // No id holds a comma; a list in one value would be one unknown model, or a request that is paid for and refused.
  Options.mapEffect((named): Either.Either<ReadonlyArray<string>, ValidationError.ValidationError> => {
    const list = named.find((model) => model.includes(","))
    return list === undefined
      ? Either.right(named.length === 0 ? Models.DEFAULT : named)
      : invalid("model", list, "repeat the flag for each of several models")
  }),
  Options.withDescription("A model to ask; repeat it for several, in the order of the results (six free models)")
)

export const out = Options.text("out").pipe(
  Options.withAlias("o"),
  Options.withDefault("generated"),
  Options.withDescription("The folder for the algorithms (generated)")
)

export const concurrency = whole("concurrency", 1).pipe(
  Options.withDefault(Plan.CONCURRENCY),
  Options.withDescription(`Requests in flight at most (${Plan.CONCURRENCY})`)
)

export const requestTimeout = limit("request-timeout", REQUEST_TIMEOUT, "One attempt, from sending to the last byte")

export const deadline = limit("deadline", Plan.DEADLINE, "The whole run")

export const maxRetries = whole("max-retries", 0).pipe(
  Options.withDefault(RetryPolicy.MAX_RETRIES),
  Options.withDescription(`Tries for each model after its first attempt (${RetryPolicy.MAX_RETRIES})`)
)

export const patience = whole("patience", 0).pipe(
  Options.withDefault(0),
  Options.withDescription(
    "Waits besides the retries, up to 30 seconds each, for limits that do not say how long they last (0)"
  )
)

export const baseUrl = Options.text("base-url").pipe(
  Options.optional,
  Options.withDescription("Where to send: any OpenAI-compatible server (OPENROUTER_BASE_URL, or OpenRouter)")
)

export const simulate = Options.boolean("simulate").pipe(
  Options.withDescription("Ask simulated models on this machine instead: no key, no network, no cost")
)

export const stream = Options.all({
  on: Options.boolean("stream").pipe(Options.withDescription("Receive answers as they are written (the default)")),
  off: Options.boolean("no-stream").pipe(
    Options.withDescription("Receive whole answers, for servers that cannot stream")
  )
}).pipe(
  Options.mapEffect(({ off, on }) =>
    on && off
      ? Either.left(ValidationError.invalidValue(HelpDoc.p("'--stream' and '--no-stream' exclude each other")))
      : Either.right(!off)
  )
)

export const samples = whole("samples", 1, Plan.MAX_SAMPLES).pipe(
  Options.withDefault(1),
  Options.withDescription("Algorithms a model, each with a strategy of its own (1)")
)

export const repair = whole("repair", 0).pipe(
  Options.withDefault(0),
  Options.withDescription("How often a model may mend code that failed a check, told what is wrong with it (0)")
)

export const trial = Options.boolean("trial").pipe(
  Options.withDescription("Run each algorithm over made-up prices in a sandbox before it is accepted")
)

export const trialUnsandboxed = Options.boolean("trial-unsandboxed").pipe(
  Options.withDescription("Like --trial, also where no sandbox can be had: model code then runs with your rights")
)

export const resume = Options.boolean("resume").pipe(
  Options.withDescription("Take what the journal holds of this very request, and pay for the rest only")
)

export const budget = checked("budget", "an amount of US dollars, such as 0.05", (text) =>
  /^\d*\.?\d+$/.test(text) ? Option.some(Number(text)) : Option.none()
).pipe(
  Options.optional,
  Options.withDescription("The most that the run may spend, in US dollars; what might cost more is not sent")
)

export const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Send nothing: say which models are there and what the run might cost")
)

export const prune = duration("prune").pipe(
  Options.optional,
  Options.withDescription("Forget answers that are older than this, for example 30d")
)

export const metrics = Options.text("metrics").pipe(
  Options.optional,
  Options.withDescription("Write what was counted to this file at the end, as Prometheus text")
)

export const otlp = checked("otlp", "an http or https address", (text) =>
  Option.liftPredicate(text, (url) => URL.canParse(url) && /^https?:/i.test(url))
).pipe(
  Options.optional,
  Options.withDescription("Send traces and metrics to this OpenTelemetry collector, such as http://localhost:4318")
)

export const json = Options.boolean("json").pipe(
  Options.withDescription("Print the results as a document for scripts in place of the table")
)

export const verbose = Options.boolean("verbose").pipe(
  Options.withDescription("Log what happens to each request on standard error")
)

export const port = whole("port", 0, 65_535).pipe(
  Options.withDefault(0),
  Options.withDescription("The port to listen on; 0 takes any that is free (0)")
)

export const seed = whole("seed", 0).pipe(
  Options.withDefault(1),
  Options.withDescription("The same seed gives the same answers, latencies and failures (1)")
)

export const list = Options.boolean("list").pipe(
  Options.withDescription("Print what simulated models can do, each with its name, and serve nothing")
)

export const scenario = checked("scenario", `one of ${Names.SCENARIOS.join(", ")}`, (text) =>
  Option.fromNullable(Names.SCENARIOS.find((name) => name === text))
).pipe(
  Options.withDefault("healthy" as const),
  Options.withDescription(`How the simulated models behave: ${Names.SCENARIOS.join(", ")} (healthy)`)
)

export const profile = checked("profile", `one of ${Names.PROFILES.join(", ")}`, (text) =>
  Option.fromNullable(Names.PROFILES.find((name) => name === text))
).pipe(
  Options.withDefault("openrouter" as const),
  Options.withDescription(`The server to play: ${Names.PROFILES.join(", ")} (openrouter)`)
)
