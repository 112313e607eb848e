/** Which of its model's algorithms each slot of a request is: the same number in tables, documents and names of files. */

/**
 * From 1, in the order of the slots and for each ticker: the sample's number, or the next free one where a model is named
 * several times, so that naming it twice gives the same numbers as asking it for two samples.
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
