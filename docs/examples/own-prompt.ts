/**
 * A prompt of your own: it reads a price from a service of the application, and says who speaks. What it says is part of
 * the journal's key, so the same model, ticker and sample should give the same words until an answer should be a new one.
 */
import { Prompt } from "algogen"
import { Context, Effect, Layer } from "effect"

export class Prices extends Context.Tag("app/Prices")<
  Prices,
  { readonly lastClose: (ticker: string) => Effect.Effect<number, Error> }
>() {}

const SYSTEM = "You write Python 3.11 for a trading desk. Answer with the source of one module and nothing else."

export const layer: Layer.Layer<never, never, Prices> = Layer.unwrapEffect(
  Effect.map(Prices, ({ lastClose }) =>
    Prompt.layer({
      build: ({ sample, ticker }) =>
        lastClose(ticker).pipe(
          Effect.map((price): Prompt.Built => [
            { role: "system", content: SYSTEM },
            {
              role: "user",
              content:
                `Variant ${sample}: define execute_trade(ticker, price, tick, cash_balance, shares_held) for ${ticker}, ` +
                `which closed at ${price.toFixed(2)}. Return "BUY", "SELL" or "HOLD".`
            }
          ]),
          // The run then fails with `InvalidRequest` and this message, before anything is sent.
          Effect.mapError(({ message }) => new Prompt.PromptError({ message: `no price for ${ticker}: ${message}` }))
        )
    })
  )
)
