/**
 * The Python programs that the simulated models write: a handful of clearly different strategies, each with parameters
 * drawn from the seed. They run as they are in CPython 3.8 and later with the standard library alone. `Dress` wraps a
 * program into an answer.
 */
import type * as Draw from "./Draw.js"
import * as Bands from "./programs/Bands.js"
import * as Breakout from "./programs/Breakout.js"
import * as Grid from "./programs/Grid.js"
import * as Macd from "./programs/Macd.js"
import * as Momentum from "./programs/Momentum.js"
import * as MovingAverages from "./programs/MovingAverages.js"
import * as Regime from "./programs/Regime.js"
import * as RelativeStrength from "./programs/RelativeStrength.js"

interface Strategy {
  readonly title: string
  readonly source: (draw: Draw.Draw) => string
}

export interface Program {
  /** What it does, as it would stand in a sentence. */
  readonly title: string
  readonly code: string
}

export const strategies: readonly [Strategy, ...ReadonlyArray<Strategy>] = [
  MovingAverages,
  RelativeStrength,
  Bands,
  Breakout,
  Macd,
  Momentum,
  Grid,
  Regime
]

/** Neighbouring positions get different strategies, so that the models of one list never write the same program. */
export const make = (position: number, draw: Draw.Draw): Program => {
  const strategy = strategies[position % strategies.length] ?? strategies[0]
  return { title: strategy.title, code: strategy.source(draw) }
}
