/** Notes on standard error that are no errors: `--quiet` leaves them out. */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export class Quiet extends Context.Reference<Quiet>()("algogen/cli/Quiet", { defaultValue: (): boolean => false }) {}

export const say = (line: string): Effect.Effect<void> =>
  Effect.flatMap(Quiet, (quiet) => (quiet ? Effect.void : Console.error(line)))
