/**
 * A Python module that passed every check: its source as the model wrote it, and how its entry point is called.
 */
import * as Schema from "effect/Schema"

/** How many arguments the entry point takes; 3 is the older form. */
export const Arity = Schema.Literal(3, 5)
export type Arity = typeof Arity.Type

/** How a module of each is called. */
export const CALLS: Readonly<Record<Arity, string>> = {
  3: "execute_trade(ticker, cash_balance, shares_held)",
  5: "execute_trade(ticker, price, tick, cash_balance, shares_held)"
}

export class PythonModule extends Schema.Class<PythonModule>("algogen.PythonModule")({
  source: Schema.String,
  arity: Arity,
  /** The top-level names of the modules it imports. */
  imports: Schema.Array(Schema.String)
}) {}
