/**
 * Pulling the plug: a run is killed without a word, then resumed, and the server is asked how often it was asked. Whoever
 * chooses the moments is somebody else.
 */
import assert from "node:assert/strict"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Clock, Effect, Either } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import type * as Stats from "../../../src/simulator/Stats.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import { algorithms, read, scene } from "./command.js"
import { parse, statuses } from "./document.js"

export interface Moment {
  /** Answers that the server has completed. */
  readonly completed: number
  /** Milliseconds after that. */
  readonly delay: number
  /** Requests in flight. */
  readonly concurrency: number
}

/**
 * From the last byte on the socket to the flushed line; some 30 ms, most of a second on a machine with other things to do.
 * What was under way for longer was received.
 */
const ON_ITS_WAY_MS = 1_000

const requests = (seen: Stats.Stats, model: string) => seen.models[model]?.requests ?? 0

const codeOf = (answer: string) =>
  Effect.map(CodeCheck.CodeCheck, ({ accept }) => Either.getOrThrow(accept(answer)).source)

/**
 * Fails with an assertion where an answer that was received is lost or asked for twice, or a file is cut in half or out of
 * order. What was received is known from outside: what the command said to be done, and what made room for a later request.
 */
export const round = ({ completed, concurrency, delay }: Moment) =>
  Effect.gen(function* () {
    const { folder, generate, server, startGenerate } = yield* scene({ latencyScale: 0.4 })
    const out = `${folder}/generated`
    const journal = Effect.map(JournalFile.read({ directory: out }), ({ entries, skipped }) => {
      assert.equal(skipped, 0, "a record of the journal cannot be read")
      return new Map(entries.map(({ answer, model }) => [model, answer.text]))
    })
    const assertWhole = Effect.gen(function* () {
      const answers = yield* journal
      const files = (yield* algorithms(out)).filter((name) => name.endsWith(".py"))
      for (const model of Models.DEFAULT) {
        const name = `generated_algo_${model.replace(/\W/g, "_")}.py`
        const answer = answers.get(model)
        if (!files.includes(name)) continue
        assert.ok(answer !== undefined, `${name} has no answer in the journal`)
        assert.ok((yield* read(out, name)).endsWith(yield* codeOf(answer)), `${name} is not whole`)
      }
      return files.length
    })

    const run = yield* startGenerate([`--concurrency=${concurrency}`])
    yield* server.stats.pipe(
      Effect.delay(1),
      Effect.repeat({ until: (seen) => seen.completed >= completed && seen.requests > 0 })
    )
    yield* Effect.sleep(delay)
    const killed = yield* Clock.currentTimeMillis
    yield* run.kill("SIGKILL")
    const { stderr } = yield* run.ended
    // What was on its way to the server still arrives.
    const before = yield* server.stats.pipe(
      Effect.delay(20),
      Effect.repeat({ until: ({ connections }) => connections.open === 0 })
    )
    const kept = yield* journal
    yield* assertWhole

    for (const model of Models.DEFAULT) {
      assert.ok(!stderr.includes(`✓ ${model}: `) || kept.has(model), `${model} was said to be done and is not kept`)
    }
    assert.ok(kept.size >= before.requests - concurrency, `${before.requests} requests, only ${kept.size} answers kept`)

    const ended = yield* generate(["--resume", "--json"])
    assert.equal(ended.code, 0, ended.stderr)
    const document = parse(ended.stdout)
    assert.deepEqual(
      statuses(document),
      Models.DEFAULT.map(() => "ok")
    )
    assert.deepEqual(
      document.results.map(({ model }) => model),
      [...Models.DEFAULT]
    )
    assert.deepEqual(
      document.results.filter(({ resumed }) => resumed === true).map(({ model }) => model),
      Models.DEFAULT.filter((model) => kept.has(model))
    )
    const after = yield* server.stats
    for (const model of Models.DEFAULT) {
      const again = kept.has(model) ? 0 : 1
      assert.equal(requests(after, model), requests(before, model) + again, `requests for ${model}`)
      if (kept.has(model)) assert.equal(requests(after, model), 1, `requests for ${model}, which was kept`)
    }
    assert.equal(yield* assertWhole, Models.DEFAULT.length)

    const nothing = parse((yield* generate(["--resume", "--json"])).stdout)
    assert.equal(nothing.totals.requests, 0)
    assert.equal((yield* server.stats).requests, after.requests)
    for (const { at, durationMs = 0, model, outcome } of before.recent) {
      const age = killed - (before.startedAt + at + durationMs)
      if (outcome === "completed" && !kept.has(model))
        assert.ok(age < ON_ITS_WAY_MS, `an answer was not written down for ${age} ms`)
    }
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
