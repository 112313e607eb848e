/** What goes wrong with a disk, and when: the n-th call of a kind, once or from there on. */
import type { Dice } from "./Dice.js"

/** What a program asks of a disk. */
export const CALLS = [
  "open",
  "create",
  "write",
  "sync",
  "sync folder",
  "rename",
  "link",
  "remove",
  "truncate",
  "make folder",
  "read",
  "stat",
  "list"
] as const
export type Call = (typeof CALLS)[number]

export interface Fault {
  /** `any` counts every call. */
  readonly call: Call | "any"
  /** From 1. */
  readonly nth: number
  readonly forever: boolean
  readonly code: "ENOSPC" | "EIO" | "EACCES" | "EROFS"
}

export const describe = ({ call, code, forever, nth }: Fault): string =>
  `${call} ${nth} fails with ${code}${forever ? ", and so do all after it" : ""}`

const codeOf = (dice: Dice, call: Fault["call"]): Fault["code"] => {
  if (call === "write" || call === "create" || call === "make folder") return dice.pick(["ENOSPC", "EIO", "EROFS"])
  return call === "sync" || call === "sync folder" || call === "read" ? "EIO" : dice.pick(["EIO", "EACCES"])
}

export const draw = (dice: Dice): Fault => {
  const call = dice.pick<Fault["call"]>(["write", "sync", "rename", "link", "create", "any", ...CALLS])
  // Most things happen a few times, and only the first of them always.
  const nth = call === "any" ? dice.between(1, 80) : 1 + Math.floor(dice.next() ** 2 * 12)
  return { call, nth, forever: dice.chance(0.35), code: codeOf(dice, call) }
}

/** Counts calls, and says which of them fail. */
export const counter = (faults: ReadonlyArray<Fault>) => {
  const counts = new Map<Fault["call"], number>()
  const count = (call: Fault["call"]) => {
    const next = (counts.get(call) ?? 0) + 1
    counts.set(call, next)
    return next
  }
  return (call: Call): Fault["code"] | undefined => {
    const [ofCall, ofAny] = [count(call), count("any")]
    return faults.find((fault) => {
      if (fault.call !== call && fault.call !== "any") return false
      const number = fault.call === "any" ? ofAny : ofCall
      return fault.forever ? number >= fault.nth : number === fault.nth
    })?.code
  }
}
