/** One answer kills every worker that checks it: its job has to fail alone, after two of them. */
import { spawn, type ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Durable } from "../../src/durable.js"
import * as MemoryStore from "../../src/storage/algorithmStore/Memory.js"
import * as Counting from "./counting.js"
import * as Postgres from "./postgres.js"

const worker = fileURLToPath(new URL("poisonedWorker.js", import.meta.url))
const MARK = "# deadly"

/** How many workers died, which jobs failed, and how often the deadly one was asked for. */
export const run = async (target: string, jobs = 12, deadly = 5) => {
  const counting = await Counting.make(target, {
    change: (job, body) => (job === deadly ? body.replaceAll("def execute_trade", `${MARK}\\ndef execute_trade`) : body)
  })
  const postgres = await Postgres.make()
  const alive = new Set<ChildProcess>()
  let deaths = 0
  let isOver = false
  const start = () => {
    const child = spawn(process.execPath, [worker, postgres.url, counting.baseUrl, MARK], { stdio: "ignore" })
    alive.add(child)
    child.once("exit", () => {
      alive.delete(child)
      if (isOver) return
      deaths += 1
      start()
    })
  }
  try {
    start()
    start()
    const statuses: Array<string> = []
    await Effect.runPromise(
      Durable.generate({
        batch: "poison",
        requests: Array.from({ length: jobs }, (_, job) => ({
          model: "openai/gpt-4o-mini",
          ticker: "AAPL",
          prompt: Counting.promptOf(job)
        }))
      }).pipe(
        Stream.runForEach((event) =>
          Effect.sync(() => {
            if (event._tag === "Settled") statuses.push(event.outcome.status)
          })
        ),
        Effect.provide(Layer.merge(MemoryStore.layer, Durable.layerPostgres({ url: postgres.url })))
      )
    )
    const failed = statuses.flatMap((status, job) => (status === "ok" ? [] : [job]))
    return { deaths, failed, asked: counting.asked.filter(({ job }) => job === deadly).length, jobs: statuses.length }
  } finally {
    isOver = true
    for (const child of alive) child.kill("SIGKILL")
    counting.close()
    await postgres.remove()
  }
}
