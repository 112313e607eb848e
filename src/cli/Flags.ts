/** The flags of all commands: names, defaults, descriptions and checks. */
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

/** A flag whose value is checked before anything else happens. The error names the flag and the value. */
const checked = <A>(name: string, wanted: string, parse: (text: string) => Option.Option<A>): Options.Options<A> =>
  Options.text(name).pipe(
    Options.mapEffect((text) =>
      Option.match(parse(text), { onNone: () => invalid(name, text, wanted), onSome: Either.right })
    )
  )

const refuse = (why: string): Either.Either<never, ValidationError.ValidationError> =>
  Either.left(ValidationError.invalidValue(HelpDoc.p(why)))

const invalid = (name: string, text: string, wanted: string): Either.Either<never, ValidationError.ValidationError> =>
  refuse(`'${text}' is not valid for '--${name}': use ${wanted}`)

/** A flag that may be left out. */
const optional = <A>(flag: Options.Options<A>): Options.Options<A | undefined> =>
  Options.map(Options.optional(flag), Option.getOrUndefined)

const whole = (name: string, least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  checked(
    name,
    `a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}`,
    (text) => Option.liftPredicate(Number(text), (n) => /^\d+$/.test(text) && n >= least && n <= most)
  )

const duration = (name: string) => checked(name, 'a duration such as 90s, 500ms or "2 minutes"', parseDuration)

const limit = (name: string, fallback: Duration.Duration, description: string) =>
  checked(name, 'a duration above 0, such as 90s, 500ms or "2 minutes"', (text) =>
    Option.filter(parseDuration(text), Duration.greaterThan(Duration.zero))
  ).pipe(
    Options.withDefault(fallback),
    Options.withDescription(`${description}; a plain number means seconds (${Duration.toSeconds(fallback)} seconds)`)
  )

export const ticker = checked(
  "ticker",
  `1 to ${Ticker.MAX_LENGTH} letters, digits, ".", "-", "^" or "="`,
  Schema.decodeOption(Ticker.Ticker)
).pipe(Options.withAlias("t"), Options.withDefault("AAPL"), Options.withDescription("The symbol to trade (AAPL)"))

/** Empty if none is given: the default depends on the server's list of models. */
export const models = Options.text("model").pipe(
  Options.withAlias("m"),
  Options.repeated,
  Options.mapEffect((named) =>
    Either.mapLeft(Either.all(named.map(ModelRequest.parse)), (why) => ValidationError.invalidValue(HelpDoc.p(why)))
  ),
  Options.withDescription(
    "A model to ask, with its own parameters if needed: 'openai/gpt-5.5@effort=low,max-tokens=20000'. " +
      "Repeat the flag for more models; results keep this order (six free models)"
  )
)

export const maxTokens = optional(
  checked("max-tokens", ModelRequest.TOKENS, (text) => Option.fromNullable(ModelRequest.parseTokens(text)))
).pipe(Options.withDescription("Token limit of an answer, reasoning included (4096, or 16384 if the model reasons)"))

export const temperature = optional(
  checked("temperature", ModelRequest.TEMPERATURE, (text) => Option.fromNullable(ModelRequest.parseTemperature(text)))
).pipe(Options.withDescription("Sampling temperature, from 0 to 2 (the server's default)"))

export const effort = optional(
  checked("effort", ModelRequest.EFFORT, (text) => Option.fromNullable(ModelRequest.parseEffort(text)))
).pipe(Options.withDescription("How much the models should think: none, minimal, low, medium, high, xhigh or max"))

const contents = (path: string, flag: string) =>
  FileSystem.FileSystem.pipe(
    Effect.flatMap((files) => files.readFile(path)),
    Effect.map(TextFile.decode),
    Effect.catchAll(({ message }) => refuse(`the file for '${flag}' could not be read: ${message}`))
  )

export const prompt = optional(
  Options.text("prompt").pipe(
    Options.mapEffect((path) =>
      Effect.filterOrElse(
        contents(path, `--prompt ${path}`),
        (text) => text.trim() !== "",
        () => refuse(`the file for '--prompt ${path}' is empty`)
      )
    )
  )
).pipe(Options.withDescription("A file whose text is sent to each model in place of the built-in prompt"))

export const system = optional(
  Options.text("system").pipe(
    Options.mapEffect((text) =>
      text.startsWith("@") ? contents(text.slice(1), `--system ${text}`) : Effect.succeed(text)
    )
  )
).pipe(Options.withDescription("Instructions to send before the prompt; @FILE reads them from a file"))

export const providerJson = optional(
  checked("provider-json", `a JSON object, such as '{"order": ["DeepInfra"]}'`, (text) => {
    const json = Lenient.parse(text)?.value
    return Lenient.isRecord(json) ? Option.some<{ readonly [name: string]: unknown }>({ ...json }) : Option.none()
  })
).pipe(Options.withDescription("Which providers OpenRouter may use: its 'provider' object, as JSON"))

export const serviceTier = optional(Options.text("service-tier")).pipe(
  Options.withDescription("The server's service tier, such as flex or priority")
)

export const allowPaid = Options.boolean("allow-paid").pipe(
  Options.withDescription("Ask the paid variant of a :free model that is no longer on offer")
)

/** The folder for the algorithms, unless their models are simulated. */
export const FOLDER = "generated"

export const out = optional(Options.text("out").pipe(Options.withAlias("o"))).pipe(
  Options.withDescription(`The folder for the algorithms (${FOLDER}; simulated, if the models are)`)
)

export const concurrency = whole("concurrency", 1).pipe(
  Options.withDefault(Plan.CONCURRENCY),
  Options.withDescription(`Most requests in flight at once (${Plan.CONCURRENCY})`)
)

export const requestTimeout = limit(
  "request-timeout",
  REQUEST_TIMEOUT,
  "Time limit for one attempt, from sending to the last byte"
)

export const deadline = limit("deadline", Plan.DEADLINE, "Time limit for the whole run")

export const maxRetries = whole("max-retries", 0).pipe(
  Options.withDefault(RetryPolicy.MAX_RETRIES),
  Options.withDescription(`Retries for each model (${RetryPolicy.MAX_RETRIES})`)
)

export const patience = whole("patience", 0).pipe(
  Options.withDefault(0),
  Options.withDescription("More waits after the retries, up to 30 seconds each (0)")
)

export const baseUrl = Options.text("base-url").pipe(
  Options.optional,
  Options.withDescription("The OpenAI-compatible server to ask (OPENROUTER_BASE_URL, or OpenRouter)")
)

export const simulate = Options.boolean("simulate").pipe(
  Options.withDescription("Ask simulated models on this machine: no key, no network, no cost")
)

export const demo = Options.boolean("demo").pipe(
  Options.withDescription("Like --simulate, but only where there is neither a key nor a base URL")
)

export const stream = Options.all({
  on: Options.boolean("stream").pipe(Options.withDescription("Receive answers as they are written (the default)")),
  off: Options.boolean("no-stream").pipe(
    Options.withDescription("Receive whole answers, for servers that cannot stream")
  )
}).pipe(
  Options.mapEffect(({ off, on }) =>
    on && off
      ? Either.left(ValidationError.invalidValue(HelpDoc.p("use either '--stream' or '--no-stream', not both")))
      : Either.right(!off)
  )
)

export const samples = whole("samples", 1, Plan.MAX_SAMPLES).pipe(
  Options.withDefault(1),
  Options.withDescription("Algorithms for each model, each with its own strategy (1)")
)

export const repair = whole("repair", 0).pipe(
  Options.withDefault(0),
  Options.withDescription("How often a model may correct code that failed a check (0)")
)

export const trial = Options.boolean("trial").pipe(
  Options.withDescription("Run each algorithm on made-up prices in a sandbox before accepting it")
)

export const trialUnsandboxed = Options.boolean("trial-unsandboxed").pipe(
  Options.withDescription("Like --trial, but also where no sandbox is available: model code then runs with your rights")
)

export const resume = Options.boolean("resume").pipe(
  Options.withDescription("Use the journal's answers to the same request, and pay only for the rest")
)

export const budget = checked("budget", "an amount of US dollars, such as 0.05", (text) =>
  /^\d*\.?\d+$/.test(text) ? Option.some(Number(text)) : Option.none()
).pipe(
  Options.optional,
  Options.withDescription("The most the run may spend, in US dollars; requests that might exceed it are not sent")
)

export const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Send nothing: show which models are on offer and what the run might cost")
)

export const prune = duration("prune").pipe(
  Options.optional,
  Options.withDescription("Delete answers older than this, such as 30d")
)

export const metrics = Options.text("metrics").pipe(
  Options.optional,
  Options.withDescription("Write the run's metrics to this file at the end, as Prometheus text")
)

export const otlp = checked("otlp", "an http or https address", (text) =>
  Option.liftPredicate(text, (url) => URL.canParse(url) && /^https?:/i.test(url))
).pipe(
  Options.optional,
  Options.withDescription("Send traces and metrics to this OpenTelemetry collector, such as http://localhost:4318")
)

export const json = Options.boolean("json").pipe(Options.withDescription("Print the results as a JSON document"))

export const events = Options.boolean("events").pipe(
  Options.withDescription("Print each event as a line of JSON during the run, in place of progress and table")
)

export const verbose = Options.boolean("verbose").pipe(
  Options.withDescription("Log each step of every request to standard error")
)

export const port = whole("port", 0, 65_535).pipe(
  Options.withDefault(0),
  Options.withDescription("The port to listen on; 0 takes any free port (0)")
)

export const seed = whole("seed", 0).pipe(
  Options.withDefault(1),
  Options.withDescription("The same seed gives the same answers, latencies and failures (1)")
)

export const list = Options.boolean("list").pipe(
  Options.withDescription("List what the simulated models can do, without starting a server")
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
  Options.withDescription(`The server to imitate: ${Names.PROFILES.join(", ")} (openrouter)`)
)
