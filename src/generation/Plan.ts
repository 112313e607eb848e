/**
 * The plan of a run: the caller's options, checked before anything is sent or written, and laid out as slots in the order
 * of the request.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constant, type LazyArg } from "effect/Function"
import * as Predicate from "effect/Predicate"
import type * as ModelRequest from "../api/ModelRequest.js"
import { DeadlineExceeded } from "../domain/GenerationError.js"
import { sha256 } from "../domain/Hash.js"
import type { Message } from "../domain/Message.js"
import * as Numbering from "../domain/Numbering.js"
import * as Prompt from "../prompt/Prompt.js"
import { contained } from "./Contained.js"
import * as Names from "./Names.js"
import type { Limits, OfTicker, Request } from "./Options.js"
import * as Sense from "./Sense.js"
import { check, decodeTicker, InvalidRequest, sensible, whole } from "./Sense.js"
import type * as Slot from "./Slot.js"

export { InvalidRequest } from "./Sense.js"

export type { Limits, OfTicker as Options, Request } from "./Options.js"

export interface Bounds {
  readonly concurrency: number
  readonly deadline: Duration.Duration
  /** The run has more to ask when all slots have their answers, so it keeps them in memory. */
  readonly goesOn: boolean
}

export interface Plan extends Bounds {
  readonly ticker: string
  readonly models: ReadonlyArray<ModelRequest.ModelRequest>
  readonly samples: number
  readonly distinct: number
  readonly slots: ReadonlyArray<Slot.Planned>
  /** Makes more slots like these. */
  readonly planSlot: Planner
}

/** Requests in flight at the same time: as many as models are usually asked, so that all start at once. */
export const CONCURRENCY = 6

/** Each sample costs: a larger number is probably a typing error. */
export const MAX_SAMPLES = 100

/** More rounds over the same prices choose luck, each at the price of two answers. */
export const MAX_ROUNDS = 20

/** The figure of the system this replaces: six models at the limit of one attempt each, and a little more. */
export const DEADLINE = Duration.seconds(400)

/** The limits of a run, with defaults for those that are not given. */
export const bounds = (options: Limits, byDefault: Duration.Duration): Effect.Effect<Bounds, InvalidRequest> => {
  const { budget = 0, concurrency = CONCURRENCY, deadline, rounds = 0 } = options
  const rules = function* (): Generator<Sense.Rule> {
    yield whole("concurrency", concurrency, 1)
    yield* Sense.ofSettings(options)
    yield whole("rounds", rounds, 0, MAX_ROUNDS)
    yield [budget >= 0 && Number.isFinite(budget), `the budget must be a number of US dollars, not ${budget}`]
    yield* Sense.ofTime("deadline", deadline)
  }
  return Effect.map(check(rules()), () => ({
    concurrency,
    deadline: Duration.decode(deadline ?? byDefault),
    goesOn: false
  }))
}

/** The limits of a stream of requests. */
export const boundsOfMany = (options: Limits): Effect.Effect<Bounds, InvalidRequest> =>
  Effect.zipRight(check([Names.rule(options, Names.OF_MANY)]), bounds(options, Duration.infinity))

const planned = (
  options: OfTicker,
  names: Readonly<Record<string, true>>,
  stopWhen: Effect.Effect<unknown>
): Effect.Effect<Plan, InvalidRequest> =>
  Effect.gen(function* () {
    const { distinct = 0, models, rounds = 0, samples = 1, system, ticker } = options
    yield* check([Names.rule(options, names), [Array.isArray(models), "'models' has to be a list of model ids"]])
    const named = models.map((model): ModelRequest.ModelRequest => (typeof model === "string" ? { model } : model))
    const symbol = yield* decodeTicker(ticker)
    yield* check([
      [named.length > 0, "name at least one model"],
      whole("samples for each model", samples, 1, MAX_SAMPLES),
      [
        Number.isSafeInteger(distinct) && distinct >= 0 && distinct <= named.length * MAX_SAMPLES,
        `the number of different algorithms must be a whole number up to ${named.length * MAX_SAMPLES}, ${MAX_SAMPLES} for each model, not ${distinct}`
      ]
    ])
    const settled = yield* bounds(options, DEADLINE)
    const planSlot = yield* planner(system)
    const slots = yield* inTime(
      settled,
      stopWhen
    )(Effect.forEach(placesOf(named, samples), (place, index) => planSlot({ ...place, ticker }, index)))
    const goesOn = distinct > 0 || rounds > 0
    return { ...settled, ticker: symbol, models: named, samples, distinct, goesOn, slots, planSlot }
  })

/** The plan of a run for one ticker: its slots model by model, then sample. */
export const make = (options: OfTicker): Effect.Effect<Plan, InvalidRequest> =>
  planned(options, Names.OF_RUN, Effect.never)

/** Of a run that hands out its events itself. Where it is to end before its prompts are there, there is none. */
export const ofStream = (options: OfTicker, stopWhen: Effect.Effect<unknown>): Effect.Effect<Plan, InvalidRequest> =>
  planned(options, Names.OF_STREAM, stopWhen)

/** A place of a request for one ticker. */
export interface Place extends ModelRequest.ModelRequest {
  readonly sample: number
  readonly position: number
}

/**
 * Model by model, then sample, made one by one as they are taken. A model that is named again goes on counting its samples, so
 * that it gets the same when it is named twice as when it is asked for two, and takes a place only once.
 */
export function* placesOf(
  models: ReadonlyArray<string | ModelRequest.ModelRequest>,
  samples: number
): Generator<Place, void> {
  const numberOf = Numbering.counter()
  const positions = new Map<string, number>()
  for (const named of models) {
    // Callers without types may hand in anything; the planner says what is wrong with it.
    const request: ModelRequest.ModelRequest = typeof named === "string" ? { model: named } : { ...named }
    const position = positions.get(request.model) ?? positions.size
    positions.set(request.model, position)
    for (let n = 0; n < samples; n++) yield { ...request, sample: numberOf(request.model), position }
  }
}

/** A prompt of the application's own may hang. Where it cannot be interrupted it is not waited for. */
const inTime = ({ deadline }: Bounds, stopWhen: Effect.Effect<unknown>) => {
  const ended = (how: string, remedy = "") =>
    new InvalidRequest({ message: `${how} before all prompts were built, and nothing was sent${remedy}` })
  const passed = new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) }).message
  return <A, R>(built: Effect.Effect<A, InvalidRequest, R>) =>
    Effect.interruptible(Effect.disconnect(built)).pipe(
      Effect.raceFirst(Effect.zipRight(stopWhen, ended("the run was ended"))),
      Effect.timeoutFail({
        duration: deadline,
        onTimeout: () => ended(passed, ": make the prompt faster, or raise the deadline")
      })
    )
}

export type Planner = (request: Request, index: number) => Effect.Effect<Slot.Planned, InvalidRequest>

/** What a slot asks: its messages, made when they are wanted where that is possible. The prompts of thousands take much memory. */
class Asked {
  readonly #messages: LazyArg<ReadonlyArray<Message>>
  constructor(messages: LazyArg<ReadonlyArray<Message>>) {
    this.#messages = messages
  }
  get messages() {
    return this.#messages()
  }
}

const withSystem = (built: ReadonlyArray<Message>, said: string | undefined): ReadonlyArray<Message> =>
  said === undefined ? built : [{ role: "system", content: said }, ...built]

/** What makes the slot of a request, which has this place in the order, from 0. */
export const planner = (system: string | undefined): Effect.Effect<Planner> =>
  Effect.map(Prompt.Prompt, (prompt): Planner => {
    /** Neighbours are nearly always for the same ticker. */
    let latest: { readonly symbol: string; readonly ticker: string } | undefined
    const tickerOf = (symbol: string) =>
      symbol === latest?.symbol
        ? Effect.succeed(latest.ticker)
        : Effect.tap(decodeTicker(symbol), (ticker) => {
            latest = { symbol, ticker }
          })
    const asked = contained((why) => new Prompt.PromptError({ message: `the prompt itself failed: ${why}` }))
    const build = (subject: Prompt.Subject) => asked(Effect.suspend(() => Prompt.messages(prompt, subject)))
    return (request, index) =>
      Effect.gen(function* () {
        // Callers without types may hand in anything.
        yield* check([
          [Predicate.isRecord(request), "it is not an object with 'model' and 'ticker'"],
          [Predicate.isString(request?.ticker), "'ticker' has to be a symbol"]
        ])
        const {
          model,
          position,
          prompt: own,
          sample = 1,
          system: instructions,
          ticker: symbol,
          ...parameters
        } = request
        const rules = function* (): Generator<Sense.Rule> {
          yield* Sense.ofModel(model)
          yield whole("sample", sample, 1)
          yield whole("position", position ?? 0, 0)
          if (own !== undefined) yield Sense.ofPrompt(own)
          yield Names.rule(request, Names.OF_REQUEST, "field")
          yield sensible(parameters)
        }
        yield* check(rules())
        const ticker = yield* tickerOf(symbol)
        const subject = { model, ticker, sample, position }
        const systemOf = () => instructions ?? system ?? prompt.system?.(subject)
        const built = own === undefined ? yield* build(subject) : [{ role: "user" as const, content: own }]
        const messages = withSystem(built, yield* asked(Effect.sync(systemOf)))
        const strategy = own === undefined ? yield* asked(Effect.sync(() => prompt.strategy?.(subject))) : undefined
        const again = own === undefined ? Prompt.again(prompt, subject) : undefined
        // No function in here may use `built` or `messages`: those that are made together keep in memory what any of them uses.
        return Object.assign(
          new Asked(again === undefined ? constant(messages) : () => withSystem(again(), systemOf())),
          {
            index,
            model,
            ticker,
            sample,
            // The first sample is the same request as a run without samples, so that its journalled answer is found.
            seed: sample > 1 ? sample : undefined,
            promptHash: promptHash(messages),
            strategy,
            parameters
          }
        )
      }).pipe(Effect.mapError(({ message }) => new InvalidRequest({ message })))
  })

/** The hash of the text if the prompt is a single text, else of all messages. */
export const promptHash = (messages: ReadonlyArray<Pick<Message, "role" | "content">>): string => {
  const [first, ...others] = messages
  const isText = first?.role === "user" && others.length === 0
  return sha256(isText ? first.content : JSON.stringify(messages.map(({ content, role }) => [role, content])))
}
