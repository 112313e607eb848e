/** Shows an address in the browser of this machine. */
import { spawn } from "node:child_process"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"

const OPENERS: Readonly<Record<string, readonly [program: string, ...args: ReadonlyArray<string>]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"]
}

export interface Opening {
  /** Whether the browser still may come up, as far as that is known. */
  readonly isStarted: () => boolean
  /** Ends with the program that opens it. Some programs go on for as long as the browser is open. */
  readonly ended: Effect.Effect<void>
}

/** Does not wait for the browser. Says what to open by hand where none could be started, or where that turns out later. */
export const open = (address: string, byHand = address): Effect.Effect<Opening> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime()
    const started = yield* Deferred.make<void>()
    const ended = yield* Deferred.make<void>()
    const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"]
    const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" })
    let isStarted = true
    const end = (isGood: boolean) => {
      isStarted = isGood
      const said = isGood ? Effect.void : Console.error(`no browser could be started: open ${byHand} yourself`)
      const done = Effect.zipRight(Deferred.succeed(started, undefined), Deferred.succeed(ended, undefined))
      Runtime.runFork(runtime)(Effect.zipRight(said, done))
    }
    child.once("error", () => end(false))
    child.once("spawn", () => Deferred.unsafeDone(started, Effect.void))
    child.once("exit", (code) => end(code === 0))
    child.unref()
    yield* Deferred.await(started)
    return { isStarted: () => isStarted, ended: Deferred.await(ended) }
  })
