/**
 * What the models are asked: a service, so that an application can bring words of its own. It turns a model, a ticker and
 * a sample number into a text or into messages; the same three should always give the same, or resuming finds nothing.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Contract from "../code/Contract.js"
import { listed } from "../domain/Listing.js"
import type { Message } from "../domain/Message.js"
import type * as Bars from "../market/Bars.js"
import * as Lookup from "../market/Lookup.js"
import * as Market from "./Market.js"
import * as Strategy from "./Strategy.js"
import type * as Template from "./Template.js"
import * as Words from "./Words.js"

export interface Subject {
  /** The model's id as requested. */
  readonly model: string
  readonly ticker: string
  /** Which of several algorithms of the same model, from 1. */
  readonly sample: number
  /** The place of the model in the run, from 0: it decides which strategy the model is given. */
  readonly position?: number | undefined
}

/** A text, which is what the user says, or messages with their roles. */
export type Built = string | ReadonlyArray<Message>

/** The prompt could not be made: nothing is sent. */
export class PromptError extends Schema.TaggedError<PromptError>("algogen.PromptError")("PromptError", {
  message: Schema.String
}) {}

export interface Service {
  readonly build: (subject: Subject) => Built | Effect.Effect<Built, PromptError>
  /** The name of the strategy that this subject is given, for tables, documents and headers; default none. */
  readonly strategy?: ((subject: Subject) => string | undefined) | undefined
  /**
   * What is built is a text, and the same whenever it is built: then the texts of a long run are not held until they are sent.
   * Default false.
   */
  readonly repeatable?: boolean | undefined
  /** What the system's message says, where neither the request nor the run has one of its own; default nothing. */
  readonly system?: ((subject: Subject) => string) | undefined
}

/** Without a layer this is the project's own prompt. */
export class Prompt extends Context.Reference<Prompt>()("algogen/Prompt", {
  defaultValue: (): Service => repeating({ build, strategy })
}) {}

export const layer = (service: Service): Layer.Layer<never> => Layer.succeedContext(Context.make(Prompt, service))

/** Says that its `build` repeats itself, and nothing of one that is put into its place. */
const repeating = (service: Service): Service => {
  const { build } = service
  return Object.defineProperty(service, "repeatable", {
    get(this: Service) {
      return this.build === build
    }
  })
}

const asMessages = (said: Built): ReadonlyArray<Message> =>
  typeof said === "string" ? [{ role: "user", content: said }] : said

/** What a prompt says about a subject, as messages. */
export const messages = (prompt: Service, subject: Subject): Effect.Effect<ReadonlyArray<Message>, PromptError> => {
  const built = prompt.build(subject)
  return Effect.map(Effect.isEffect(built) ? built : Effect.succeed(built), asMessages)
}

/** The same messages, made again; undefined where they have to be kept. */
export const again = (prompt: Service, subject: Subject): (() => ReadonlyArray<Message>) | undefined =>
  prompt.repeatable === true
    ? () => {
        const built = prompt.build(subject)
        if (typeof built === "string") return asMessages(built)
        throw new TypeError("a prompt that is `repeatable` has to build a text, and no Effect or messages")
      }
    : undefined

export interface Options {
  /** A text of one's own in place of the project's prompt. */
  readonly prompt?: Template.Template | undefined
  /** What stands before it, as the system's message. */
  readonly system?: Template.Template | undefined
  /** How long a tick lasts, where no data say so; default a minute. */
  readonly bar?: Bars.BarSize | undefined
  /** Prices, a series a ticker. A ticker that is not among them is an error. */
  readonly data?: ReadonlyArray<Bars.Series> | undefined
  /** Packages that are offered besides the standard modules: those that the checks let pass. */
  readonly imports?: ReadonlyArray<string> | undefined
}

export const make = ({ bar = "minute", data, imports = [], prompt = OWN, system }: Options): Service => {
  /** A run asks about the same prices many times. */
  const described = new Map<Bars.Series, string>()
  const describe = (series: Bars.Series): string => {
    const text = described.get(series) ?? Market.ofSeries(series)
    described.set(series, text)
    return text
  }
  const seriesOf = ({ ticker }: Subject) => (data === undefined ? undefined : Lookup.find(data, ticker))
  const valuesFor = (subject: Subject): Template.Values => {
    const series = seriesOf(subject)
    return valuesOf(subject, () => (series === undefined ? Market.ofBar(bar) : describe(series)), imports)
  }
  return repeating({
    build: (subject) =>
      data !== undefined && seriesOf(subject) === undefined
        ? new PromptError({ message: Lookup.missing(data, subject.ticker) })
        : prompt.render(valuesFor(subject)),
    strategy: prompt.names.has("strategy") || system?.names.has("strategy") === true ? strategy : undefined,
    system: system === undefined ? undefined : (subject) => system.render(valuesFor(subject))
  })
}

/** The project's own prompt, for ticks of a minute. */
export const build = (subject: Subject): string => OWN.render(valuesOf(subject, () => Market.ofBar("minute")))

export const strategy = ({ model, position, sample }: Subject): string =>
  Strategy.forModel(model, sample, position).name

const valuesOf = (subject: Subject, market: () => string, packages: ReadonlyArray<string> = []): Template.Values => ({
  ticker: () => subject.ticker,
  strategy: () => strategyOf(subject),
  signature: () => Contract.SIGNATURE,
  market,
  imports: () => OFFERED + (packages.length === 0 ? "" : `, and ${listed(packages, "and")}`)
})

const strategyOf = ({ model, position, sample }: Subject): string => {
  const { directive, family } = Strategy.forModel(model, sample, position)
  return `Strategy (${family}): ${directive}\n${Strategy.UNIT}`
}

/** Many prompts are built, all with the same list. */
const OFFERED = listed(Contract.OFFERED_IMPORTS, "and")

const OWN_RULES = [
  "Buy only what cash_balance pays for; with cash at or below zero never buy. Sell only what shares_held covers."
]

const ownText = ({ imports, market, signature, strategy, ticker }: Template.Values): string =>
  `Write a Python 3.11 module that trades the stock ${ticker()}. It must define this function at module level:

${signature()}

${Words.CALL}
${market()}

It returns one of these and nothing else:
- "BUY", "SELL" or "HOLD"
- a pair of an action and a whole number of shares greater than zero, for example ("BUY", 10) or ("SELL", 3)

${strategy()}
Follow this strategy with these numbers; other models are given other strategies.

Rules:
${Words.rules(imports(), OWN_RULES)}

${Words.ANSWER}
`

const OWN: Template.Template = {
  names: new Set(["ticker", "strategy", "signature", "market", "imports"]),
  render: ownText
}
