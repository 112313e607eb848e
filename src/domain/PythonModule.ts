/**
 * A Python module that passed every check: its source as the model wrote it, and how its entry point is called.
 */
import * as Schema from "effect/Schema"

/**
 * 5 is `execute_trade(ticker, price, tick, cash_balance, shares_held)`,
 * 3 is `execute_trade(ticker, cash_balance, shares_held)`.
 */
export const Arity = Schema.Literal(3, 5)
export type Arity = typeof Arity.Type

export class PythonModule extends Schema.Class<PythonModule>("PythonModule")({
  source: Schema.String,
  arity: Arity,
  /** The top-level names of the modules it imports. */
  imports: Schema.Array(Schema.String)
}) {}
