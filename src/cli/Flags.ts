/** The flags of all commands: what they are read as, and their checks. What they are for is said in `FlagRows`. */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ModelRequest from "../api/ModelRequest.js"
import * as Lenient from "../api/wire/Lenient.js"
import * as Packages from "../code/Packages.js"
import * as Ticker from "../domain/Ticker.js"
import * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Plan from "../generation/Plan.js"
import { REQUEST_TIMEOUT } from "../generation/Sending.js"
import { BAR_SIZES } from "../market/Bars.js"
import * as TextFile from "../node/TextFile.js"
import * as Names from "../simulator/Names.js"
import * as Amounts from "./Amounts.js"
import * as Shard from "./bulk/Shard.js"
import { describe, type FlagName, FLAGS } from "./FlagRows.js"
import * as ReadFailure from "./ReadFailure.js"

/** A flag with a value, under its names, with what help says about it. */
const text = (name: FlagName): Options.Options<string> => {
  const { alias } = FLAGS[name]
  const flag = Options.text(name).pipe(Options.withDescription(describe(FLAGS[name])))
  return alias === undefined ? flag : Options.withAlias(flag, alias)
}

const toggle = (name: FlagName): Options.Options<boolean> =>
  Options.boolean(name).pipe(Options.withDescription(describe(FLAGS[name])))

/** A flag whose value is checked before anything else happens. The error names the flag, the value, and what is wanted. */
const checked = <A>(
  name: FlagName,
  wanted: string | ((text: string) => string),
  parse: (text: string) => A | undefined
): Options.Options<A> =>
  text(name).pipe(
    Options.mapEffect((text) =>
      Either.fromNullable(parse(text), () => invalid(name, text, typeof wanted === "string" ? wanted : wanted(text)))
    )
  )

const because = (why: string): ValidationError.ValidationError => ValidationError.invalidValue(HelpDoc.p(why))

const refuse = (why: string): Either.Either<never, ValidationError.ValidationError> => Either.left(because(why))

const invalid = (name: string, text: string, wanted: string): ValidationError.ValidationError =>
  because(`'${text}' is not valid for '--${name}': use ${wanted}`)

const optional = <A>(flag: Options.Options<A>): Options.Options<A | undefined> =>
  Options.map(Options.optional(flag), Option.getOrUndefined)

const whole = (name: FlagName, least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  checked(
    name,
    `a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}`,
    (text) => (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined)
  )

const limit = (name: FlagName) =>
  checked(name, 'a duration above 0, such as 90s, 500ms or "2 minutes"', (text) => {
    const duration = Amounts.parseDuration(text)
    return duration && Duration.greaterThan(duration, Duration.zero) ? duration : undefined
  })

const oneOf = <A extends string>(name: FlagName, values: ReadonlyArray<A>) =>
  checked(name, `one of ${values.join(", ")}`, (text) => values.find((value) => value === text))

export const DEFAULT_TICKER = "AAPL"

/** Up to so many algorithms are shown one by one, because they fit a screen. */
export const FEW = 30

/** Empty if none is given: the default does not go with `--tickers` or `--jobs`. */
export const tickers = text("ticker").pipe(
  Options.repeated,
  Options.mapEffect((named) =>
    Either.all(
      named.map((text) =>
        Either.mapLeft(Ticker.decode(text), () =>
          invalid("ticker", text, text.includes(",") ? "one --ticker for each" : Ticker.WANTED)
        )
      )
    )
  )
)

export const tickersFile = optional(text("tickers"))
export const jobs = optional(text("jobs"))
export const shard = optional(checked("shard", Shard.WANTED, Shard.parse))

/** Empty if none is given: the default depends on the server's list of models. */
export const models = text("model").pipe(
  Options.repeated,
  Options.mapEffect((named) => Either.mapLeft(Either.all(named.map(ModelRequest.parse)), because))
)

export const maxTokens = optional(checked("max-tokens", ModelRequest.TOKENS, ModelRequest.parseTokens))
export const temperature = optional(checked("temperature", ModelRequest.TEMPERATURE, ModelRequest.parseTemperature))
export const effort = optional(checked("effort", ModelRequest.EFFORT, ModelRequest.parseEffort))

export const data = Options.repeated(text("data"))
export const arena = toggle("arena")
export const bar = optional(oneOf("bar", BAR_SIZES))

const contents = (path: string, flag: string) =>
  FileSystem.FileSystem.pipe(
    Effect.flatMap((files) => files.readFile(path)),
    Effect.map(TextFile.decode),
    Effect.catchAll((error) => refuse(`the file for '${flag}' could not be read: ${ReadFailure.describe(error)}`)),
    Effect.filterOrElse(
      (text) => text.trim() !== "",
      () => refuse(`the file for '${flag}' is empty`)
    )
  )

export const prompt = optional(text("prompt").pipe(Options.mapEffect((path) => contents(path, `--prompt ${path}`))))

export const system = optional(
  text("system").pipe(
    Options.mapEffect((text) =>
      text.startsWith("@") ? contents(text.slice(1), `--system ${text}`) : Effect.succeed(text)
    )
  )
)

export const providerJson = optional(
  checked("provider-json", `a JSON object, such as '{"order": ["DeepInfra"]}'`, (text) => {
    const json = Lenient.parse(text)?.value
    return Lenient.isRecord(json) ? { ...json } : undefined
  })
)

export const serviceTier = optional(text("service-tier"))
export const allowPaid = toggle("allow-paid")

/** The folder for the algorithms, unless their models are simulated. */
export const FOLDER = "generated"

export const SIMULATED_FOLDER = "simulated"

export const out = optional(text("out"))
export const concurrency = optional(whole("concurrency", 1))
export const connections = optional(whole("connections", 1))
export const requestTimeout = limit("request-timeout").pipe(Options.withDefault(REQUEST_TIMEOUT))
/** The default depends on how much there is to ask. */
export const deadline = optional(limit("deadline"))
export const maxRetries = whole("max-retries", 0).pipe(Options.withDefault(RetryPolicy.MAX_RETRIES))
export const patience = whole("patience", 0).pipe(Options.withDefault(0))

export const baseUrl = optional(text("base-url"))
export const apiKeyEnv = optional(text("api-key-env"))
export const simulate = toggle("simulate")
export const demo = toggle("demo")

export const stream = Options.all({ on: toggle("stream"), off: toggle("no-stream") }).pipe(
  Options.mapEffect(({ off, on }) =>
    on && off ? refuse("use either '--stream' or '--no-stream', not both") : Either.right(!off)
  )
)

export const samples = whole("samples", 1, Plan.MAX_SAMPLES).pipe(Options.withDefault(1))
export const distinct = whole("distinct", 0).pipe(Options.withDefault(0))
export const rounds = whole("rounds", 0, Plan.MAX_ROUNDS).pipe(Options.withDefault(0))
export const repair = whole("repair", 0).pipe(Options.withDefault(0))

/** Repeated, with commas, or both. */
export const imports = text("imports").pipe(
  Options.repeated,
  Options.mapEffect((named) => {
    const names = named.flatMap((list) => list.split(",")).map((name) => name.trim())
    const [wrong] = names.flatMap((name) => {
      const why = Packages.complaint(name)
      return why === undefined ? [] : [`'${name.slice(0, 40)}' is not valid for '--imports': ${why}`]
    })
    return wrong === undefined ? Either.right(names) : refuse(wrong)
  })
)

export const trial = toggle("trial")
export const trialUnsandboxed = toggle("trial-unsandboxed")

const rate = (name: FlagName) => optional(checked(name, Amounts.wantedRate, Amounts.parseRate))

export const fee = rate("fee")
export const slippage = rate("slippage")
export const resume = toggle("resume")

export const budget = optional(
  checked("budget", "an amount of US dollars, such as 0.05", (text) =>
    /^\d*\.?\d+$/.test(text) ? Number(text) : undefined
  )
)

export const dryRun = toggle("dry-run")
export const showPrompt = toggle("show-prompt")
export const quiet = toggle("quiet")
export const show = optional(whole("show", 1))

/** With its unit: a plain 30 is meant as days, and seconds would delete nearly everything. */
export const prune = optional(
  checked("prune", "an age with its unit, such as 30d or 12h", (text) =>
    /[a-z]/i.test(text) ? Amounts.parseDuration(text) : undefined
  )
)

export const report = optional(text("report"))
export const open = toggle("open")
export const view = toggle("view")
export const metrics = optional(text("metrics"))

export const otlp = optional(
  checked("otlp", "an http or https address", (text) =>
    URL.canParse(text) && /^https?:/i.test(text) ? text : undefined
  )
)

export const db = optional(text("db"))
export const batch = optional(text("batch"))

export const free = toggle("free")

/** Read before all other flags: see `Configured`. */
export const config = optional(text("config"))

export const json = toggle("json")
export const events = toggle("events")
export const verbose = toggle("verbose")

export const port = whole("port", 0, 65_535).pipe(Options.withDefault(0))
export const seed = whole("seed", 0).pipe(Options.withDefault(1))
export const list = toggle("list")
export const scenario = oneOf("scenario", Names.SCENARIOS).pipe(Options.withDefault("healthy" as const))
export const profile = oneOf("profile", Names.PROFILES).pipe(Options.withDefault("openrouter" as const))
