/**
 * The built command in processes that stay: one of its own needs ten times as long for six answers, most of which is code that
 * runs for the first time. For what needs no signal, no terminal and no standard input.
 */
import { fork, type ChildProcess } from "node:child_process"
import { Effect } from "effect"
import type { Ended } from "./command.js"

/** As many as tests of a file run side by side on two cores, without one waiting for what the other only waits for. */
const HOSTS = 3

const hosts = Effect.runSync(Effect.makeSemaphore(HOSTS))
const idle: Array<ChildProcess> = []

const begin = (): ChildProcess => {
  const child = fork(new URL("host.mjs", import.meta.url), { stdio: ["ignore", "ignore", "inherit", "ipc"], env: {} })
  // They end with the tests.
  child.unref()
  child.channel?.unref()
  return child
}

interface Run {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
}

const runIn = (child: ChildProcess, run: Run): Effect.Effect<Ended> =>
  Effect.async<Ended>((resume) => {
    const onMessage = (ended: unknown) => {
      child.off("exit", onExit)
      child.channel?.unref()
      idle.push(child)
      resume(Effect.succeed(ended as Ended))
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

export const algogen = (run: Run): Effect.Effect<Ended> =>
  hosts.withPermits(1)(Effect.suspend(() => runIn(idle.pop() ?? begin(), run)))
