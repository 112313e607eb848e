/**
 * What the models are asked: a service, so that an application can bring words of its own. It turns a model, a ticker and
 * a sample number into a text or into messages; the same three should always give the same, or resuming finds nothing.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Message } from "../domain/Message.js"
import * as Strategy from "./Strategy.js"

export interface Subject {
  /** The model's id as requested. */
  readonly model: string
  readonly ticker: string
  /** Which of several algorithms of the same model, from 1. */
  readonly sample: number
}

/** A text, which is what the user says, or messages with their roles. */
export type Built = string | ReadonlyArray<Message>

/** The prompt could not be made: nothing is sent. */
export class PromptError extends Data.TaggedError("PromptError")<{ readonly message: string }> {}

export interface Service {
  readonly build: (subject: Subject) => Built | Effect.Effect<Built, PromptError>
}

/** Without a layer this is the project's own prompt. */
export class Prompt extends Context.Reference<Prompt>()("algogen/Prompt", {
  defaultValue: (): Service => ({ build })
}) {}

export const layer = (service: Service): Layer.Layer<never> => Layer.succeedContext(Context.make(Prompt, service))

/** What a prompt says about a subject, as messages. */
export const messages = (prompt: Service, subject: Subject): Effect.Effect<ReadonlyArray<Message>, PromptError> => {
  const built = prompt.build(subject)
  return Effect.map(Effect.isEffect(built) ? built : Effect.succeed(built), (said) =>
    typeof said === "string" ? [{ role: "user", content: said }] : said
  )
}

/** The project's own prompt; `checkedImports` are what the check of the answer lets pass. */
export const build = ({ model, sample, ticker }: Subject): string => {
  const { directive, family } = Strategy.forModel(model, sample)
  return `Write a Python 3.11 module that trades the stock ${ticker}. It must define this function at module level:

def execute_trade(ticker, price, tick, cash_balance, shares_held):

The function is called once per tick, in order, with positional arguments:
- ticker: the symbol, a string
- price: the current price of one share, a float
- tick: the number of the call, an int counting up from 0
- cash_balance: the cash at hand, a float
- shares_held: the shares owned now, an int

It returns one of these and nothing else:
- "BUY", "SELL" or "HOLD"
- a pair of an action and a whole number of shares greater than zero, for example ("BUY", 10) or ("SELL", 3)

Strategy (${family}): ${directive}
Follow this strategy with these numbers; other models are given other strategies.

Rules:
- Keep state such as past prices in module-level variables. Declare every one that the function assigns with "global".
- Use only the standard modules math, statistics, collections, itertools, functools, random and datetime, or none.
- No network, no files, no input or output, no threads, no clock. Running the module must do nothing but define things.
- Return "HOLD" while there is too little history for the strategy.
- Guard every division against a zero divisor, and every mean or deviation against too few values.
- Buy only what cash_balance pays for; with cash at or below zero never buy. Sell only what shares_held covers.
- A price that is zero, negative or not finite is a reason to HOLD.
- Every path through the function ends in a return of one of the values above; it never raises and never loops without end.
- Define every name that you use, helpers and imports included.

Answer with the Python source of the whole module only: no explanation, no Markdown.
`
}
