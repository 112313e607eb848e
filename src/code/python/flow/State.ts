/** The names that may be bound at a place, as a bit for each: every branch and every turn of a loop copies them. */

/** `undefined` where no run arrives. */
export type State = Uint32Array | undefined

export const none = (names: number): Uint32Array => new Uint32Array((names + 31) >>> 5)

export const has = (state: Uint32Array, name: number): boolean => ((state[name >>> 5] ?? 0) & (1 << (name & 31))) !== 0

export const add = (state: Uint32Array, name: number): void => {
  state[name >>> 5] = (state[name >>> 5] ?? 0) | (1 << (name & 31))
}

export const remove = (state: Uint32Array, name: number): void => {
  state[name >>> 5] = (state[name >>> 5] ?? 0) & ~(1 << (name & 31))
}

export const union = (...states: ReadonlyArray<State>): State => {
  let all: State
  for (const state of states) {
    if (state === undefined) continue
    if (all === undefined) all = state.slice()
    else for (let word = 0; word < all.length; word++) all[word] = (all[word] ?? 0) | (state[word] ?? 0)
  }
  return all
}

export const areSame = (left: Uint32Array, right: State): boolean =>
  right !== undefined && left.every((word, index) => word === right[index])
