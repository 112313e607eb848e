/** How a run goes on, in a line: what is done, the time against the deadline, tokens a second and the cost so far. */
import * as Price from "../../api/Price.js"
import { count } from "../../domain/Figures.js"
import type * as Progress from "../../generation/Progress.js"

/** Long enough to bridge the gaps between events, short enough to show a model that stalls. */
const WINDOW_MS = 3_000

/** What models of all kinds have on average; only the server knows the tokens, and says so at the end. */
const CHARACTERS_PER_TOKEN = 4

export interface Pulse {
  readonly hear: (event: Progress.Event, now: number) => void
  /** The most important part first. `now` in milliseconds since the epoch, `spent` in US dollars. */
  readonly parts: (now: number, deadlineMs: number, spent: number) => ReadonlyArray<string>
}

export const make = (): Pulse => {
  let startedAt: number | undefined
  let slots = 0
  const done = new Set<number>()
  /** What was written lately. */
  let written: ReadonlyArray<{ readonly at: number; readonly characters: number }> = []

  return {
    hear: (event, now) => {
      switch (event._tag) {
        case "RunStarted":
          startedAt = now
          slots = event.models.length
          break
        case "SlotAdded":
          slots += 1
          break
        case "Writing":
          written = [...written.filter(({ at }) => at > now - WINDOW_MS), { at: now, characters: event.text.length }]
          break
        case "Generated":
        case "Failed":
        case "Skipped":
          done.add(event.index)
      }
    },
    parts: (now, deadlineMs, spent) => {
      const elapsed = now - (startedAt ?? now)
      const characters = written
        .filter(({ at }) => at > now - WINDOW_MS)
        .reduce((sum, piece) => sum + piece.characters, 0)
      const tokens = Math.round((characters / CHARACTERS_PER_TOKEN / Math.min(WINDOW_MS, Math.max(1, elapsed))) * 1_000)
      return [
        `${done.size} of ${slots} done`,
        `${(elapsed / 1_000).toFixed(1)} of ${Number((deadlineMs / 1_000).toFixed(1))} s`,
        ...(tokens === 0 ? [] : [`about ${count(tokens, "token")}/s`]),
        ...(spent === 0 ? [] : [`${Price.dollars(spent)} so far`])
      ]
    }
  }
}
