/** Three workers that share a limit of a minute, counted at a server that refuses what is too much. */
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Place from "./place.js"

const worker = fileURLToPath(new URL("limitedWorker.js", import.meta.url))
const MINUTE_MS = 60_000

export interface Result {
  readonly perMinute: number
  /** Requests that the server took in each whole minute. */
  readonly taken: ReadonlyArray<number>
  readonly refused: number
}

export const run = async (options: Omit<Place.Options, "jobs">, perMinute = 120, minutes = 2): Promise<Result> => {
  const place = await Place.make({
    ...options,
    perMinute,
    jobs: perMinute * (minutes + 2),
    model: "google/gemma-2-9b-it:free"
  })
  const { counting } = place
  try {
    for (let n = 0; n < 3; n += 1) place.start(worker, [place.url, counting.baseUrl, String(perMinute)])
    place.startClient()
    await place.until(() => counting.asked.length > 0)
    const first = Math.floor((counting.asked[0]?.begunAt ?? 0) / MINUTE_MS) + 1
    await setTimeout((first + minutes) * MINUTE_MS + 500 - Date.now())
    const taken = Array.from(
      { length: minutes },
      (_, n) =>
        counting.asked.filter(
          ({ begunAt, refused }) => Math.floor(begunAt / MINUTE_MS) === first + n && refused === undefined
        ).length
    )
    return { perMinute, taken, refused: counting.asked.filter(({ refused }) => refused === true).length }
  } finally {
    await place.remove()
  }
}
