/** `algogen view`: the page of a folder, and what runs add to it while somebody looks, until it is interrupted. */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { simulatedShare } from "../../report/Run.js"
import * as Sections from "../../report/Sections.js"
import type * as Commands from "../Commands.js"
import { FOLDER } from "../Flags.js"
import * as Folder from "../folder/Folder.js"
import * as Viewer from "../live/Viewer.js"
import * as Notice from "../Notice.js"
import * as Lines from "../view/Lines.js"

/** Reading takes at most this part of the time. */
const SHARE = 0.1
const LEAST_MS = 1000

const WORDS = {
  live: "Live: this page follows what is added to the folder.",
  lost: "The command does not answer: start it again, and open the page that it names. This is what it said last."
}

const noLink = () => undefined

export const run = ({ folder: out = FOLDER, port }: Commands.View) =>
  Effect.gen(function* () {
    // Before it is read, so that what is added meanwhile is seen.
    let known = yield* Folder.state(out)
    const run = yield* Folder.shown(out, noLink)
    let page = Sections.of(run)
    const look = Effect.gen(function* () {
      const state = yield* Folder.state(out)
      if (state === known) return LEAST_MS
      const [took, found] = yield* Effect.timed(Folder.read(out, noLink))
      known = state
      if (found.run !== undefined) page = Sections.of(found.run)
      return Math.max(LEAST_MS, Duration.toMillis(took) / SHARE)
    })
    yield* Viewer.make({ port, draw: () => page, words: WORDS })
    yield* Effect.forEach(Lines.simulated(...simulatedShare(run)), Notice.say)
    yield* Console.error("Press Ctrl-C to end it.")
    yield* Effect.forever(
      Effect.flatMap(
        Effect.orElseSucceed(look, () => LEAST_MS),
        Effect.sleep
      )
    )
  }).pipe(Effect.scoped)
