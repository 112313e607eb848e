/**
 * The journal beside the algorithms, for calls that know nothing of each other: all of a process that go on at the same
 * time use one, which is closed when none of them needs it any more. Where another process has it, a call does without.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { processOwner } from "../node/ProcessOwner.js"
import { StoreError } from "../storage/AlgorithmStore.js"
import { Journal, type JournalError, type Service } from "../storage/Journal.js"
import * as JournalFile from "../storage/journal/File.js"

interface Open {
  readonly journal: Service
  readonly scope: Scope.CloseableScope
  users: number
}

const make = (directory: string): Layer.Layer<never, StoreError> => {
  const file = Layer.provide(JournalFile.layer({ directory, owner: processOwner }), NodeContext.layer)
  // Whoever comes while it is being closed waits, or it would find the lock that is about to go.
  const alone = Effect.unsafeMakeSemaphore(1).withPermits(1)
  let opened: Open | undefined

  const open: Effect.Effect<Open, JournalError> = Effect.gen(function* () {
    const scope = yield* Scope.make()
    // Interruptible, since so will be what it starts: the heartbeat of the lock could not be ended otherwise.
    const context = yield* Effect.interruptible(Layer.buildWithScope(file, scope)).pipe(
      Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
    )
    const journal = Context.get(context, Journal)
    // Runs that go on at the same time have not come to their end either; they are none of the earlier ones.
    const unfinished = yield* journal.unfinished
    return { journal: { ...journal, unfinished: Effect.succeed(unfinished) }, scope, users: 0 }
  })

  const enter = Effect.gen(function* () {
    opened ??= yield* open
    opened.users += 1
    return opened
  })

  const leave = (entered: Open) =>
    Effect.suspend(() => {
      entered.users -= 1
      if (entered.users > 0) return Effect.void
      opened = undefined
      return Scope.close(entered.scope, Exit.void)
    })

  const held = Effect.acquireRelease(alone(enter), (entered) => alone(leave(entered)))
  return Layer.scopedContext(
    held.pipe(
      Effect.map(({ journal }): Context.Context<never> => Context.make(Journal, journal)),
      Effect.catchAll(({ message, path, reason }) =>
        reason._tag === "Locked" || reason._tag === "Unreadable"
          ? Effect.as(Effect.logWarning(`no journal is kept, since ${message}`), Context.empty())
          : new StoreError({ path, reason })
      )
    )
  )
}

/** In the folder where the files go, as with the command. */
export const DIRECTORY = "generated"

export const layer: Layer.Layer<never, StoreError> = make(DIRECTORY)
