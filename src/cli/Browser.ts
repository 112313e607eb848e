/** Shows an address in the browser of this machine. */
import { spawn } from "node:child_process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const OPENERS: Readonly<Record<string, readonly [program: string, ...args: ReadonlyArray<string>]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"]
}

/**
 * Says so, with what to open by hand, if none could be started. Does not wait for the browser; the result tells whether it
 * still may come up, as far as that is known.
 */
export const open = (address: string, byHand = address): Effect.Effect<() => boolean> =>
  Effect.async<() => boolean>((resume) => {
    const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"]
    const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" })
    let isStarted = false
    const result = Effect.succeed(() => isStarted)
    child.once("error", () => resume(result))
    child.once("spawn", () => {
      isStarted = true
      resume(result)
    })
    child.once("exit", (code) => {
      isStarted = code === 0
    })
    child.unref()
  }).pipe(
    Effect.tap((isStarted) =>
      isStarted() ? Effect.void : Console.error(`no browser could be started: open ${byHand} yourself`)
    )
  )
