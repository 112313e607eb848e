/** The version of this package, which documents name. */
import * as Context from "effect/Context"

export class Version extends Context.Reference<Version>()("algogen/cli/Version", {
  defaultValue: (): string => "unknown"
}) {}
