import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import { describe } from "vitest"
import { FileName, fileNames, folderOf, namer } from "../../../src/storage/FileName.js"
import { character } from "../properties.js"

const names = (...models: ReadonlyArray<string>): ReadonlyArray<string> =>
  fileNames(models.map((model) => ({ model, sample: 1 })))

/** Ids that come out alike more often than chance would have it. */
const id = fc.oneof(
  fc.string({ unit: character, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("a", "A", "/", ":", "_", ".", "2", "s"), maxLength: 5 }),
  fc.constantFrom("a".repeat(10_000), "A".repeat(10_000), "a".repeat(9_999), "..", "../..", "CON", "\0", "\ud800", "а"),
  fc
    .string({ maxLength: 5 })
    .chain((model) =>
      fc.constantFrom(...names(`${model}/`, `${model}:`, `${model}:`)).map((name) => name.slice(15, -3))
    )
)
const slots = fc.array(fc.record({ model: id, sample: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.double()) }), {
  maxLength: 20
})

describe("names of files", () => {
  it("are the model id with everything but letters, digits and _ replaced", () => {
    deepStrictEqual<unknown>(names("meta-llama/llama-3.2-1b-instruct:free", "a_B9"), [
      "generated_algo_meta_llama_llama_3_2_1b_instruct_free.py",
      "generated_algo_a_B9.py"
    ])
  })

  it("replace a character outside the basic plane by one _", () => {
    deepStrictEqual<unknown>(names("a\u{1f40d}b", "é"), ["generated_algo_a_b.py", "generated_algo__.py"])
  })

  it("carry the sample from the second on", () => {
    deepStrictEqual<unknown>(fileNames([1, 2, 3].map((sample) => ({ model: "x/y", sample }))), [
      "generated_algo_x_y.py",
      "generated_algo_x_y_s2.py",
      "generated_algo_x_y_s3.py"
    ])
  })

  it("give the later of two ids that come out alike a hash of its id, in every sample and every run", () => {
    const alike = ["a/b", "a:b"].flatMap((model) => [1, 2].map((sample) => ({ model, sample })))
    deepStrictEqual<unknown>(fileNames(alike), [
      "generated_algo_a_b.py",
      "generated_algo_a_b_s2.py",
      "generated_algo_a_b_08bd8540.py",
      "generated_algo_a_b_08bd8540_s2.py"
    ])
    deepStrictEqual<unknown>(names("a.b", "x", "a:b")[2], "generated_algo_a_b_08bd8540.py")
  })

  it("tell apart what only differs in case, for file systems that do not", () => {
    const [lower, upper] = names("model", "MODEL")
    assert.strictEqual(lower, "generated_algo_model.py")
    assert.match(String(upper), /^generated_algo_MODEL_[0-9a-f]{8}\.py$/)
  })

  it("number what is asked for twice", () => {
    deepStrictEqual<unknown>(names("x", "x", "x"), [
      "generated_algo_x.py",
      "generated_algo_x_s2.py",
      "generated_algo_x_s3.py"
    ])
  })

  it("do not let a suffix take a name that is another's", () => {
    deepStrictEqual<unknown>(names("x", "x_s2", "x", "x_s3", "x"), [
      "generated_algo_x.py",
      "generated_algo_x_s2.py",
      "generated_algo_x_s3.py",
      "generated_algo_x_s3_s2.py",
      "generated_algo_x_s4.py"
    ])
    deepStrictEqual<unknown>(names("a/b", "a:b", "a_b_08bd8540")[2], "generated_algo_a_b_08bd8540_s2.py")
    deepStrictEqual<unknown>(
      fileNames([
        { model: "x", sample: 2 },
        { model: "x_s2", sample: 1 }
      ])[1],
      "generated_algo_x_s2_s2.py"
    )
  })

  it("stay short for ids of 10,000 characters, and still differ", () => {
    const long = "a".repeat(10_000)
    const [first, second] = names(`${long}1`, `${long}2`)
    assert.notStrictEqual(first, second)
    assert.isBelow(String(first).length, 144)
    deepStrictEqual<unknown>(names(`${long}2`), [second])
  })

  it("are no device names on Windows", () => {
    for (const device of ["CON", "nul", "COM1", "LPT9", "aux.txt"]) {
      assert.notMatch(String(names(device)[0]), /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
    }
  })

  it("are given for thousands of equal slots without delay", () => {
    assert.strictEqual(new Set(names(...Array.from({ length: 5_000 }, () => "x"))).size, 5_000)
  }, 1_000)

  it("can't be made by hand when they lead elsewhere", () => {
    for (const bad of ["../generated_algo_x.py", "generated_algo_x/../../y.py", "x.py", "generated_algo_x.py\n"]) {
      assert.isTrue(FileName.option(bad)._tag === "None", bad)
    }
  })

  it("have a folder for each ticker, with nothing in it that leads elsewhere or that Windows refuses", () => {
    const folders = {
      AAPL: "AAPL",
      "BRK.B": "BRK.B",
      "^GSPC": "^GSPC",
      "BTC/USD": "BTC_USD",
      "BTC:USD": "BTC__USD",
      "BTC/USDT:USDT": "BTC_USDT__USDT",
      CON: "_CON",
      "NUL.L": "_NUL.L",
      CONX: "CONX",
      "A.": "A._"
    }
    deepStrictEqual(
      Object.keys(folders).map((ticker) => [ticker, folderOf(ticker)]),
      Object.entries(folders)
    )
    const ticker = fc.stringMatching(/^[A-C.]{1,3}([/:][A-C.]{1,3}){0,2}$/)
    fc.assert(
      fc.property(ticker, ticker, (one, other) => {
        assert.strictEqual(folderOf(one) === folderOf(other), one === other)
        assert.strictEqual(path.win32.basename(folderOf(one)), folderOf(one))
      })
    )
  })

  it("lie in a folder for each ticker where there are several, and are numbered in it", () => {
    const nameOf = namer(true)
    const names = [
      ["x/y", "AAPL"],
      ["x/y", "BTC/USD"],
      ["x/y", "AAPL"],
      ["x:y", "BTC/USD"]
    ] as const
    deepStrictEqual<unknown>(
      names.map(([model, ticker]) => nameOf({ model, ticker, sample: 1 })),
      [
        "AAPL/generated_algo_x_y.py",
        "BTC_USD/generated_algo_x_y.py",
        "AAPL/generated_algo_x_y_s2.py",
        "BTC_USD/generated_algo_x_y_cf01eada.py"
      ]
    )
    for (const name of ["../generated_algo_x.py", "a/b/generated_algo_x.py", "/generated_algo_x.py"]) {
      assert.throws(() => FileName(name))
    }
  })

  it("are unique, bounded and inside the folder for arbitrary ids", () => {
    fc.assert(
      fc.property(slots, (request) => {
        const given = fileNames(request)
        assert.strictEqual(given.length, request.length)
        assert.strictEqual(new Set(given.map((name) => name.toLowerCase())).size, given.length)
        for (const name of given) {
          assert.match(name, /^generated_algo_[A-Za-z0-9_]*\.py$/)
          assert.isBelow(name.length, 200)
          assert.strictEqual(path.dirname(path.resolve("/out", name)), "/out")
          assert.strictEqual(path.win32.basename(name), name)
        }
        deepStrictEqual<unknown>(fileNames(request), given)
        // What comes later does not move what came before.
        deepStrictEqual<unknown>(fileNames(request.slice(0, -1)), given.slice(0, -1))
      })
    )
  })
})
