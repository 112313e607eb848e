/** An answer that was made to keep the process busy: Ctrl-C does not wait for its check, and the next run goes on with it. */
import * as http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect } from "effect"
import { shapes } from "../../unit/code/shapes.js"
import { algogen, emptyFolder, list, models, PATIENCE, read, startAlgogen } from "./command.js"
import { parse, statuses } from "./document.js"

const LIMIT_MS = 500
const SAMPLES = 2
/** Each takes a second or more to be refused. */
const CRAFTED = shapes["many blocks"]?.(64 * 1024) ?? ""

/** Answers at once, and always with that. */
const server = Effect.acquireRelease(
  Effect.promise(async () => {
    let asked = 0
    const listener = http.createServer((request, response) => {
      const isModels = request.url?.endsWith("/models") === true
      if (!isModels) asked += 1
      const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content: CRAFTED } }
      const answer = isModels ? { data: [{ id: "a/b" }] } : { id: "x", model: "a/b", choices: [choice] }
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve))
    const address = listener.address()
    const port = typeof address === "object" ? address?.port : undefined
    return { listener, baseUrl: `http://127.0.0.1:${port}/v1`, asked: () => asked }
  }),
  ({ listener }) => Effect.sync(() => listener.close())
)

/** How many answers the journal holds. */
const kept = (folder: string) =>
  Effect.gen(function* () {
    const journal = `${folder}/generated/.algogen-journal`
    const texts = yield* Effect.forEach(yield* list(journal), (name) => read(journal, name))
    return texts.join("").split('"Answered"').length - 1
  }).pipe(Effect.catchAllDefect(() => Effect.succeed(0)))

describe("Ctrl-C while crafted answers are checked", { ...PATIENCE, retry: 2 }, () => {
  it.scopedLive("ends the command, and --resume checks them without asking again", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const { asked, baseUrl } = yield* server
      const words = [
        "generate",
        "--base-url",
        baseUrl,
        "--no-stream",
        "--json",
        `--samples=${SAMPLES}`,
        ...models("a/b")
      ]
      const run = yield* startAlgogen(words, { folder })
      yield* kept(folder).pipe(Effect.delay(5), Effect.repeat({ until: (count) => count === SAMPLES }))
      const sent = yield* Clock.currentTimeMillis
      yield* run.kill("SIGINT")
      const { code, stdout } = yield* run.ended
      assert.isBelow((yield* Clock.currentTimeMillis) - sent, LIMIT_MS)
      assert.strictEqual(code, 130)
      assert.include(statuses(parse(stdout)), "failed Interrupted")

      const resumed = yield* algogen([...words, "--resume"], { folder })
      const document = parse(resumed.stdout)
      deepStrictEqual(
        statuses(document),
        Array.from({ length: SAMPLES }, () => "failed BadCode")
      )
      assert.isTrue(document.results.every(({ attempts }) => attempts === 0))
      assert.strictEqual(asked(), SAMPLES)
    })
  )
})
