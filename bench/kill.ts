/**
 * Kills the command without a word at random moments, again and again, and resumes it each time. Ends with an error at the
 * first answer that was paid for twice, lost or cut in half.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Random } from "effect"
import { round, type Round } from "../test/system/command/killing.js"
import * as Options from "./options/Options.mjs"

const { rounds: ROUNDS, seed: SEED } = Options.read("npm run bench:kill --", {
  rounds: { type: "number", default: 100, help: "so many runs are killed" },
  seed: { type: "number", default: 1, help: "decides when" }
})

/** From before the first answer to after the last, and anywhere in the pause between two of them. */
const moment = Effect.all({
  completed: Random.nextIntBetween(0, 7),
  delay: Random.nextIntBetween(0, 300),
  concurrency: Random.nextIntBetween(1, 7)
})

const sum = (rounds: ReadonlyArray<Round>, pick: (round: Round) => number): number =>
  rounds.reduce((total, one) => total + pick(one), 0)

const main = Effect.gen(function* () {
  yield* Console.log(`Killing ${ROUNDS} runs of six models at random moments (seed ${SEED}), resuming each of them.`)
  const moments = yield* Effect.replicateEffect(moment, ROUNDS).pipe(Effect.withRandom(Random.make(SEED)))
  const rounds = yield* Effect.forEach(
    moments,
    (when, index) =>
      round(when).pipe(
        Effect.tap(({ completed, kept, saved }) =>
          Console.log(
            `${String(index + 1).padStart(3)}: ${when.delay} ms after ${when.completed} answers, ${when.concurrency} at once: ` +
              `${completed} completed, ${kept} kept, ${saved} saved`
          )
        )
      ),
    { concurrency: 2 }
  )
  const [completed, kept] = [sum(rounds, (one) => one.completed), sum(rounds, (one) => one.kept)]
  const onTheWay = rounds.flatMap((one) => one.onTheWay)
  yield* Console.log(
    [
      "",
      `${ROUNDS} runs killed: ${completed} answers had been completed by the server, ${kept} of them were kept.`,
      `The others, ${onTheWay.length}, were on their way to the disk: the oldest for ${Math.round(Math.max(0, ...onTheWay))} ms.`,
      "Every round held: what had been received was asked for once in all, files were whole, the order was kept."
    ].join("\n")
  )
})

NodeRuntime.runMain(main)
