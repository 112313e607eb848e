/** The command's `.env`: one that cannot be read is reported. */
import * as Console from "effect/Console"
import * as DotEnv from "../node/DotEnv.js"
import * as ReadFailure from "./ReadFailure.js"

export const layer = DotEnv.layer((error) =>
  Console.error(`${DotEnv.FILE} could not be read and is ignored: ${ReadFailure.describe(error)}`)
)
