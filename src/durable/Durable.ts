/**
 * A batch for several machines: jobs lie in a database, workers take them, and the death of any process loses nothing. An
 * answer is recorded as soon as it has arrived, and what is recorded is never asked for again.
 */
export { follow, generate, type Options as GenerateOptions, type Request } from "./Client.js"
export { layerPostgres, layerSqlite, type PostgresOptions } from "./Database.js"
export { DatabaseError } from "./DatabaseError.js"
export { layer as quota } from "./Quota.js"
export { layer as runner, type Options as RunnerOptions, work, WorkerStopped } from "./Worker.js"
