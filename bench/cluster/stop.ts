/** SIGTERM to a worker that has requests in flight, and jobs that wait. */
import * as Counting from "./counting.js"
import * as Place from "./place.js"

export interface Result {
  readonly exitCode: number | null
  /** From the signal to the end of the process. */
  readonly exitMs: number
  /** Requests that were in flight when it came, and what was cut of all requests. */
  readonly inFlight: number
  readonly cut: number
  readonly askedTwice: number
  readonly ok: number
}

export const run = async (options: Place.Options, concurrency = 4): Promise<Result> => {
  const place = await Place.make(options)
  const { counting } = place
  try {
    const stopped = place.startWorker(concurrency)
    const client = place.startClient()
    await place.until(() => counting.inFlight() === concurrency)
    const inFlight = counting.inFlight()
    const at = Date.now()
    stopped.kill("SIGTERM")
    const { code } = await place.ended(stopped)
    const exitMs = Date.now() - at
    place.startWorker(concurrency)
    await place.until(() => client.process.exitCode !== null)
    return {
      exitCode: code,
      exitMs,
      inFlight,
      cut: counting.asked.filter(({ abortedAt }) => abortedAt !== undefined).length,
      askedTwice: Counting.askedTwice(counting.asked),
      ok: client.ok()
    }
  } finally {
    await place.remove()
  }
}
