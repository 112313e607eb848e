/** Live previews of what one model writes: the new text, at most four times a second. */
import type { LazyArg } from "effect/Function"
import type { Emit } from "./Progress.js"

export interface Preview {
  /** A request goes out, whose answer begins with an empty text. */
  readonly started: () => void
  /** A token has come; `now` is in milliseconds since the epoch, `soFar` the text of this attempt. */
  readonly show: (now: number, soFar: LazyArg<string>) => void
}

/** Fast enough for the eye. */
const INTERVAL_MS = 250

export const make = (emit: Emit, index: number, model: string, wholeText: boolean): Preview => {
  let hasStarted = false
  let shownAt = Number.NEGATIVE_INFINITY
  let shown = 0
  return {
    started: () => {
      if (!hasStarted) emit({ _tag: "ModelStarted", index, model })
      hasStarted = true
      shown = 0
    },
    show: (now, soFar) => {
      if (now - shownAt < INTERVAL_MS) return
      shownAt = now
      const whole = soFar()
      const text = whole.slice(shown)
      emit({ _tag: "Writing", index, model, text, offset: shown, ...(wholeText ? { whole } : {}) })
      shown = whole.length
    }
  }
}
