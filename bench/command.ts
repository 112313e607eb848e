/** The command in this process with made-up arguments and damaged files, see `test/system/command/fuzz`. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { type Result, run } from "../test/system/command/fuzz/fuzz.js"
import * as Options from "./options/Options.mjs"

const values = Options.read("npm run bench:command --", {
  seed: { type: "number", help: "tries this one case, and prints what it says" },
  cases: { type: "number", default: 10_000, help: "tries so many" },
  from: { type: "number", default: 1, help: "the first of them" }
})

const first = values.seed ?? values.from
const last = values.seed === undefined ? first + values.cases - 1 : first

const show = ({ broken, errors, output, seed, words }: Result) =>
  Console.log(
    [
      `seed ${seed}: ${JSON.stringify(words)}`,
      ...broken.map((sentence) => `BROKEN: ${sentence}`),
      JSON.stringify(errors.slice(0, 300)),
      ...(values.seed === undefined ? [] : [output.slice(0, 2_000)])
    ].join("\n    ")
  )

const main = Effect.gen(function* () {
  const codes = new Map<string, number>()
  let failing = 0
  for (let seed = first; seed <= last; seed += 1) {
    const result = yield* Effect.promise(() => run(seed))
    const code = String(result.exitCode)
    codes.set(code, 1 + (codes.get(code) ?? 0))
    if (result.broken.length > 0) failing += 1
    if (result.broken.length > 0 || values.seed !== undefined) yield* show(result)
  }
  const counts = JSON.stringify(Object.fromEntries(codes))
  yield* Console.log(`${last - first + 1} cases from seed ${first}: exit codes ${counts}; ${failing} broke a rule`)
  process.exitCode = failing > 0 ? 1 : 0
})

// What a command left behind, such as a database, does not keep this from its end; what it prints goes out before.
NodeRuntime.runMain(
  Effect.ensuring(
    main,
    Effect.sync(() => setImmediate(() => process.stdout.write("", () => process.exit())))
  )
)
