import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import type { Check } from "../../../src/code/extraction/Candidate.js"
import * as Extraction from "../../../src/code/extraction/Extraction.js"
import * as Identifier from "../../../src/code/python/Identifier.js"
import * as Steps from "../../../src/code/Steps.js"
import { entry } from "./blocks.js"

const { accept, check } = make()

/** What is accepted of an answer, and how many different texts were checked for it. */
const read = (answer: string) => {
  let checks = 0
  const counting: Check = function* (source) {
    checks += 1
    return check(source)
  }
  const found = Either.map(Steps.run(Extraction.candidates(answer, counting, () => undefined)), (candidates) =>
    [...candidates].flatMap((candidate) => candidate?.source ?? [])
  )
  return { source: Either.getOrUndefined(Either.map(accept(answer), ({ source }) => source)), found, checks }
}

describe("an answer that is one block", () => {
  it.each(["```python\n", "```\n", "```py \n", "\n\n```Python\n"])("is read once behind %j", (opening) => {
    for (const closing of ["```", "```\n", "```  \n\n"]) {
      const { checks, found, source } = read(`${opening}${entry}${closing}`)
      assert.strictEqual(source, entry)
      assert.deepStrictEqual(found, Either.right([entry]))
      assert.strictEqual(checks, 1)
    }
  })

  it("may hold marks of thinking in its strings", () => {
    const module = `${entry}TAG = "<think>"\n`
    assert.strictEqual(read(`\`\`\`python\n${module}\`\`\`\n`).source, module)
  })

  it("is read in every other way when it could be more than one", () => {
    const fence = 'NOTE = """\n```\n"""\n'
    for (const module of [`${fence}${entry}`, `NOTE = """\n~~~\n"""\n${entry}`, `X = (1\n<b>3)\nb = 1\n${entry}`]) {
      assert.isAbove(read(`\`\`\`python\n${module}\`\`\`\n`).checks, 1)
    }
  })

  it("that is no module fails with what is wrong with it", () => {
    const codeOf = (answer: string) => Either.match(accept(answer), { onLeft: ({ code }) => code, onRight: () => "" })
    assert.strictEqual(codeOf("```python\nx = 1\n```"), "no-function")
    assert.strictEqual(codeOf(`\`\`\`python\n${entry}x = (\n\`\`\``), "unclosed-bracket")
    assert.strictEqual(codeOf(`\`\`\`python\nimport os\n${entry}os.abort()\n\`\`\``), "forbidden-import")
  })
})

describe("names", () => {
  it("are compared in form NFKC", () => {
    assert.strictEqual(Identifier.nfkc("price_1"), "price_1")
    assert.strictEqual(Identifier.nfkc("ｅval"), "eval")
    assert.strictEqual(Identifier.nfkc("ﬁ"), "fi")
    assert.strictEqual(Identifier.nfkc("𝑒𝑣𝑎𝑙"), "eval")
    assert.strictEqual(Identifier.nfkc("𝑒".repeat(200)), "e".repeat(200))
    assert.strictEqual(Identifier.nfkc(""), "")
  })

  it("are written for the parser so that it reads them, and read as they were", () => {
    for (const name of ["𝒳", "ﬁ", "𠀀", "a𐐀b𝟘", "ª", "𝐢𝐟", "aª61ª"]) {
      assert.match(Identifier.written(name), /^[\0-\uffff]+$/)
      assert.notMatch(Identifier.written(name), /[\ud800-\udfff]/)
      assert.strictEqual(Identifier.read(Identifier.written(name)), Identifier.nfkc(name))
    }
    assert.strictEqual(Identifier.read(`${Identifier.written("𠀀")}.a.${Identifier.written("é")}`), "𠀀.a.é")
    assert.strictEqual(Identifier.written("price_1"), "price_1")
    assert.notInclude(["if", "match", "f"], Identifier.written("𝐢𝐟"))
  })

  it("may begin with ASCII and go on otherwise", () => {
    const module = "abé = 2\ndef execute_trade(a, b, c):\n    return 'BUY' if abé > 1 else 'HOLD'\n"
    assert.isTrue(Either.isRight(check(module)))
    assert.isTrue(Either.isLeft(check(module.replace("abé >", "ab é >"))))
  })

  it("are still forbidden in wide letters", () => {
    const module = "x = ｅval('1')\ndef execute_trade(a, b, c):\n    return 'HOLD'\n"
    const result = check(module)
    assert.strictEqual(Either.isLeft(result) ? result.left.code : "", "forbidden-name")
  })
})
