/** Which sandbox tries the algorithms, from the flags: python3, else Monty, else none with a line that says so. */
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Layer from "effect/Layer"
import * as Monty from "../code/trial/Monty.js"
import * as Python3 from "../code/trial/Python3.js"
import * as Trial from "../code/trial/Trial.js"

export interface Flags {
  readonly trial: boolean
  readonly trialUnsandboxed: boolean
}

export const layer = (flags: Flags): Layer.Layer<never, never, CommandExecutor.CommandExecutor> =>
  flags.trial || flags.trialUnsandboxed
    ? Python3.layer({ allowUnsandboxed: flags.trialUnsandboxed }).pipe(
        Trial.layerOrElse(Monty.layer({ node: process.execPath }))
      )
    : Layer.empty
