/** Chooses the sandbox for trials from the flags: python3, else Monty; without either the trial is skipped, with a note. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export interface Flags {
  readonly trial: boolean
  readonly trialUnsandboxed: boolean
}

export const layer = (flags: Flags): Layer.Layer<never, never, FileSystem.FileSystem> =>
  flags.trial || flags.trialUnsandboxed ? Layer.unwrapEffect(Effect.promise(() => sandboxes(flags))) : Layer.empty

const sandboxes = async (flags: Flags) => {
  const [Trial, Python3, Monty, NodeCommandExecutor] = await Promise.all([
    import("../code/trial/Trial.js"),
    import("../code/trial/Python3.js"),
    import("../code/trial/Monty.js"),
    import("@effect/platform-node/NodeCommandExecutor")
  ])
  return Python3.layer({ allowUnsandboxed: flags.trialUnsandboxed }).pipe(
    Trial.layerOrElse(Monty.layer({ node: process.execPath })),
    Layer.provide(NodeCommandExecutor.layer)
  )
}
