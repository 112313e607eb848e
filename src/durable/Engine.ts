/**
 * The engine, `@effect/workflow` on `@effect/cluster`: brings each job to one worker, and to another one when that worker is
 * gone. A workflow a job, without a parent, with one activity. Workers meet in the database alone: none opens a port.
 */
import * as ClusterWorkflowEngine from "@effect/cluster/ClusterWorkflowEngine"
import * as RunnerAddress from "@effect/cluster/RunnerAddress"
import * as RunnerHealth from "@effect/cluster/RunnerHealth"
import * as Runners from "@effect/cluster/Runners"
import * as Sharding from "@effect/cluster/Sharding"
import * as ShardingConfig from "@effect/cluster/ShardingConfig"
import * as SqlMessageStorage from "@effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "@effect/cluster/SqlRunnerStorage"
import * as Activity from "@effect/workflow/Activity"
import * as Workflow from "@effect/workflow/Workflow"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { DatabaseError, describe } from "./DatabaseError.js"
import * as Job from "./Job.js"
import * as Tables from "./Tables.js"

/** Its key is all of this, so that a new attempt is a new run. What is asked, and until when, lies in the tables. */
export const JobRun = Workflow.make({
  name: "algogen/job",
  payload: {
    batch: Schema.String,
    index: Schema.Number,
    attempt: Schema.Number
  },
  idempotencyKey: Job.keyOf
})

/** `perform` runs in a fiber of the worker, so that a job outlives the loss of its lock while the database restarts. */
export const workflow = <R>(perform: (ticket: Job.Ticket) => Effect.Effect<void, never, R>) =>
  JobRun.toLayer((ticket) =>
    Activity.make({
      name: "ask",
      execute: perform(ticket),
      interruptRetryPolicy: Schedule.stop
    })
  )

/**
 * `Alive` notices deaths and tells the engine of them, so that its locks may last. An interval is also how long its database
 * may take for a lock, and how often it is tried after a failure.
 */
const TIMES = {
  shardLockExpiration: "30 seconds",
  shardLockRefreshInterval: "5 seconds",
  refreshAssignmentsInterval: "1 second",
  entityMessagePollInterval: "1 second",
  // Jobs are over or handed over before the engine ends.
  entityTerminationTimeout: "5 seconds",
  // Entities that do nothing are forgotten then: a job is over when its run is.
  entityMaxIdleTime: "10 seconds"
} as const

export const layer = (worker: string) => {
  const config = ShardingConfig.layer({
    ...TIMES,
    // Nobody connects to it: the name only tells workers apart.
    runnerAddress: Option.some(RunnerAddress.make(worker, 1)),
    simulateRemoteSerialization: false
  })
  const storage = Layer.mergeAll(SqlMessageStorage.layer, SqlRunnerStorage.layer)
  // Makes its tables, so one worker after the other.
  const storageAlone = Layer.scopedContext(
    Effect.flatMap(Effect.scope, (scope) => Tables.alone(Layer.buildWithScope(storage, scope)))
  )
  return ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(Sharding.layer),
    Layer.provideMerge(Layer.mergeAll(Runners.layerNoop, RunnerHealth.layerNoop)),
    Layer.provideMerge(storageAlone),
    Layer.provide(config),
    Layer.catchAll((error) =>
      Layer.fail(new DatabaseError({ message: `the database cannot be used: ${describe(error)}` }))
    )
  )
}
