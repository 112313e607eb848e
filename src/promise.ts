/**
 * The library for callers without Effect: the functions of the former Python system, with the same arguments and the same
 * progress messages, as promises. Settings come from the environment and `.env`; a client brings its own.
 */
import { functions } from "./promise/Client.js"
import * as Connection from "./promise/Connection.js"

export { createClient } from "./promise/Client.js"
export type {
  Agent,
  Client,
  ClientOptions,
  Effort,
  GenerateOptions,
  ProgressCallback,
  RunOptions
} from "./promise/Interface.js"
export type { Algorithm, Estimate, Outcome, ReasonTag, Report, Round, Score, Usage } from "./promise/Results.js"

/** All calls of a process share their connections and what they learn of the server's limits. */
export const { generateAlgorithm, generateAlgorithms, generateAlgorithmsForAgents } = functions(Connection.current, {})
