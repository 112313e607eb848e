/** `algogen models`: lists the models on offer, with context length and prices. */
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { ModelInfo } from "../../api/Catalog.js"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import * as Price from "../../api/Price.js"
import * as Told from "../../domain/Told.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as Advice from "../Advice.js"
import * as Api from "../Api.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { nothingProduced } from "../Failure.js"
import * as Notice from "../Notice.js"
import * as Fit from "../view/Fit.js"
import * as Lines from "../view/Lines.js"
import * as Look from "../view/Look.js"

export const run = (flags: Commands.Models) => Effect.provide(list(flags), ConnectionPool.layer)

/** Over whatever client there is. */
export const list = (flags: Commands.Models) =>
  Effect.gen(function* () {
    const { baseUrl, models } = yield* OpenRouter
    const word = (flags.word ?? "").toLowerCase()
    const found = (yield* models)
      .filter(({ id }) => id.toLowerCase().includes(word))
      .filter((model) => !flags.free || Models.costsNothing(model))
    const [shown, hidden] = Arr.partition(found, (model) => model.hidden === true)
    if (flags.json) return yield* Console.log(Json.document(toJson(baseUrl, shown)))
    // An empty list is an answer as well.
    if (shown.length === 0) {
      const what = `${flags.free ? "free " : ""}model${word === "" ? "" : ` with '${word}' in its id`}`
      yield* Console.error(`The server lists no ${what}.`)
    } else {
      const look = Look.output()
      yield* Console.log(table(shown, look))
    }
    if (hidden.length > 0 && (word === "" || shown.length === 0) && !flags.free) {
      const ids = Lines.count(hidden.length, "id")
      yield* Notice.tell(
        `${shown.length === 0 ? "" : "\nand "}${ids} with special behaviors: algogen simulate --list shows them`
      )
    }
  }).pipe(
    Effect.catchTag("GenerationError", (error) =>
      Effect.flatMap(OpenRouter, ({ baseUrl }) => {
        const { reason } = error
        const hint = Advice.aboutPath(reason, baseUrl)
        const isNone = reason._tag === "Rejected" && reason.status === 404 && hint === undefined
        return nothingProduced(
          isNone
            ? `this server has no list of models (${Told.reason(reason)}): its documentation has their names`
            : `${Told.error(error)}${hint === undefined ? "" : `; ${hint}`}`
        )
      })
    ),
    Effect.provide(Api.layer({ ...flags, stream: true }))
  )

/** An id is there to be copied: where there is no room beside it, the other columns go. */
export const table = (models: ReadonlyArray<ModelInfo>, look: Look.Look): string =>
  Fit.table(["model", "context", "$ per 1M tokens in", "out"], models.map(rowOf), look, { dispensable: [1, 3, 2] })

const toJson = (baseUrl: string, models: ReadonlyArray<ModelInfo>): typeof Others.Models.Encoded => ({
  baseUrl,
  models
})

const rowOf = ({ contextLength, id, price }: ModelInfo): ReadonlyArray<string> => [
  id,
  contextLength === undefined ? "?" : String(contextLength),
  perMillion(price?.prompt),
  perMillion(price?.completion)
]

const perMillion = (price: number | undefined): string => (price === undefined ? "?" : Price.perMillion(price))
