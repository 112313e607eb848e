/** algogen with everything on but the disk. */
import { contender } from "../lib/Algogen.mjs"

export const about = "the same with store and journal in memory"

export const prepare = contender({
  flow: true,
  listens: true,
  services: ({ MemoryJournal, MemoryStore }) => [MemoryStore.layer, MemoryJournal.layer]
})
