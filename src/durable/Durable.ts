/**
 * A batch for several machines: jobs lie in a database, workers take them, and the death of any process loses nothing. An
 * answer is recorded as soon as it has arrived, and what is recorded is never asked for again.
 */
export { checkName } from "./Batch.js"
export { generate, type Options as GenerateOptions, type Request, requests } from "./Client.js"
export { layer, layerPostgres, layerSqlite } from "./Database.js"
export { DatabaseError } from "./DatabaseError.js"
export { layer as quota } from "./Quota.js"
export { layer as runner, type Options as RunnerOptions, work, WorkerStopped } from "./Worker.js"
export { cancel, prune, status, type Status, workers } from "./Status.js"
