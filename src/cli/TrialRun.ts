/** Which sandbox tries the algorithms, from the flags: python3, else Monty, else none with a line that says so. */
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Layer from "effect/Layer"
import * as Trial from "../Trial.js"
import * as Monty from "../Trial/Monty.js"
import * as Python3 from "../Trial/Python3.js"

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
