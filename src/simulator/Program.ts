/**
 * The Python programs that the simulated models write: a handful of clearly different strategies, each with parameters
 * drawn from the seed. They run as they are in CPython 3.8 and later with the standard library alone. `Dress` wraps a
 * program into an answer.
 */
import { FAMILIES } from "../prompt/Families.js"
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

/** What follows the first families of the project's prompt; the others follow in turn. */
const followers: typeof strategies = [MovingAverages, Bands, Breakout, RelativeStrength, Momentum, Regime, Macd, Grid]

/** The family that a prompt asks for, in the words of the project's own. */
const FAMILY = /Strategy \(([^()]+)\):/

/**
 * The strategy that the prompt asks for, as far as there is one like it. Without one, neighbouring positions get different
 * strategies, so that the models of one list never write the same program.
 */
export const make = (position: number, draw: Draw.Draw, prompt = ""): Program => {
  const title = FAMILY.exec(prompt)?.[1]
  const family = FAMILIES.findIndex((known) => known.title === title)
  const [list, place] = family === -1 ? [strategies, position] : [followers, family]
  const strategy = list[place % list.length] ?? list[0]
  return { title: strategy.title, code: strategy.source(draw) }
}
