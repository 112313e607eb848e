/** The settings of a folder among the words of a command line. */
import { assert, describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Console, Effect } from "effect"
import * as Arguments from "../../../src/cli/Arguments.js"
import * as Configured from "../../../src/cli/Configured.js"
import { said } from "./commands/said.js"

const completed = (words: string, files: Readonly<Record<string, string | undefined>>) =>
  said(
    Arguments.separate(words.split(" ")).pipe(
      Effect.flatMap(Configured.complete),
      Effect.flatMap((all) => Console.log(all.join(" ")))
    ),
    { files }
  )

/** As the module for Python has it for one model. */
const alone = <A>(work: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.acquireUseRelease(
    Effect.sync(() => (process.env["ALGOGEN_ASK"] = "one")),
    () => work,
    () => Effect.sync(() => void delete process.env["ALGOGEN_ASK"])
  )

const here = { "algogen.json": '{"models": ["a/b"], "samples": 2, "imports": ["pandas"]}' }

describe("the settings of the folder", () => {
  it.effect("stand before the words that were given, which win, and only where the command has such flags", () =>
    Effect.gen(function* () {
      strictEqual(
        yield* completed("generate --json", here),
        "generate --config algogen.json --model a/b --imports pandas --samples 2 --json"
      )
      strictEqual(
        yield* completed("generate --samples 3", here),
        "generate --config algogen.json --model a/b --imports pandas --samples 3"
      )
      strictEqual(yield* completed("validate x.py", here), "validate --config algogen.json --imports pandas x.py")
      for (const words of ["init", "status", "python", "--version"]) strictEqual(yield* completed(words, here), words)
      strictEqual(yield* completed("generate --json", {}), "generate --json")
    })
  )

  it.effect("are those of the file that is named, which has to be there", () =>
    Effect.gen(function* () {
      const files = { ...here, "other.json": '{"out": "elsewhere"}' }
      strictEqual(
        yield* completed("generate --config other.json", files),
        "generate --out elsewhere --config other.json"
      )
      strictEqual(
        yield* completed("generate --config none.json", files),
        "! algogen: none.json could not be read: it cannot be read (NotFound: FileSystem.read (none.json)); check the file (exit code 2)"
      )
    })
  )

  it.effect("leave out what workers have for themselves where a batch is for them", () =>
    Effect.gen(function* () {
      const files = { "algogen.json": '{"concurrency": 9, "connections": 3, "maxRetries": 1}' }
      for (const words of ["--db sqlite:x.db", "--batch b"])
        strictEqual(
          yield* completed(`generate ${words}`, files),
          `generate --config algogen.json --max-retries 1 ${words}`
        )
      strictEqual(yield* completed("worker --db sqlite:x.db", files), "worker --concurrency 9 --db sqlite:x.db")
      strictEqual(
        yield* completed("generate", files),
        "generate --config algogen.json --concurrency 9 --connections 3 --max-retries 1"
      )
    })
  )

  it.effect(
    "that only one run could follow are refused for a batch under the name of the file, unless a flag says otherwise",
    () =>
      Effect.gen(function* () {
        for (const [setting, text] of [
          ["rounds", '{"rounds": 2, "imports": ["pandas"]}'],
          ["distinct", '{"distinct": 3}']
        ]) {
          const files = { "algogen.json": text }
          for (const words of ["--db sqlite:x.db", "--batch b"])
            strictEqual(
              yield* completed(`generate ${words}`, files),
              `! algogen: algogen.json: '${setting}' does not go with --db: each job is asked for itself, so run it without --db, or give --${setting} 0 (exit code 2)`
            )
          assert.include(
            yield* completed(`generate --db sqlite:x.db --${setting} 0`, files),
            `--db sqlite:x.db --${setting} 0`
          )
          assert.include(yield* completed("generate --db sqlite:x.db --show-prompt", files), `--${setting}`)
        }
        const none = { "algogen.json": '{"rounds": 0, "distinct": 0, "imports": ["pandas"]}' }
        strictEqual(
          yield* completed("generate --db sqlite:x.db", none),
          "generate --config algogen.json --imports pandas --distinct 0 --rounds 0 --db sqlite:x.db"
        )
        // Jobs take the place of the setting.
        strictEqual(
          yield* completed("generate --db sqlite:x.db --jobs x", { "algogen.json": '{"distinct": 3}' }),
          "generate --config algogen.json --db sqlite:x.db --jobs x"
        )
      })
  )

  it.effect("ask for one answer where a caller wants one, and so do flags: limits and parameters hold", () =>
    Effect.gen(function* () {
      const file = {
        models: ["a/b", "c/d"],
        tickers: ["MSFT", "TSLA"],
        data: ["prices"],
        bar: "day",
        samples: 2,
        distinct: 3,
        rounds: 1,
        prompt: "words.md",
        system: "Be brief.",
        effort: "low",
        requestTimeout: "90s",
        budget: 1,
        out: "elsewhere"
      }
      const files = { "algogen.json": JSON.stringify(file) }
      const asked = "--model x/y --prompt p --out here"
      const many = "--samples 4 -t MSFT --tickers - --jobs - --shard 1/2 --distinct 3 --rounds 1 --data d --bar day"
      const before = "generate --config algogen.json --effort low --request-timeout 90s --budget 1"
      strictEqual(
        yield* alone(completed(`generate ${asked} ${many} --repair 1`, files)),
        `${before} ${asked} --repair 1`
      )
      strictEqual(yield* alone(completed(`generate ${asked} ${many}`, {})), `generate ${asked}`)
      strictEqual(yield* alone(completed("score x.py --data d", {})), "score x.py --data d")
      // A value is no flag, whatever it looks like.
      strictEqual(yield* alone(completed("generate --prompt=--samples --bar day", {})), "generate --prompt --samples")
    })
  )

  it.effect("are refused with the name of the file", () =>
    Effect.gen(function* () {
      strictEqual(
        yield* completed("generate", { "algogen.json": "[]" }),
        "! algogen: algogen.json: it is not a JSON object (exit code 2)"
      )
      strictEqual(
        yield* completed("generate", { "algogen.json": '{"data": ["a", "b"], "models": [], "samples": 1}' }),
        "! algogen: algogen.json: 'models' is not valid: use a list of model ids, or of objects with one (exit code 2)"
      )
      strictEqual((yield* completed("generate", { "algogen.json": undefined })).includes("could not be read"), true)
    })
  )
})
