/** A run for one ticker: shows it while it goes on, writes the manifest, then its table, document and page. */
import * as Console from "effect/Console"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { OpenRouter } from "../../api/OpenRouter.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Generation from "../../generation/Generation.js"
import type { Listener } from "../../generation/Listening.js"
import * as Plan from "../../generation/Plan.js"
import type * as Report from "../../generation/Report.js"
import { AlgorithmStore } from "../../storage/AlgorithmStore.js"
import * as Now from "../../telemetry/Now.js"
import * as Advice from "../Advice.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import * as Run from "../documents/Run.js"
import { nothingProduced } from "../Failure.js"
import { FEW } from "../Flags.js"
import { Version } from "../Version.js"
import * as Events from "../view/Events.js"
import * as Look from "../view/Look.js"
import * as RunView from "../view/RunView.js"
import { finishing } from "./Finishing.js"
import * as ManifestLines from "./ManifestLines.js"
import type * as Pages from "./Pages.js"

export interface Flags extends Omit<Commands.Generate, "models" | "out"> {
  readonly out: string
}

export interface Options {
  readonly asked: Plan.Options & { readonly concurrency: number }
  readonly access: Omit<Advice.Server, "baseUrl">
  readonly flags: Flags
  readonly simulated: boolean
  readonly pages: Pages.Pages
}

/** Fails where no algorithm was saved. */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const report = yield* finishing((stopWhen) =>
      Effect.scoped(
        Effect.gen(function* () {
          const live = yield* options.pages.follow({ slots: undefined })
          const report = yield* shown(options, stopWhen, live)
          yield* options.pages.showReport(report, live, stopWhen)
          return report
        })
      )
    )
    if (report.outcomes.some(({ file }) => Option.isSome(file))) return
    return yield* nothingProduced()
  })

/** What is wrong with the path of the base URL or the key, if that may be why no model answered. */
export const hintOf = ({ outcomes }: Report.GenerationReport, server: Advice.Server): string | undefined =>
  outcomes.some(({ file }) => Option.isSome(file))
    ? undefined
    : outcomes.flatMap((outcome) => Advice.ofOutcome(outcome, server) ?? [])[0]

/** More slots than anybody reads one by one are counted. */
const viewOf = ({ asked, flags }: Options, deadline: Duration.Duration) => {
  const { events, quiet, samples, verbose } = flags
  const slots = asked.models.length * samples
  return events || quiet || slots <= FEW
    ? RunView.make({ ...flags, deadline, slots })
    : Effect.flatMap(
        Effect.promise(() => import("../bulk/Bulk.js")),
        ({ crowd }) => crowd(slots, verbose)
      )
}

const shown = (options: Options, stopWhen: Effect.Effect<void>, live: Pages.LiveRun | undefined) =>
  Effect.gen(function* () {
    const { access, asked, flags, simulated } = options
    const { deadline = Plan.DEADLINE, events, json, out, quiet } = flags
    const { render, report } = yield* Effect.scoped(
      Effect.gen(function* () {
        const { finish, listener, render } = yield* viewOf(options, deadline)
        yield* Effect.flatMap(AlgorithmStore, ({ prepare }) => prepare)
        const startedAt = yield* Now.millis
        const addLine = yield* ManifestLines.make({ asked, out, simulated, startedAt })
        const onProgress: Listener = (progress) =>
          Effect.flatMap(Now.millis, (now) => {
            const { event } = progress
            if (event._tag === "Settled") addLine(event.outcome)
            live?.hear(event, now)
            return listener(progress)
          })
        const report = yield* Generation.generateAlgorithms({ ...asked, onProgress, stopWhen })
        // A view that hangs hears no more, and the lines are to be complete.
        report.outcomes.forEach(addLine)
        yield* finish(report)
        return { render, report }
      })
    )
    const { state } = yield* FlowControl.FlowControl
    const { baseUrl } = yield* OpenRouter
    const document = Run.make({
      version: yield* Version,
      simulated,
      baseUrl,
      models: asked.models,
      concurrency: asked.concurrency,
      flags: { ...flags, deadline },
      report,
      flow: FlowControl.toJson(yield* state)
    })
    const hint = hintOf(report, { baseUrl, ...access })
    if (events) yield* Console.log(Events.last(document))
    else if (json) yield* Console.log(Json.document(document))
    // The summary has the hint.
    if (hint !== undefined && (events || json || quiet)) yield* Console.error(hint)
    if (!events && !json && !quiet) {
      yield* Console.log(render(report, { ...flags, ...access, hint, out, simulated, look: Look.output() }))
    }
    return report
  })
