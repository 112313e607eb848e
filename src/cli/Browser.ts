/** Shows an address in the browser of whoever sits at this machine. */
import { spawn } from "node:child_process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const OPENERS: Readonly<Record<string, readonly [program: string, ...args: ReadonlyArray<string>]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"]
}

/** False, with a note that names `what`, if none could be started. Does not wait for the browser. */
export const open = (address: string, what: string): Effect.Effect<boolean> =>
  Effect.async<boolean>((resume) => {
    const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"]
    const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => resume(Effect.succeed(true)))
    child.unref()
  }).pipe(
    Effect.tap((opened) => (opened ? Effect.void : Console.error(`no browser could be started: open ${what} yourself`)))
  )
