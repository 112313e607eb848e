/** A run of many jobs that goes on: what it adds up to so far, what is under way, and what stands out. */
import * as Report from "../../generation/Report.js"
import * as Crowd from "../Crowd.js"
import * as FromReport from "../FromReport.js"
import { type Named, nameOf } from "../Run.js"
import * as Sections from "../Sections.js"
import type { Follow, Options } from "./Follow.js"
import * as Place from "./Place.js"

export interface ManyOptions extends Pick<Options, "context" | "startedAt"> {
  /** How many there are, if that is known. */
  readonly total: number | undefined
  /** What a place asks for, while it is open. */
  readonly asked: (index: number) => Place.Asked | undefined
}

export const make = ({ asked, context, startedAt, total }: ManyOptions): Follow => {
  const crowd = Crowd.make()
  const open = new Map<number, Place.Place>()
  let count = 0

  const settled = (outcome: Report.Outcome, now: number): void => {
    const [slot] = FromReport.make(Report.make("", startedAt, now, [outcome]), context()).slots
    if (slot === undefined) return
    count += 1
    Crowd.add(crowd, { ...slot, name: nameOf(slot, true), id: `a${count}` })
  }

  /** Those that were asked first, because they have taken longest. */
  const lanes = (now: number): ReadonlyArray<Named> =>
    [...open]
      .filter(([, { since }]) => since !== undefined)
      .slice(0, Sections.MOST_LANES)
      .map(([index, place]) => {
        const slot = Place.slot(place, now, undefined, context())
        return Object.assign(slot, { name: nameOf(slot, true), id: `o${index + 1}` })
      })

  return {
    hear: (event, now) => {
      if (!("index" in event)) return
      const known = open.get(event.index)
      if (event._tag === "Settled") {
        open.delete(event.index)
        settled(event.outcome, now)
      } else if (known !== undefined) Place.hear(known, event, now)
      else if (event._tag === "ModelStarted") {
        const place = Place.make(asked(event.index) ?? { model: event.model, ticker: "", sample: 1 }, now)
        open.set(event.index, place)
        Place.hear(place, event, now)
      }
    },
    page: (now) => Sections.crowd(crowd, lanes(now), { ...context(), startedAt, now, total })
  }
}
