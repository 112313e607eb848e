/** Three workers that share a limit of a minute, counted at a server that refuses what is too much. */
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Place from "./place.js"

const worker = fileURLToPath(new URL("limitedWorker.js", import.meta.url))
const MINUTE_MS = 60_000

export interface Result {
  readonly perMinute: number
  /** Requests that reached the server in each minute, the last of them whole; and how many of them it refused. */
  readonly minutes: ReadonlyArray<{ readonly sent: number; readonly refused: number }>
  /** What workers say where they cannot share. */
  readonly said: number
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
    let said = 0
    for (let n = 0; n < 3; n += 1) {
      const child = place.start(worker, [place.url, counting.baseUrl, String(perMinute)])
      child.stdout?.on("data", (part: Buffer) => {
        said += String(part).split("limits are not shared").length - 1
      })
    }
    place.startClient()
    await place.until(() => counting.asked.length > 0)
    const first = Math.floor((counting.asked[0]?.begunAt ?? 0) / MINUTE_MS)
    await setTimeout((first + 1 + minutes) * MINUTE_MS + 500 - Date.now())
    const counts = Array.from({ length: minutes + 1 }, (_, n) => {
      const sent = counting.asked.filter(({ begunAt }) => Math.floor(begunAt / MINUTE_MS) === first + n)
      return { sent: sent.length, refused: sent.filter(({ refused }) => refused === true).length }
    })
    return { perMinute, minutes: counts, said }
  } finally {
    await place.remove()
  }
}
