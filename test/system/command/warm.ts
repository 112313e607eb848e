/**
 * The built command, and programs over the package, in processes that stay. One of its own spends most of its time on code that runs for the first time: the
 * tests of `generate` take a third of the processor time here. For what needs no signal, no terminal and no standard input.
 */
import { fork, type ChildProcess } from "node:child_process"
import path from "node:path"
import { Effect, Schema } from "effect"

/** As many as tests of a file run side by side on two cores, without one waiting for what the other only waits for. */
const HOSTS = 3

/** From the folder of the project, as all that is tested here. */
const HOST = path.resolve("test/system/command/host.mjs")

const hosts = Effect.runSync(Effect.makeSemaphore(HOSTS))
const idle: Array<ChildProcess> = []

const begin = (): ChildProcess => {
  const child = fork(HOST, { stdio: ["ignore", "ignore", "inherit", "ipc"], env: {} })
  child.once("exit", () => {
    const place = idle.indexOf(child)
    if (place >= 0) idle.splice(place, 1)
  })
  // They end with the tests.
  child.unref()
  child.channel?.unref()
  return child
}

/** How a process has ended, and what it has printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a host says of a run; one that `stays` is free for the next. */
const decode = Schema.decodeUnknownSync(
  Schema.Struct({ code: Schema.Number, stdout: Schema.String, stderr: Schema.String, stays: Schema.Boolean })
)

interface Run {
  readonly args: ReadonlyArray<string>
  /** The file of a module, instead of the command. */
  readonly program?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
}

const runIn = (child: ChildProcess, run: Run): Effect.Effect<Ended> =>
  Effect.async<Ended>((resume) => {
    const onMessage = (ended: unknown) => {
      child.off("exit", onExit)
      child.channel?.unref()
      const { stays, ...printed } = decode(ended)
      if (stays) idle.push(child)
      else child.disconnect()
      resume(Effect.succeed(printed))
    }
    const onExit = (code: number | null) => resume(Effect.succeed({ code, stdout: "", stderr: "the host has died" }))
    child.once("message", onMessage).once("exit", onExit)
    child.channel?.ref()
    child.send(run)
    return Effect.sync(() => {
      child.off("message", onMessage).off("exit", onExit)
      child.kill("SIGKILL")
    })
  })

export const run = (run: Run): Effect.Effect<Ended> =>
  hosts.withPermits(1)(Effect.suspend(() => runIn(idle.pop() ?? begin(), run)))
