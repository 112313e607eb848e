/** algogen with everything on: files, journal, events, FlowControl, checks. */
import { contender } from "../lib/Algogen.mjs"

export const about = "store, journal, events, FlowControl, checks"
export const needsDist = true
export const writesFiles = true
export const goals = { "floor-flushed": 2 }

export const prepare = contender({
  flow: true,
  listens: true,
  services: ({ FileJournal, FileSystemStore, processOwner }, directory) => [
    FileSystemStore.layer({ directory }),
    FileJournal.layer({ directory, owner: processOwner })
  ]
})
