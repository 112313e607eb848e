/** What many jobs would cost, model by model, without sending a prompt. Money is US dollars. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Price from "../../api/Price.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Plan from "../../generation/Plan.js"
import * as Json from "../documents/Json.js"
import * as Notice from "../Notice.js"
import * as Turn from "../Turn.js"
import * as Lines from "../view/Lines.js"
import * as Table from "../view/Table.js"
import type * as Sources from "./Sources.js"
import * as Words from "./Words.js"

interface Sum {
  /** What is to be said of the model. */
  note?: string | undefined
  /** Of a model: the server's list has it. */
  listed?: boolean | undefined
  jobs: number
  likely: number
  worst: number
  /** Jobs that would be asked, and whose price is unknown. */
  unknown: number
  /** Jobs whose model is not on offer. */
  skipped: number
}

const zero = (): Sum => ({ jobs: 0, likely: 0, worst: 0, unknown: 0, skipped: 0 })

const add = (sum: Sum, estimate: Estimate.Estimate): void => {
  const { likely, unknown, worst } = Estimate.totals([estimate])
  sum.jobs += 1
  sum.likely += likely
  sum.worst += worst
  sum.unknown += unknown
  sum.skipped += Option.isNone(estimate.askedModel) ? 1 : 0
}

/** More rows than this nobody reads. */
const MODELS = 40

export interface Options {
  readonly work: Sources.Work
  readonly limits: Plan.Limits
  readonly json: boolean
}

export const run = ({ json, limits, work }: Options) =>
  Effect.gen(function* () {
    const price = yield* Estimate.pricer(limits)
    const plan = yield* Plan.planner(limits.system)
    const totals = zero()
    const models = new Map<string, Sum>()
    yield* Stream.runForEach(work.jobs, (job) =>
      Effect.map(Effect.zipRight(Turn.before(totals.jobs), plan(job, totals.jobs)), (slot) => {
        const estimate = price(slot)
        const sum = models.get(slot.model) ?? zero()
        models.set(slot.model, sum)
        sum.listed = estimate.listed
        sum.note = estimate.note
        add(sum, estimate)
        add(totals, estimate)
      })
    ).pipe(Notice.ifSlow("Making each prompt, to estimate its price."))
    yield* Console.log(json ? Json.document(toJson(totals, models)) : render(totals, models, limits))
  })

const toJson = (totals: Sum, models: ReadonlyMap<string, Sum>) => ({
  models: [...models].map(([model, sum]) => Object.assign({ model }, sum)),
  totals
})

const rowOf = ([model, { jobs, likely, listed, skipped, unknown, worst }]: readonly [
  string,
  Sum
]): ReadonlyArray<string> => {
  const price = (amount: number) =>
    skipped === jobs
      ? "not on offer"
      : skipped + unknown === jobs
        ? listed === true
          ? "unknown"
          : "not listed"
        : Price.dollars(amount)
  return [model, Words.number(jobs), price(likely), price(worst)]
}

const render = (totals: Sum, models: ReadonlyMap<string, Sum>, limits: Plan.Limits): string => {
  const unpriced = [...models].filter(([, { unknown }]) => unknown > 0).map(([model]) => model)
  const rows = [...models].slice(0, MODELS).map(rowOf)
  return [
    Table.render(["model", "jobs", "likely", "at most"], rows),
    ...(models.size > MODELS ? [`and ${Lines.count(models.size - MODELS, "more model")}`] : []),
    "",
    [
      `${Words.number(totals.jobs)} jobs: ${Lines.prices(totals, totals.jobs - totals.skipped).join("; ")}`,
      ...(totals.skipped === 0 ? [] : [`${Lines.count(totals.skipped, "job")} would be skipped`])
    ].join("; "),
    ...Lines.notes([...models.values()]),
    ...Lines.caveats(unpriced, totals.worst, limits)
  ].join("\n")
}
