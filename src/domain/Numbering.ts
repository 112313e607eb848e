/** Which of its model's algorithms each slot of a request is. */

/** Counts the algorithms of each model, from 1: one that is named again goes on where it was. */
export const counter = (): ((model: string) => number) => {
  const counts = new Map<string, number>()
  return (model) => {
    const number = 1 + (counts.get(model) ?? 0)
    counts.set(model, number)
    return number
  }
}

/**
 * What jobs are called by, whose samples are the caller's: from 1, in their order and for each ticker, the sample's number, or
 * the next free one where the same is asked for several times.
 */
export const numbers = (
  slots: ReadonlyArray<{ readonly model: string; readonly sample: number; readonly ticker?: string | undefined }>
): ReadonlyArray<number> => {
  const taken = new Map<string, Set<number>>()
  const next = new Map<string, number>()
  return slots.map(({ model, sample, ticker = "" }) => {
    const subject = `${ticker} ${model}`
    const numbers = taken.get(subject) ?? new Set()
    taken.set(subject, numbers)
    const wanted = Number.isSafeInteger(sample) && sample > 0 ? sample : 1
    const place = `${wanted} ${subject}`
    let number = next.get(place) ?? wanted
    while (numbers.has(number)) number += 1
    next.set(place, number + 1)
    numbers.add(number)
    return number
  })
}
