/** `algogen python`: prints the module for callers in Python. */
import * as Effect from "effect/Effect"
import module from "../../../python/algogen.py" with { type: "text" }

export const run = () => Effect.sync(() => void process.stdout.write(module))
