/** What the words of a command line are taken for, before its flags are parsed. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Arguments from "../../../src/cli/Arguments.js"
import { COMMANDS, flagsOf } from "../../../src/cli/CommandRows.js"
import { FLAGS } from "../../../src/cli/FlagRows.js"

const separated = (...words: ReadonlyArray<string>) => Arguments.wordsOf(Effect.runSync(Arguments.separate(words)))
const complaint = (...words: ReadonlyArray<string>) =>
  Effect.runSync(Effect.flip(Arguments.separate(words))).message ?? ""

describe("the words of a command line", () => {
  it("come with each value apart from its flag, and are otherwise left alone", () => {
    deepStrictEqual(
      separated("generate", "--model=x/y", "-m=a/b:free", "--budget=-1", "--json", "-t", "^GSPC").join(" "),
      "generate --model x/y -m a/b:free --budget -1 --json -t ^GSPC"
    )
    for (const others of [
      ["validate", "a=b.py", "--json=true", "-", "--", "--no-such=flag", "-x"],
      ["generate", "--log-level", "debug"],
      ["--wizard"]
    ]) {
      deepStrictEqual(separated(...others), others)
    }
    deepStrictEqual(separated("models", "--base-url=http://x/?a=b\nc"), ["models", "--base-url", "http://x/?a=b\nc"])
  })

  it("are refused where a flag has no value: at the end, before another flag, or a blank one", () => {
    deepStrictEqual(
      [
        complaint("generate", "-m"),
        complaint("generate", "--model="),
        complaint("generate", "-m", "x/y", "-m", " "),
        complaint("generate", "--ticker", "--json"),
        complaint("generate", "-t", "-m", "x/y"),
        complaint("simulate", "--port")
      ],
      ["-m", "--model", "-m", "--ticker", "-t", "--port"].map((flag) => `${flag} needs a value`)
    )
  })

  it("are refused where a switch has a value that is none of a switch", () => {
    for (const command of ["generate", "models", "doctor", "worker", "simulate"] as const) {
      const switches = flagsOf(command).filter((flag) => !("value" in FLAGS[flag]))
      assert.isAbove(switches.length, 0)
      for (const flag of switches) {
        for (const value of ["maybe", "2", ""]) {
          strictEqual(
            complaint(command, `--${flag}=${value}`),
            `--${flag} takes no value: write --${flag} alone, or leave it out`
          )
        }
        for (const value of ["true", "false", "yes", "0"])
          deepStrictEqual(separated(command, `--${flag}=${value}`), [command, `--${flag}=${value}`])
      }
    }
  })

  it("are refused where there are too many or too few arguments", () => {
    deepStrictEqual(
      [
        complaint("simulate", "somewhere"),
        complaint("generate", "--json", "AAPL"),
        complaint("generate", "--", "--json"),
        complaint("validate", "--json")
      ],
      [
        "algogen simulate does not take the argument 'somewhere': algogen help simulate shows how to use it",
        "algogen generate does not take the argument 'AAPL': algogen help generate shows how to use it",
        "algogen generate does not take the argument '--json': algogen help generate shows how to use it",
        "algogen validate needs FILE...: algogen help validate shows how to use it"
      ]
    )
    // The value of a switch is no argument.
    for (const others of [
      ["generate", "--json", "false", "--log-level", "debug"],
      ["validate", "a", "b", "--", "-c"]
    ]) {
      deepStrictEqual(separated(...others), others)
    }
  })

  it("are refused where a flag is there twice that counts once", () => {
    deepStrictEqual(
      [
        complaint("generate", "-o", "A", "-m", "x/y", "--out=B"),
        complaint("generate", "--json", "--json"),
        complaint("simulate", "--port", "1", "--port", "2")
      ],
      ["--out", "--json", "--port"].map((flag) => `${flag} may be given only once`)
    )
    deepStrictEqual(separated("doctor", "-m", "a", "--model", "a"), ["doctor", "-m", "a", "--model", "a"])
  })

  it("are refused where a flag is unknown, with the one that was meant or the command that has it", () => {
    deepStrictEqual(
      [
        complaint("generate", "--modle", "x/y"),
        complaint("generate", "--max-tok=5"),
        complaint("generate", "-m", "x/y", "-x"),
        complaint("validate", "a.py", "--stream"),
        complaint("journal", "--nothing-like-it"),
        complaint("--model=x/y", "generate"),
        complaint("--prune=3d", "journal"),
        complaint("-v"),
        complaint("--verison")
      ],
      [
        "algogen generate has no flag --modle: did you mean --model?",
        "algogen generate has no flag --max-tok: did you mean --max-tokens?",
        "algogen generate has no flag -x: algogen help generate lists its flags",
        "algogen validate has no flag --stream: it belongs to algogen generate, doctor",
        "algogen journal has no flag --nothing-like-it: algogen help journal lists its flags",
        "--model must come after a command, as in algogen generate --model",
        "--prune must come after a command, as in algogen journal --prune",
        "algogen has no flag -v: algogen help lists the commands",
        "algogen has no flag --verison: did you mean --version?"
      ]
    )
  })

  it("are refused where a command is unknown", () => {
    const all = `use ${Object.keys(COMMANDS).join(", ")}`
    deepStrictEqual(
      [
        complaint("genrate", "-m", "x/y"),
        complaint("mdoels"),
        complaint("help", "vaildate"),
        complaint("constructor"),
        complaint("help", "nothing")
      ],
      [
        "'genrate' is not a command: did you mean generate?",
        "'mdoels' is not a command: did you mean models?",
        "'vaildate' is not a command: did you mean validate?",
        `'constructor' is not a command: ${all}`,
        `'nothing' is not a command: ${all}`
      ]
    )
  })
})
