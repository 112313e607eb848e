/** What a server of a world does with a request, from its head to the end of the connection. */
import type { Asked } from "./Answers.js"
import type { Dice } from "./Dice.js"

export interface Piece {
  /** Milliseconds after the piece before it. */
  readonly after: number
  readonly bytes: Uint8Array
}

export interface Reply {
  readonly kind: string
  /** Milliseconds until the head comes; none does where the connection breaks before. */
  readonly headAfter: number
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: ReadonlyArray<Piece>
  readonly ending: "end" | "reset" | "stall"
  /** It is a whole answer with a good module. */
  readonly isGood: boolean
  /** From this piece on the answer and its price are there, though perhaps nobody can know that yet. */
  readonly toldAt?: number | undefined
  /** From this piece on nobody can doubt it. */
  readonly wholeAt?: number | undefined
  /** From this piece on the server has nothing more to do. */
  readonly doneAt: number
  /** What the server bills and says so. */
  readonly cost?: number | undefined
  /** The latest moment for which it asks to wait, in milliseconds from now. */
  readonly waitMs?: number | undefined
}

/** What a reply is drawn from. */
export interface Weather {
  readonly dice: Dice
  readonly asked: Asked
  /** Milliseconds until something comes. */
  readonly latency: number
}
