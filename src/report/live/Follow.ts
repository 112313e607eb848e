/** A run for a few slots that goes on: takes its events one by one, and says what a page shows at any moment. */
import * as Numbering from "../../domain/Numbering.js"
import * as Leaderboard from "../../generation/Leaderboard.js"
import type * as Progress from "../../generation/Progress.js"
import * as Report from "../../generation/Report.js"
import * as FromReport from "../FromReport.js"
import * as Sections from "../Sections.js"
import * as Place from "./Place.js"

export interface Follow {
  /** `now` in milliseconds since the epoch. */
  readonly hear: (event: Progress.Event, now: number) => void
  readonly page: (now: number) => Sections.Page
}

export interface Options {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** As they are asked for; a run for one ticker says itself what it asks for. */
  readonly slots?: ReadonlyArray<Place.Asked> | undefined
  /** Asked anew for each picture: limits change. */
  readonly context: () => FromReport.Context
}

export const make = ({ context, slots = [], startedAt }: Options): Follow => {
  let places = slots.map((slot) => Place.make(slot, startedAt))
  const outcomes = new Map<number, Report.Outcome>()
  let ranked: ReadonlyMap<number, Leaderboard.Standing> = new Map()

  /** How those that have a score by now stand to each other. */
  const rank = () => {
    ranked = Leaderboard.standings(
      places.flatMap(({ asked: { ticker }, made }, index) =>
        made?.score === undefined ? [] : [{ index, ticker, code: made.code, score: made.score }]
      )
    )
  }

  /** Until the first request goes out nobody waits for a turn: the list of models is fetched. */
  let isBegun = false
  const begin = (now: number) => {
    if (isBegun) return
    isBegun = true
    places.forEach((place) => Place.begin(place, now))
  }

  const ofPlace = (event: Extract<Progress.Event, { readonly index: number }>, now: number): void => {
    const place = places[event.index]
    if (place === undefined) return
    if (event._tag === "Settled") outcomes.set(event.index, event.outcome)
    if (event._tag === "ModelStarted") begin(now)
    Place.hear(place, event, now)
    if (event._tag === "Generated" || event._tag === "RoundPlayed") rank()
  }

  return {
    hear: (event, now) => {
      if (event._tag === "RunStarted") {
        const numberOf = Numbering.counter()
        places = event.models.map((model) =>
          Place.make({ model, ticker: event.ticker, sample: numberOf(model) }, startedAt)
        )
      } else if (event._tag === "SlotAdded") {
        const { model, sample, ticker } = event
        places.push(Place.make({ model, ticker, sample }, now))
      } else if ("index" in event) ofPlace(event, now)
    },
    page: (now) => {
      const settled = [...outcomes.values()].sort((one, other) => one.index - other.index)
      const facts = context()
      const run = FromReport.make(Report.make("", startedAt, now, settled), facts, ranked)
      const known = new Map(settled.map(({ index }, at) => [index, run.slots[at]] as const))
      const all = places.map((place, index) => known.get(index) ?? Place.slot(place, now, ranked.get(index), facts))
      return Sections.of({ ...run, durationMs: undefined, now, slots: all })
    }
  }
}
