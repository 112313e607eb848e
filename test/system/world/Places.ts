/** What a run says of its places, event by event: each is decided once, saved once if there is something to save, and settled once, in order. */
import { Option } from "effect"
import type { Event } from "../../../src/generation/Progress.js"

export const describe = (event: Event): string => {
  switch (event._tag) {
    case "Note":
      return `Note: ${event.message}`
    case "Settled":
      return `Settled ${event.index}: ${event.outcome.status} ${Option.match(event.outcome.reason, { onNone: () => "", onSome: ({ message }) => message })}`
    case "AttemptFailed":
      return `AttemptFailed ${event.index}: ${event.attempt.outcome} ${event.attempt.message ?? ""}; again for ${event.cause ?? "nothing"}`
    default:
      return "index" in event ? `${event._tag} ${event.index}` : event._tag
  }
}

interface Place {
  decided: "Generated" | "Failed" | "Skipped" | undefined
  saved: "Saved" | "SaveFailed" | undefined
}

export interface Places {
  readonly onEvent: (event: Event) => void
  /** The run is over: nothing more will be said. */
  readonly onEnd: () => void
  readonly isFinished: () => boolean
}

export const make = (count: number, complain: (sentence: string) => void): Places => {
  const places = Array.from({ length: count }, (): Place => ({ decided: undefined, saved: undefined }))
  let isStarted = false
  let isFinished = false
  let settled = 0

  const onFinish = ({ generated, requested }: Extract<Event, { readonly _tag: "RunFinished" }>) => {
    const good = places.filter(({ decided }) => decided === "Generated").length
    if (requested !== count) complain(`the run calls itself one of ${requested} places, and has ${count}`)
    if (generated !== good) complain(`the run counts ${generated} modules, and has shown ${good}`)
    isFinished = true
  }

  const onSettled = (place: Place, { index, outcome }: Extract<Event, { readonly _tag: "Settled" }>) => {
    if (index !== settled) complain(`place ${index} is settled in place ${settled}`)
    settled += 1
    const isGood = place.decided === "Generated" && place.saved === "Saved"
    if (place.decided === undefined) complain(`place ${index} is settled, and nothing was said of it before`)
    else if (isGood !== (outcome.status === "ok")) {
      complain(`place ${index} is ${outcome.status} after ${place.decided} and ${place.saved ?? "no file"}`)
    }
  }

  const onEvent = (event: Event) => {
    if (isFinished) complain(`${event._tag} is said after the end`)
    if (event._tag === "RunStarted") {
      if (isStarted) complain("the run starts twice")
      isStarted = true
    }
    if (event._tag === "RunFinished") return onFinish(event)
    if (!("index" in event)) return
    const { _tag, index } = event
    const place = places[index]
    if (place === undefined) return complain(`${_tag} is said of place ${index}, which nobody asked for`)
    if (index < settled) complain(`${_tag} is said of place ${index}, which is settled`)
    if (_tag === "Generated" || _tag === "Failed" || _tag === "Skipped") {
      if (place.decided !== undefined) complain(`place ${index} is ${_tag} after ${place.decided}`)
      place.decided = _tag
    } else if (_tag === "Saved" || _tag === "SaveFailed") {
      if (place.decided !== "Generated" || place.saved !== undefined) {
        complain(`place ${index} is ${_tag} after ${place.saved ?? place.decided ?? "nothing"}`)
      }
      place.saved = _tag
    } else if (_tag === "Settled") onSettled(place, event)
  }

  return {
    onEvent,
    onEnd: () => {
      if (isStarted && settled < count) complain(`the run is over, and only ${settled} of ${count} places are settled`)
    },
    isFinished: () => isFinished
  }
}
