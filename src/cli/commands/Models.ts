/** `algogen models`: lists the models on offer, with context length and prices. */
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ModelInfo } from "../../api/Catalog.js"
import * as Models from "../../api/Models.js"
import { OpenRouter } from "../../api/OpenRouter.js"
import * as ConnectionPool from "../../node/ConnectionPool.js"
import * as Api from "../Api.js"
import type * as Commands from "../Commands.js"
import { Failure, NOTHING_PRODUCED } from "../Failure.js"
import * as Table from "../view/Table.js"

export const run = (flags: Commands.Models) =>
  Effect.gen(function* () {
    const { models } = yield* OpenRouter
    const word = Option.getOrElse(flags.word, () => "").toLowerCase()
    const found = (yield* models)
      .filter(({ id }) => id.toLowerCase().includes(word))
      .filter((model) => !flags.free || Models.costsNothing(model))
    if (found.length === 0) {
      const what = `${flags.free ? "free " : ""}model${word === "" ? "" : ` with '${word}' in its id`}`
      return yield* new Failure({ exitCode: NOTHING_PRODUCED, message: `the server lists no ${what}` })
    }
    const [shown, hidden] = Arr.partition(found, (model) => model.hidden === true)
    yield* Console.log(Table.render(["model", "context", "$ per 1M tokens in", "out"], shown.map(rowOf)))
    if (hidden.length > 0 && word === "" && !flags.free) {
      yield* Console.log(`\nand ${hidden.length} ids with special behaviors: algogen simulate --list shows them`)
    }
  }).pipe(
    Effect.provide(Api.layer({ ...flags, stream: true })),
    Effect.provide(ConnectionPool.layer),
    Effect.catchTag("GenerationError", ({ message, reason }) =>
      Effect.fail(
        new Failure({
          exitCode: NOTHING_PRODUCED,
          message:
            reason._tag === "Rejected" && reason.status === 404
              ? `this server has no list of models (${reason.message}): its documentation has their names`
              : message
        })
      )
    )
  )

const rowOf = ({ contextLength, id, price }: ModelInfo): ReadonlyArray<string> => [
  id,
  contextLength === undefined ? "?" : String(contextLength),
  perMillion(price?.prompt),
  perMillion(price?.completion)
]

const perMillion = (price: number | undefined): string => (price === undefined ? "?" : (price * 1e6).toFixed(2))
