/** Help, which is made of the rows that the flag parser's flags are held against here. */
import * as Args from "@effect/cli/Args"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Options from "@effect/cli/Options"
import type { Usage } from "@effect/cli/Usage"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Option } from "effect"
import { type CommandRow, COMMANDS, flagsOf, isCommand } from "../../../src/cli/CommandRows.js"
import * as Commands from "../../../src/cli/Commands.js"
import { type FlagName, FLAGS } from "../../../src/cli/FlagRows.js"
import { DEFAULT_TICKER } from "../../../src/cli/Flags.js"
import * as Overview from "../../../src/cli/Overview.js"
import * as Plan from "../../../src/generation/Plan.js"

const PARSED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...Commands }

interface Flag {
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly takesValue: boolean
  readonly repeats: boolean
}

const flagsIn = (usage: Usage, repeats = false): ReadonlyArray<Flag> => {
  switch (usage._tag) {
    case "Named": {
      const aliases = usage.names.filter((name) => !name.startsWith("--"))
      const name = usage.names.find((name) => name.startsWith("--"))?.slice(2) ?? ""
      return [{ name, aliases, takesValue: Option.isSome(usage.acceptedValues), repeats }]
    }
    case "Optional":
      return flagsIn(usage.usage, repeats)
    case "Repeated":
      return flagsIn(usage.usage, true)
    case "Alternation":
    case "Concat":
      return [...flagsIn(usage.left, repeats), ...flagsIn(usage.right, repeats)]
    default:
      return []
  }
}

const byName = (one: Flag, other: Flag) => (one.name < other.name ? -1 : 1)

describe("help", () => {
  const names = Object.keys(COMMANDS).filter(isCommand)

  it("has the flags that each command has, with their aliases, values and repetitions", () => {
    assert.sameMembers(names, Object.keys(PARSED))
    for (const name of names) {
      const parsed = Object.values(PARSED[name] ?? {})
        .filter((flag) => Options.isOptions(flag))
        .flatMap((flag) => flagsIn(Options.getUsage<unknown>(flag)))
      const rows = flagsOf(name).map((flag: FlagName): Flag => {
        const { alias, repeats, value } = FLAGS[flag]
        return {
          name: flag,
          aliases: alias === undefined ? [] : [`-${alias}`],
          takesValue: value !== undefined,
          repeats: repeats === true
        }
      })
      deepStrictEqual(rows.toSorted(byName), parsed.toSorted(byName), name)
      const hasArgs = Object.values(PARSED[name] ?? {}).some((arg) => Args.isArgs(arg))
      assert.strictEqual("args" in COMMANDS[name], hasArgs)
    }
  })

  it.effect("names the defaults that hold", () =>
    Effect.gen(function* () {
      const parsed = <A>(flag: Options.Options<A>) =>
        Effect.map(Options.processCommandLine(flag, [], CliConfig.defaultConfig), ([, , value]) => value)
      const { concurrency, distinct, maxRetries, patience, repairs, requestTimeout, rounds, samples } =
        Commands.generate
      const { port, profile, scenario, seed } = Commands.simulate
      const numbers = {
        "max-retries": maxRetries,
        patience,
        repair: repairs,
        rounds,
        distinct,
        samples,
        port,
        seed
      }
      const texts = { profile, scenario }
      const rows: Readonly<Record<string, { readonly fallback?: string }>> = FLAGS
      for (const [name, flag] of Object.entries({ ...numbers, ...texts })) {
        const value: unknown = yield* parsed<unknown>(flag)
        assert.strictEqual(rows[name]?.fallback, String(value), name)
      }
      const seconds = (time: Duration.Duration) => `${Duration.toSeconds(time)} seconds`
      assert.strictEqual(FLAGS["request-timeout"].fallback, seconds(yield* parsed(requestTimeout)))
      // The command has to know whether it was given.
      assert.strictEqual(yield* parsed(concurrency), undefined)
      assert.strictEqual(FLAGS.concurrency.fallback, String(Plan.CONCURRENCY))
      // These defaults are for a single ticker.
      assert.strictEqual(FLAGS.deadline.fallback, seconds(Plan.DEADLINE))
      assert.strictEqual(FLAGS.ticker.fallback, DEFAULT_TICKER)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  const helpOf = (...words: ReadonlyArray<string>) => (Overview.answer("1.2.3", words) ?? "").split("\n")
  /** A terminal's, of which the prompt takes one. */
  const ROWS = 24

  it("fits one screen a command, names each flag, and describes it there or with --all", () => {
    for (const name of names) {
      const lines = helpOf("help", name)
      assert.match(lines[0] ?? "", new RegExp(`^Usage: algogen ${name}`))
      assert.isBelow(lines.length, ROWS + 1, name)
      const all = helpOf("help", name, "--all")
      for (const flag of flagsOf(name)) {
        assert.match(lines.join("\n"), new RegExp(`--${flag}( |$)`, "m"))
        assert.match(all.join("\n"), new RegExp(`^  (-\\w, )?--${flag} .*\\S`, "m"))
      }
      for (const line of [...lines, ...all]) {
        assert.isAtMost(line.length, 80, line)
        assert.notMatch(line, /This setting is optional|user-defined/)
      }
    }
    assert.isBelow(helpOf("help", "generate").length, ROWS)
  })

  it("says of a flag what it does there, where it does something of its own", () => {
    const line = (name: string, flag: string) => helpOf("help", name, "--all").find((text) => text.includes(flag)) ?? ""
    assert.match(line("generate", "--batch"), /a new one's name/)
    assert.match(line("status", "--batch"), /Show this batch only/)
    assert.match(line("cancel", "--batch"), /The batch to end/)
    assert.match(line("status", "--prune"), /Delete batches/)
    assert.match(line("journal", "--prune"), /Delete answers/)
    for (const name of names) {
      const { texts = {} }: CommandRow = COMMANDS[name]
      assert.includeMembers([...flagsOf(name)], Object.keys(texts), name)
    }
  })

  it("is the same in every way to ask for it", () => {
    for (const name of names) {
      const text = Overview.answer("1.2.3", ["help", name])
      for (const words of [
        [name, "--help"],
        [name, "-h"],
        ["--help", name],
        [name, "-x", "y", "--help"]
      ]) {
        assert.strictEqual(Overview.answer("1.2.3", words), text, words.join(" "))
        assert.deepStrictEqual(helpOf(...words, "--all"), helpOf("help", name, "--all"))
      }
      assert.deepStrictEqual(helpOf(name, "--help", "all"), helpOf("help", name, "--all"))
    }
    assert.notDeepEqual(helpOf("help", "generate"), helpOf("help", "generate", "--all"))
  })

  it("lists the commands where none is named, and leaves the rest to the parser", () => {
    const overview = Overview.answer("1.2.3", []) ?? ""
    for (const name of names) assert.match(overview, new RegExp(`^  ${name} +\\S`, "m"))
    for (const words of [["--help"], ["-h"], ["help"]]) assert.strictEqual(Overview.answer("1.2.3", words), overview)
    assert.strictEqual(Overview.answer("1.2.3", ["--version"]), "1.2.3")
    for (const words of [["generate"], ["help", "nothing"], ["nothing", "--help"], ["--completions", "bash"]]) {
      assert.isUndefined(Overview.answer("1.2.3", words))
    }
  })
})
