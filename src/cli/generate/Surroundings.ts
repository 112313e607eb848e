/** What a run needs around it: where files and answers go, flow control, the trial, telemetry. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FlowControl from "../../flow/FlowControl.js"
import { AlgorithmStore } from "../../storage/AlgorithmStore.js"
import * as FileSystemStore from "../../storage/algorithmStore/FileSystem.js"
import * as Journal from "../../storage/Journal.js"
import * as JournalFile from "../../storage/journal/File.js"
import type * as Api from "../Api.js"
import * as Telemetry from "../Telemetry.js"
import * as TrialRun from "../TrialRun.js"

export interface Flags extends TrialRun.Flags, TrialRun.Scored, Telemetry.Flags {
  readonly out: string
  readonly resume: boolean
}

/** A command looks at its folder before its page and manifest are made, and its run does again: once is enough. */
export const prepared = Layer.effect(
  AlgorithmStore,
  Effect.gen(function* () {
    const store = yield* AlgorithmStore
    return { ...store, prepare: yield* Effect.once(store.prepare) }
  })
)

export const provide = ({ api, simulated }: Api.Chosen, flags: Flags) => {
  const journal = JournalFile.layer({ directory: flags.out })
  const kept = flags.resume ? Layer.tap(journal, (context) => Context.get(context, Journal.Journal).skipped) : journal
  const store = Layer.provide(prepared, FileSystemStore.layer({ directory: flags.out }))
  // Built first, so that an unusable folder or journal fails before a simulator starts.
  const before = Layer.mergeAll(
    // What nobody paid for is not kept among what was paid for.
    simulated ? Layer.tap(store, (context) => Context.get(context, AlgorithmStore).prepare) : Layer.merge(store, kept),
    TrialRun.layer(flags, TrialRun.scoringOf(flags))
  )
  return Effect.provide(
    Layer.provideMerge(FlowControl.layer(), api).pipe(
      Layer.provideMerge(before),
      Layer.provideMerge(Telemetry.layer(flags))
    )
  )
}
