/** `layer` of @effect/vitest leaves its own methods in `it`, which the next file of the process has too: they are put back. */
import { it, makeMethods } from "@effect/vitest"

makeMethods(it)
