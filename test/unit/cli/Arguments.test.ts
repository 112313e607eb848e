/** What the words of a command line are taken for, before its flags are parsed. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Arguments from "../../../src/cli/Arguments.js"

const separated = (...words: ReadonlyArray<string>) => Effect.runSync(Arguments.separate(words))
const complaint = (...words: ReadonlyArray<string>) =>
  Effect.runSync(Effect.flip(Arguments.separate(words))).message ?? ""

describe("the words of a command line", () => {
  it("come with each value apart from its flag, and are otherwise left alone", () => {
    deepStrictEqual(
      separated("generate", "--model=x/y", "-m=a/b:free", "--budget=-1", "--json", "-t", "^GSPC").join(" "),
      "generate --model x/y -m a/b:free --budget -1 --json -t ^GSPC"
    )
    const others = ["validate", "a=b.py", "--json=true", "--no-such=flag", "--stream", "-h"]
    deepStrictEqual(separated(...others), others)
    deepStrictEqual(separated("--base-url=http://x/?a=b\nc"), ["--base-url", "http://x/?a=b\nc"])
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

  it("are refused where a flag is there twice that counts once", () => {
    deepStrictEqual(
      [
        complaint("generate", "-t", "A", "-m", "x/y", "--ticker=B"),
        complaint("generate", "--json", "--json"),
        complaint("simulate", "--port", "1", "--port", "2")
      ],
      ["--ticker", "--json", "--port"].map((flag) => `${flag} may be given only once`)
    )
    deepStrictEqual(separated("doctor", "-m", "a", "--model", "a"), ["doctor", "-m", "a", "--model", "a"])
  })
})
