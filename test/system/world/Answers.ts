/** Modules that the servers of a world send: each unlike any other, and each with its price. */

export interface Asked {
  readonly model: string
  readonly stream: boolean
  /** The number of the request in its world, which makes each answer unlike any other. */
  readonly number: number
  readonly wall: number
  /** How long the answer may be, in tokens. */
  readonly maxTokens: number
}

/** Found in the file of an answer and in the journal, at its beginning and at its end. */
export const markOf = (number: number) => ({ first: `ANSWER = "begin-${number}-é"`, last: `"end-${number}"` })
export const MARKS = /ANSWER = "begin-(\d+)-é"/

/** Cut anywhere before its end it is no valid module: what is accepted is whole. */
export const moduleOf = (number: number): string => {
  const { first, last } = markOf(number)
  return `${first}


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    signal, mark = (
        "BUY"
        if price < ${100 + number} and cash_balance >= price
        else "SELL"
        if shares_held > 0 and tick % ${2 + (number % 7)} == 0
        else "HOLD",
        ${last},
    )
    return signal
`
}

/** Prices of the list of models, in US dollars a token. */
export const PRICE = { prompt: 1e-6, completion: 2e-6 }

export const isFree = (model: string): boolean => model.endsWith(":free")

/** No prompt of a world is shorter, in tokens. */
const LEAST_PROMPT = 100

export const usageOf = ({ maxTokens, model, number }: Asked) => {
  // Some are nearly as long as they may be, so that a budget is felt.
  const prompt = LEAST_PROMPT + (number % 50)
  const completion = Math.min(maxTokens, number % 3 === 0 ? 4_000 : 60 + (number % 90))
  const cost = isFree(model) ? 0 : prompt * PRICE.prompt + completion * PRICE.completion
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, cost }
}

/** The least that an answer of this length costs if it is as long as it may be. */
export const mostFor = (model: string, maxTokens: number): number =>
  isFree(model) ? 0 : LEAST_PROMPT * PRICE.prompt + maxTokens * PRICE.completion
