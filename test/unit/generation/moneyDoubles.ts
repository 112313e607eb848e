/** Money in round figures: the models of these tests cost nothing for a prompt and `$0.1` for an answer of full length. */
import { Effect, Option } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import { Usage } from "../../../src/domain/Answer.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import { api, answers, type Api, type Reply } from "./doubles.js"

export const CEILING = 1_000
export const WORST = 0.1

export const dime = (id: string): ModelInfo => ({ id, price: { prompt: 0, completion: WORST / CEILING } })
export const free = (id: string): ModelInfo => ({ id, price: { prompt: 0, completion: 0 } })

export const usage = (cost?: number): Usage =>
  new Usage({ promptTokens: 10, completionTokens: 20, ...(cost === undefined ? {} : { cost }) })

/** An answer that costs so much; without a figure the server does not say. */
export const costing = (cost?: number): Reply => answers({ usage: usage(cost) })

export const priced = (
  script: Readonly<Record<string, ReadonlyArray<Reply>>>,
  infoOf: (id: string) => ModelInfo = dime
): Api => api(script, Effect.succeed(Object.keys(script).map(infoOf)))

/** Status and tag of the reason, slot by slot. */
export const verdicts = ({ outcomes }: GenerationReport) =>
  outcomes.map(({ reason, status }) =>
    Option.match(reason, { onNone: () => status, onSome: ({ _tag }) => `${status} ${_tag}` })
  )
