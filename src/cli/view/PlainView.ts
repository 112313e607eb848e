import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
/** A run as plain lines, one for each event, for files, pipes and terminals too small for a live table. */
import * as Told from "../../domain/Told.js"
import type { Listener } from "../../generation/Listening.js"
import type { Event } from "../../generation/Progress.js"
import * as Report from "../../generation/Report.js"
import * as Now from "../../telemetry/Now.js"
import * as Fit from "./Fit.js"
import * as Lines from "./Lines.js"
import type { Look } from "./Look.js"

export interface Options {
  /** Default all. */
  readonly isShown?: ((event: Event) => boolean) | undefined
  /** The result of the run says how many were not asked, right below; default false. */
  readonly isSummed?: boolean | undefined
}

/** `all` is how many algorithms the run was to bring. */
type LineOf = (names: ReadonlyArray<string>, all: number) => string

/**
 * `samples` are those for each naming of a model. Slots whose turn never came are counted and share one line, and so are those
 * that were skipped for the same reason as one before them.
 */
export const make = (
  samples: number,
  look: Look,
  print: (line: string) => Effect.Effect<void>,
  { isShown = () => true, isSummed = false }: Options = {}
): Listener => {
  let names: ReadonlyArray<string> = []
  const write = (line: string) => print(Fit.hang(look.clean(line), look.columns))
  const asked = new Set<number>()
  /** What is said once for several: by the reason, the names of those that were not told yet, and the line for them. */
  const untold = new Map<string, { readonly names: Array<string>; readonly line: LineOf }>()
  const othersOf = (reason: string, line: LineOf): Array<string> => {
    const group = untold.get(reason) ?? { names: [], line }
    untold.set(reason, group)
    return group.names
  }
  return ({ event }) =>
    Effect.gen(function* () {
      if (event._tag === "RunStarted") names = Lines.slotsOf(event.models).map(Lines.nameOf)
      if (event._tag === "SlotAdded") names = [...names, Lines.nameOf(event)]
      if (event._tag === "ModelStarted") asked.add(event.index)
      if (event._tag === "Failed" && Report.isCutShort(event.reason) && !asked.has(event.index)) {
        const { index, model, reason } = event
        othersOf(reason.message, ({ length }, all) => Lines.neverAsked(length, all - length, reason)).push(
          names[index] ?? model
        )
        return
      }
      if (event._tag === "Skipped") {
        const { index, model, reason } = event
        const isSaid = untold.has(reason.message)
        const others = othersOf(reason.message, (names) => Lines.alsoSkipped(names, Told.reason(reason)))
        if (isSaid) {
          others.push(names[index] ?? model)
          return
        }
      }
      if (event._tag === "RunFinished" && !isSummed) {
        for (const { line, names } of untold.values()) if (names.length > 0) yield* write(line(names, event.requested))
      }
      const line = Lines.ofEvent(event, yield* Now.millis, samples, names)
      if (Option.isSome(line) && isShown(event)) yield* write(line.value)
    })
}

/** The events that `--quiet` leaves. */
export const isError = ({ _tag }: Event): boolean => _tag === "Failed" || _tag === "SaveFailed" || _tag === "Skipped"
