/** algogen with everything on: files, journal, events, FlowControl, checks. */
import { contender, onDisk } from "../lib/Algogen.mjs"

export const about = "store, journal, events, FlowControl, checks"
export const writesFiles = true

export const prepare = contender({ flow: true, listens: true, services: onDisk })
