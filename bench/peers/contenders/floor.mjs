/** The floor: undici's Pool, as many workers as are in flight, nothing else. */
import * as Raw from "../lib/Raw.mjs"

export const about = "undici's Pool and a worker loop; where there is a limit, it is told the limit and keeps to it"
export const packages = ["undici"]

export const prepare = async () => (work) => Raw.run(work)
