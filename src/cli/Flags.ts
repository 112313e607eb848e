/** The flags of the commands, with their defaults and what they mean. */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ModelRequest from "../api/ModelRequest.js"
import * as Lenient from "../api/wire/Lenient.js"
import * as Ticker from "../domain/Ticker.js"
import * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Plan from "../generation/Plan.js"
import { REQUEST_TIMEOUT } from "../generation/Sending.js"
import * as TextFile from "../node/TextFile.js"
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

const refuse = (why: string): Either.Either<never, ValidationError.ValidationError> =>
  Either.left(ValidationError.invalidValue(HelpDoc.p(why)))

const invalid = (name: string, text: string, wanted: string): Either.Either<never, ValidationError.ValidationError> =>
  refuse(`'${text}' is not valid for '--${name}': ${wanted}`)

/** A flag that may be left out. */
const optional = <A>(flag: Options.Options<A>): Options.Options<A | undefined> =>
  Options.map(Options.optional(flag), Option.getOrUndefined)

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

/** None where none is named: the server decides which models are the default. */
export const models = Options.text("model").pipe(
  Options.withAlias("m"),
  Options.repeated,
  Options.mapEffect((named) =>
    Either.mapLeft(Either.all(named.map(ModelRequest.parse)), (why) => ValidationError.invalidValue(HelpDoc.p(why)))
  ),
  Options.withDescription(
    "A model to ask, with parameters of its own if need be: 'openai/gpt-5.5@effort=low,max-tokens=20000'; " +
      "repeat it for several, in the order of the results (six free models)"
  )
)

export const maxTokens = optional(
  checked("max-tokens", ModelRequest.TOKENS, (text) => Option.fromNullable(ModelRequest.parseTokens(text)))
).pipe(
  Options.withDescription(
    "The most that an answer may have, in tokens, thoughts included (4096; 16384 if a model reasons)"
  )
)

export const temperature = optional(
  checked("temperature", ModelRequest.TEMPERATURE, (text) => Option.fromNullable(ModelRequest.parseTemperature(text)))
).pipe(Options.withDescription("How freely the models choose their words, from 0 to 2 (as each server has it)"))

export const effort = optional(
  checked("effort", ModelRequest.EFFORT, (text) => Option.fromNullable(ModelRequest.parseEffort(text)))
).pipe(Options.withDescription("How much the models are to think: none, minimal, low, medium, high, xhigh or max"))

export const system = optional(
  Options.text("system").pipe(
    Options.mapEffect((text) => {
      if (!text.startsWith("@")) return Effect.succeed(text)
      return FileSystem.FileSystem.pipe(
        Effect.flatMap((files) => files.readFile(text.slice(1))),
        Effect.map(TextFile.decode),
        Effect.catchAll(({ message }) => refuse(`the file of '--system ${text}' could not be read: ${message}`))
      )
    })
  )
).pipe(Options.withDescription("Instructions that go before the prompt; @FILE reads them from a file"))

export const providerJson = optional(
  checked("provider-json", `a JSON object, such as '{"order": ["DeepInfra"]}'`, (text) => {
    const json = Lenient.parse(text)?.value
    return Lenient.isRecord(json) ? Option.some<{ readonly [name: string]: unknown }>({ ...json }) : Option.none()
  })
).pipe(Options.withDescription("Which providers OpenRouter may use: its 'provider' object"))

export const serviceTier = optional(Options.text("service-tier")).pipe(
  Options.withDescription("What the request may cost or wait: flex, priority, .. where a server has such tiers")
)

export const allowPaid = Options.boolean("allow-paid").pipe(
  Options.withDescription("Ask the paid variant of a :free model that is not on offer any more")
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
