/** `algogen report`: the page of a folder, from its manifest or its journal, without asking anybody. */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { simulatedShare } from "../../report/Run.js"
import type * as Commands from "../Commands.js"
import { nothingProduced } from "../Failure.js"
import { FOLDER } from "../Flags.js"
import * as Folder from "../folder/Folder.js"
import * as Notice from "../Notice.js"
import * as ReportPage from "../ReportPage.js"
import * as Lines from "../view/Lines.js"

export const run = ({ folder: out = FOLDER, open, report }: Commands.Report) =>
  Effect.gen(function* () {
    const flags = { out, open, report }
    const path = yield* Path.Path
    const link = yield* ReportPage.linkFrom(path.dirname(yield* ReportPage.place(flags)))
    const run = yield* Folder.shown(out, link)
    // Made last, so that a mistake leaves no folder behind.
    const page = yield* ReportPage.make(flags)
    if (!(yield* page.write(run))) return yield* nothingProduced()
    yield* Effect.forEach(Lines.simulated(...simulatedShare(run)), Notice.say)
  })
