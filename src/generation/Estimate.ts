/** What a run would ask and what it might cost, without sending a prompt. Money is US dollars. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ModelInfo } from "../api/Catalog.js"
import * as Models from "../api/Models.js"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import * as Price from "../api/Price.js"
import type { GenerationError, Reason } from "../domain/GenerationError.js"
import * as Plan from "./Plan.js"
import type * as Slot from "./Slot.js"

/** One slot of the request, in its order. */
export interface Estimate {
  readonly model: string
  readonly sample: number
  /** The model that would be asked, `None` when neither the requested one nor its other variant is on offer. */
  readonly askedModel: Option.Option<string>
  /** The server's list has it; a server that is not OpenRouter is asked all the same where it has not. */
  readonly listed: boolean
  /** What is to be said of a model that the list does not have, with what it has in its place. */
  readonly note?: string | undefined
  /** US dollars a token. */
  readonly price: Option.Option<NonNullable<ModelInfo["price"]>>
  readonly promptTokens: number
  /** The ceiling of the first attempt. */
  readonly maxCompletionTokens: number
  /** One attempt whose answer is as long as it may be. */
  readonly worst: Option.Option<number>
  /** One attempt with an answer of usual length. */
  readonly likely: Option.Option<number>
}

export interface Totals {
  /** As far as prices are known. */
  readonly likely: number
  readonly worst: number
  /** Models that would be asked, but whose price is unknown. */
  readonly unknown: number
}

/** Would it be asked, at a price that nobody knows; a budget leaves it out. */
export const isUnpriced = ({ askedModel, price }: Estimate): boolean =>
  Option.isSome(askedModel) && Option.isNone(price)

export const totals = (slots: ReadonlyArray<Estimate>): Totals => {
  const sum = (costs: ReadonlyArray<Option.Option<number>>) =>
    costs.reduce((total, cost) => total + Option.getOrElse(cost, () => 0), 0)
  return {
    likely: sum(slots.map(({ likely }) => likely)),
    worst: sum(slots.map(({ worst }) => worst)),
    unknown: slots.filter(isUnpriced).length
  }
}

/** The document of `--dry-run --json`: plain data for `JSON.stringify`, which leaves out what is undefined. */
export const toJson = (slots: ReadonlyArray<Estimate>) => ({
  estimates: slots.map(({ askedModel, likely, price, worst, ...slot }, index) => ({
    index,
    ...slot,
    askedModel: Option.getOrNull(askedModel),
    price: Option.getOrUndefined(price),
    likely: Option.getOrUndefined(likely),
    worst: Option.getOrUndefined(worst)
  })),
  totals: totals(slots)
})

const hasNoList = ({ _tag }: Reason): boolean => _tag === "Rejected" || _tag === "MalformedAnswer"

/** What a slot would cost, by the server's list of models, which is fetched once. */
export const pricer = (
  options: Pick<Plan.Limits, "allowPaid" | "budget" | "maxCompletionTokens">
): Effect.Effect<(slot: Slot.Planned) => Estimate, GenerationError, OpenRouter> =>
  Effect.gen(function* () {
    const { baseUrl, models } = yield* OpenRouter
    // Servers that have no list are asked for any id.
    const listing = Effect.catchIf(
      models,
      ({ reason }) => hasNoList(reason),
      () => Effect.succeed([])
    )
    const catalog = Models.index(yield* listing)
    return ({ messages, model, parameters, sample }) => {
      const resolved = Models.resolve(catalog, model, {
        isOpenRouter: isOpenRouter(baseUrl),
        allowPaid: options.allowPaid === true || options.budget !== undefined
      })
      const found = Either.getRight(resolved)
      const entry = Option.flatMap(found, ({ info }) => Option.fromNullable(info))
      const prompt = messages.map(({ content }) => content).join("")
      const wanted = parameters.maxCompletionTokens ?? options.maxCompletionTokens
      const maxCompletionTokens = Models.firstTokens(Option.getOrUndefined(entry), prompt, wanted)
      const cost = (prompt: number, completion: number) =>
        Option.flatMap(entry, (info) => Price.of(info, { prompt, completion }))
      const promptTokens = Price.likelyPromptTokens(messages)
      return {
        model,
        sample,
        askedModel: Option.map(found, ({ asked }) => asked),
        note: Either.match(resolved, { onLeft: (why) => `${model}: ${why}`, onRight: ({ note }) => note }),
        listed: Models.has(catalog, Option.match(found, { onNone: () => model, onSome: ({ asked }) => asked })),
        price: Option.flatMap(entry, ({ price }) => Option.fromNullable(price)),
        promptTokens,
        maxCompletionTokens,
        worst: cost(Price.mostPromptTokens(messages), maxCompletionTokens),
        likely: cost(promptTokens, Math.min(Price.LIKELY_COMPLETION_TOKENS, maxCompletionTokens))
      }
    }
  })

export const estimate: (
  options: Plan.Options
) => Effect.Effect<ReadonlyArray<Estimate>, Plan.InvalidRequest | GenerationError, OpenRouter> = Effect.fn(
  "Estimate.estimate"
)(function* (options) {
  const { slots } = yield* Plan.make(options)
  return slots.map(yield* pricer(options))
})
