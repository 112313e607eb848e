/** What a person at a terminal is asked. */
import * as Prompt from "@effect/cli/Prompt"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { ModelInfo } from "../../api/Catalog.js"
import * as ModelRequest from "../../api/ModelRequest.js"
import * as Price from "../../api/Price.js"
import * as Ticker from "../../domain/Ticker.js"
import * as Notice from "../Notice.js"

/** Ctrl-C at a question interrupts the command. */
const ask = <A>(question: Prompt.Prompt<A>): Effect.Effect<A> =>
  question.pipe(
    Effect.catchTag("QuitException", () => Effect.zipRight(Console.error(""), Effect.interrupt)),
    Effect.provide(NodeTerminal.layer)
  )

/** Shows nothing of what is typed. `onEnter` says what an empty answer means; undefined: that it is not taken. */
export const key = (server: string, onEnter: string | undefined): Effect.Effect<Redacted.Redacted | undefined> =>
  ask(
    Prompt.hidden({
      message: `API key for ${server}, not shown${onEnter === undefined ? "" : ` (${onEnter})`}`,
      validate: (typed) =>
        typed.trim() === "" && onEnter === undefined
          ? Effect.fail("paste a key; openrouter.ai/keys makes one")
          : Effect.succeed(typed.trim())
    })
  ).pipe(Effect.map((typed) => (Redacted.value(typed) === "" ? undefined : typed)))

/** The symbols of some exchanges are numbers, of four digits or more; fewer are likely to be a place in a list. */
const PLACE = /^\d{1,3}$/

export const symbolOf = (typed: string): Either.Either<string, string> => {
  const text = typed.trim()
  return PLACE.test(text)
    ? Either.left(
        `there is no list: type the symbol itself, such as AAPL; one that is a number as ${text.padStart(4, "0")}`
      )
    : Either.mapLeft(Ticker.decode(text), () => `use ${Ticker.WANTED}`)
}

export const ticker: Effect.Effect<string> = ask(
  Prompt.text({
    message: "Which symbol?",
    default: "AAPL",
    validate: symbolOf
  })
)

/** What was typed where there is no list: nothing means the default models, and beside such there may be several. */
export const requestsOf = (
  typed: string,
  defaults: ReadonlyArray<string>
): Either.Either<ReadonlyArray<ModelRequest.ModelRequest>, string> => {
  const text = typed.trim()
  if (text === "") {
    return defaults.length === 0
      ? Either.left("type the id of a model, as the server calls it")
      : Either.right(defaults.map((model) => ({ model })))
  }
  // The name of a file may have spaces, and only a server of one's own names models so.
  return Either.all((defaults.length === 0 ? [text] : text.split(/\s+/)).map(ModelRequest.parse))
}

/** Where there is no list. */
export const typed = (defaults: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<ModelRequest.ModelRequest>> =>
  Effect.gen(function* () {
    const isMany = defaults.length > 0
    if (isMany)
      yield* Notice.tell(`There is no list of models to choose from. The default ones are ${defaults.join(", ")}.`)
    const answer = yield* ask(
      Prompt.text({
        message: isMany
          ? "Which models? Type ids with spaces between them, or Enter for the default ones"
          : "Which model? There is no list to choose from",
        validate: (typed) => Either.map(requestsOf(typed, defaults), () => typed)
      })
    )
    return Either.getOrElse(requestsOf(answer, defaults), () => [])
  })

/** More models at once are likely to be a slip on "all". */
const MOST = 20

const price = ({ price }: ModelInfo): string => {
  if (price === undefined) return "price unknown"
  return price.prompt === 0 && price.completion === 0
    ? "free"
    : `$${Price.perMillion(price.prompt)} in, $${Price.perMillion(price.completion)} out per 1M tokens`
}

/** Those that are preselected come first, so that Enter takes what is in sight; where there is one only, it is meant. */
export const choicesOf = (listed: ReadonlyArray<ModelInfo>, preselected: ReadonlyArray<string>) => {
  const shown = listed.filter(({ hidden }) => hidden !== true)
  const first = preselected.flatMap((id) => shown.find((model) => model.id === id) ?? [])
  const others = shown.filter(({ id }) => !preselected.includes(id))
  return [...first, ...others].map((model) => ({
    title: model.id,
    value: model.id,
    description: price(model),
    selected: preselected.includes(model.id) || shown.length === 1
  }))
}

export const models = (
  listed: ReadonlyArray<ModelInfo>,
  preselected: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>> =>
  ask(
    Prompt.multiSelect({
      message: "Which models? Space selects, Enter goes on",
      choices: choicesOf(listed, preselected),
      selectAll: "all",
      selectNone: "none",
      inverseSelection: "the others",
      min: 1,
      max: MOST,
      maxPerPage: 12
    })
  )
