/**
 * When a request that is slow to begin deserves a second one beside it: later than almost all first tokens of this run,
 * and seldom enough to cost next to nothing. Pure; sending two and taking the faster is `Sending`'s.
 */

export interface State {
  readonly requests: number
  readonly hedges: number
  /** Milliseconds from sending to the first token, of the latest requests, oldest first. */
  readonly firstTokens: ReadonlyArray<number>
}

/** Further requests, as a share of all: also how many must have gone before the first one, 20. */
const MOST = 0.05

/** What a server did long ago says nothing of now. */
const REMEMBERED = 200

/** A first token later than this share of them is late. */
const LATE = 0.95

export const none: State = { requests: 0, hedges: 0, firstTokens: [] }

export const started = (state: State): State => ({ ...state, requests: state.requests + 1 })

export const hedged = (state: State): State => ({ ...state, hedges: state.hedges + 1 })

export const began = (state: State, firstTokenMs: number): State => ({
  ...state,
  firstTokens: [...state.firstTokens, firstTokenMs].slice(-REMEMBERED)
})

export const mayHedge = ({ hedges, requests }: State): boolean => hedges + 1 <= MOST * requests

/** Milliseconds to wait for the first token before a second request, `undefined` while too little is known. */
export const patience = ({ firstTokens }: State): number | undefined =>
  firstTokens.length < 1 / MOST
    ? undefined
    : firstTokens.toSorted((a, b) => a - b)[Math.ceil(LATE * firstTokens.length) - 1]
