/** The same, from a stream of requests to a stream of events: nothing is held. */
import { contender, onDisk } from "../lib/Algogen.mjs"

export const about = "the same with `Generation.stream({ requests })`"
export const writesFiles = true

export const prepare = contender({ flow: true, isStream: true, services: onDisk })
