/** What is known of the life that goes on. */
import type * as Places from "./Places.js"
import type { Life, Scenario } from "./Scenario.js"
import type { Request } from "./Server.js"

export interface Present {
  readonly index: number
  readonly life: Life
  readonly bornAt: number
  startedAt: number | undefined
  startedWall: number
  /** When something was cut short. */
  readonly cuts: Set<number>
  interruptedAt: number | undefined
  isSetBack: boolean
  /** What was under construction when an earlier life ended. */
  readonly leftovers: ReadonlySet<string>
  readonly unkept: Set<string>
  readonly places: Places.Places
}

export const make = (
  index: number,
  life: Life,
  bornAt: number,
  leftovers: ReadonlyArray<string>,
  places: Places.Places
): Present => ({
  index,
  life,
  bornAt,
  startedAt: undefined,
  startedWall: 0,
  cuts: new Set(),
  interruptedAt: undefined,
  isSetBack: false,
  leftovers: new Set(leftovers),
  unkept: new Set(),
  places
})

/**
 * A disk that refuses, or has refused, to flush folders is taken as it is: not every system can. So is one that neither
 * flushes a line nor lets it be cut off again, or on which the program is killed between the two: who reads it later cannot tell.
 */
export const canFlush = ({ index }: Present, { lives }: Scenario): boolean =>
  !lives.slice(0, index + 1).some(({ ending, faults }) => {
    const refuses = (...calls: ReadonlyArray<string>) => faults.some(({ call }) => calls.includes(call))
    return (
      refuses("open", "sync folder", "any") || (refuses("sync") && (refuses("truncate") || ending._tag === "Killed"))
    )
  })

const READING: ReadonlySet<string> = new Set(["open", "read", "list", "stat", "any"])

/** What cannot be read is asked for again, and the program says so. */
export const canRead = (life: Pick<Life, "faults">): boolean => !life.faults.some(({ call }) => READING.has(call))

/** Its price came in the moment in which its time was up, or the run's. */
export const isDoubtful =
  ({ cuts, life, startedAt = 0 }: Present) =>
  ({ at, toldAt = 0 }: Request): boolean =>
    toldAt >= at + life.requestTimeoutMs ||
    toldAt >= startedAt + life.deadlineMs ||
    [...cuts].some((cut) => cut <= toldAt)
