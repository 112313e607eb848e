import { assert, describe, it } from "@effect/vitest"
import { assertInstanceOf } from "@effect/vitest/utils"
import { Effect, Either, Schema } from "effect"
import { CodeCheck, layer, layerWith, make } from "../../../src/code/CodeCheck.js"
import { CodeFailure, describe as sentence, of, progress } from "../../../src/domain/CodeFailure.js"

describe("CodeFailure", () => {
  it("survives JSON, inside of another schema too", () => {
    const Outcome = Schema.parseJson(Schema.Struct({ failure: CodeFailure }))
    const failure = of("syntax", "invalid-syntax", "invalid syntax", { line: 3, truncated: true })
    const text = Schema.encodeSync(Outcome)({ failure })
    assert.deepStrictEqual(JSON.parse(text), {
      failure: {
        _tag: "CodeFailure",
        stage: "syntax",
        code: "invalid-syntax",
        message: "invalid syntax",
        line: 3,
        truncated: true
      }
    })
    const decoded = Schema.decodeSync(Outcome)(text).failure
    assertInstanceOf(decoded, CodeFailure)
    assert.strictEqual(sentence(decoded), "line 3: invalid syntax")
  })

  it("has no line where there is none to name", () => {
    const failure = of("extract", "empty", "the answer is empty")
    assert.isFalse("line" in Schema.encodeSync(CodeFailure)(failure))
    assert.strictEqual(sentence(failure), "the answer is empty")
  })

  it("knows how far an answer came", () => {
    assert.isBelow(progress(of("extract", "a", "a")), progress(of("names", "a", "a")))
  })
})

const failureOf = (answer: string) => Either.getOrThrow(Either.flip(make().accept(answer)))

describe("CodeCheck", () => {
  const newer = '```python\ndef execute_trade(a, b, c):\n    return f"{a["b"]}"\n```\n'

  it.effect("is a service whose target can be chosen", () =>
    Effect.gen(function* () {
      const accepts = Effect.map(CodeCheck, ({ accept }) => Either.isRight(accept(newer)))
      assert.isFalse(yield* accepts.pipe(Effect.provide(layer)))
      assert.isTrue(yield* accepts.pipe(Effect.provide(layerWith({ target: "3.12" }))))
    })
  )

  it("reports the candidate that came furthest", () => {
    const failure = failureOf(
      "```python\ndef execute_trade(a, b, c):\n    return x\n```\n\n```python\ndef execute_trade(a, b c):\n    pass\n```\n"
    )
    assert.strictEqual(failure.stage, "names")
  })

  it("looks no further when the policy refuses", () => {
    const harmless = "```python\ndef execute_trade(a, b, c):\n    return 1\n```\n"
    assert.strictEqual(
      failureOf(`${harmless}\n\`\`\`python\nimport subprocess\ndef execute_trade(a, b, c):\n    return 1\n\`\`\`\n`)
        .stage,
      "policy"
    )
  })

  it("takes a missing function at the end of an open block for the part that was cut off", () => {
    assert.isTrue(failureOf("```python\nimport math\n\ndef helper(x):\n    return x\n").truncated)
    assert.isFalse(failureOf("```python\nimport math\n\ndef helper(x):\n    return x\n```\n").truncated)
  })

  describe("an answer whose ending is only implied", () => {
    const source = "def execute_trade(a, b, c):\n    return 1\n"
    const implied = (answer: string): string =>
      Either.match(make().accept(answer, { endingImplied: true }), {
        onLeft: ({ code, truncated }) => `${code}${truncated ? ", truncated" : ""}`,
        onRight: (module) => module.source
      })
    it.each([
      ["a fence", `\`\`\`python\n${source}`],
      ["a fence in a list", `- \`\`\`python\n  ${source.replace("\n    ", "\n      ")}`],
      ["a tag", `<code>\n${source}`],
      ["a string", `{"code": ${JSON.stringify(source).slice(0, -1)}`],
      ["a here-document", `cat > a.py << 'EOF'\n${source}`]
    ])("is not taken from %s that nobody closed", (_, answer) => {
      assert.strictEqual(implied(answer), "unclosed-block, truncated")
      assert.strictEqual(Either.getOrThrow(make().accept(answer)).source, source)
    })
    const falls = "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n"
    it.each([
      ["a function that can be left without a value", falls],
      ["a helper like that", `${source}\ndef helper(x):\n    for y in x:\n        return y\n`],
      [
        "a method like that",
        `${source}\nclass A:\n    def b(self):\n        try:\n            return 1\n        except ValueError:\n            pass\n`
      ]
    ])("is not taken from %s where nothing follows", (_, answer) => {
      assert.strictEqual(implied(answer), "unfinished-function, truncated")
      assert.isTrue(Either.isRight(make().accept(answer)))
      assert.isTrue(Either.isRight(make().accept(`\`\`\`python\n${answer}\`\`\`\n`, { endingImplied: true })))
      assert.strictEqual(implied(`${answer}\nX = 1\n`).includes("X = 1"), true)
    })
    it.each([
      ["returns", source],
      [
        "returns in each branch",
        "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n    else:\n        return 2\n"
      ],
      ["raises", "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n    raise ValueError(a)\n"],
      [
        "returns from try and handler",
        "def execute_trade(a, b, c):\n    try:\n        return 1\n    except ValueError:\n        return 2\n"
      ],
      ["returns from with", "def execute_trade(a, b, c):\n    with a:\n        return 1\n"],
      ["never returns a value in its last function", `${source}\ndef log(x):\n    print(x)\n`]
    ])("is taken from a module that %s", (_, answer) => assert.strictEqual(implied(answer), answer))
    it.each([
      ["closed", `\`\`\`python\n${source}\`\`\`\n`],
      ["closed by a mark of the template", `\`\`\`python\n${source}<|im_end|>`],
      ["none", source]
    ])("is taken where the fence is %s", (_, answer) => assert.strictEqual(implied(answer), source))
  })
})
