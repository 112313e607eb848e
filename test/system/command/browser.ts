/** A headless Chromium, spoken to over two pipes in its own protocol: what the page of a run looks like to it. */
import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import * as os from "node:os"
import * as path from "node:path"
import { Readable, Writable } from "node:stream"
import { pathToFileURL } from "node:url"
import { Effect, Schema, type Scope } from "effect"

const NAMES = ["chromium", "chromium-browser", "google-chrome"]

/** Undefined where there is none. */
export const CHROMIUM = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0)

const Message = Schema.parseJson(
  Schema.Struct({
    id: Schema.optional(Schema.Number),
    method: Schema.optional(Schema.String),
    sessionId: Schema.optional(Schema.String),
    params: Schema.optional(Schema.Unknown),
    result: Schema.optional(Schema.Unknown)
  })
)
type Message = typeof Message.Type

const decode = Schema.decodeUnknownSync(Message)

export interface Browser {
  readonly send: (method: string, params?: object) => Promise<unknown>
  /** Opens a file and waits until it is there. */
  readonly open: (file: string) => Promise<void>
  /** The value of an expression in the page, which has to be a number. */
  readonly number: (expression: string) => Promise<number>
  /** Every message so far. */
  readonly heard: ReadonlyArray<Message>
}

const Evaluated = Schema.Struct({ result: Schema.Struct({ value: Schema.Number }) })
const Session = Schema.Struct({ sessionId: Schema.String })
const Target = Schema.Struct({ targetId: Schema.String })

const start = async (folder: string): Promise<{ readonly browser: Browser; readonly stop: () => void }> => {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]
  const child = spawn(CHROMIUM ?? "", [...flags, `--user-data-dir=${folder}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"]
  })
  const [, , , down, up] = child.stdio
  if (!(down instanceof Writable) || !(up instanceof Readable)) throw new Error("no pipes")
  const heard: Array<Message> = []
  const waiting = new Set<() => void>()
  let text = ""
  up.setEncoding("utf8").on("data", (part: string) => {
    const messages = (text + part).split("\0")
    text = messages.pop() ?? ""
    heard.push(...messages.map((message) => decode(message)))
    waiting.forEach((look) => look())
  })
  const first = (wanted: (message: Message) => boolean, from = 0): Promise<Message> =>
    new Promise((resolve) => {
      const look = () => {
        const found = heard.slice(from).find(wanted)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  let last = 0
  let sessionId: string | undefined
  const send: Browser["send"] = async (method, params = {}) => {
    const id = ++last
    down.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    return (await first((message) => message.id === id)).result
  }
  const target = Schema.decodeUnknownSync(Target)(await send("Target.createTarget", { url: "about:blank" }))
  sessionId = Schema.decodeUnknownSync(Session)(
    await send("Target.attachToTarget", { targetId: target.targetId, flatten: true })
  ).sessionId
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`)
  return {
    stop: () => void child.kill("SIGKILL"),
    browser: {
      send,
      heard,
      open: async (file) => {
        const from = heard.length
        await send("Page.navigate", { url: pathToFileURL(file).href })
        await first(({ method }) => method === "Page.loadEventFired", from)
      },
      number: async (expression) =>
        Schema.decodeUnknownSync(Evaluated)(await send("Runtime.evaluate", { expression, returnByValue: true })).result
          .value
    }
  }
}

export const make: Effect.Effect<Browser, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => fs.mkdtemp(path.join(os.tmpdir(), "algogen-browser-"))),
    (folder) => Effect.promise(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  )
  const { browser } = yield* Effect.acquireRelease(
    Effect.promise(() => start(folder)),
    ({ stop }) => Effect.sync(stop)
  )
  return browser
})
