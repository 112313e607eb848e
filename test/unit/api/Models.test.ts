import { assert, describe, it } from "@effect/vitest"
import { assertLeft, assertRight, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, FastCheck as fc } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import * as Models from "../../../src/api/Models.js"

type Listed = string | ModelInfo

const catalog = (...listed: ReadonlyArray<Listed>) =>
  Models.index(listed.map((entry) => (typeof entry === "string" ? { id: entry } : entry)))

const OPENROUTER = { isOpenRouter: true }
const OTHER = { isOpenRouter: false }

/** What is asked, or why nothing is. */
const asked = (listed: ReadonlyArray<Listed>, id: string, terms: Models.ResolveOptions) =>
  Either.match(Models.resolve(catalog(...listed), id, terms), { onLeft: (why) => why, onRight: (found) => found.asked })

const noteOf = (listed: ReadonlyArray<Listed>, id: string, terms: Models.ResolveOptions) =>
  Either.getOrUndefined(Models.resolve(catalog(...listed), id, terms))?.note

describe("the twin", () => {
  it("is the id with `:free` toggled, and its twin is the id again", () => {
    assert.strictEqual(Models.otherVariant("x/y"), "x/y:free")
    assert.strictEqual(Models.otherVariant("x/y:free"), "x/y")
    assert.strictEqual(Models.otherVariant("x/y:beta"), "x/y:beta:free")
    fc.assert(
      fc.property(fc.string(), (id) =>
        assert.strictEqual(Models.otherVariant(Models.otherVariant(`${id}/y`)), `${id}/y`)
      )
    )
  })
})

describe("resolve on openrouter.ai", () => {
  it("finds the id itself before its twin, and a free one for a paid one that is gone", () => {
    strictEqual(asked(["x/y:free", "x/y"], "x/y", OPENROUTER), "x/y")
    strictEqual(asked(["x/y", "x/y:free"], "x/y:free", OPENROUTER), "x/y:free")
    strictEqual(noteOf(["x/y"], "x/y", OPENROUTER), undefined)
    assertRight(Models.resolve(catalog("x/y:free"), "x/y", OPENROUTER), {
      asked: "x/y:free",
      info: { id: "x/y:free" },
      note: "x/y is not on offer; asking x/y:free"
    })
  })

  it("asks no paid model for a free one that is gone, unless that is allowed or the model costs nothing", () => {
    const gone = "the free variant is not on offer; to ask x/y, which costs money, use --allow-paid"
    const price = (completion: number) => ({ prompt: 0, completion })
    assertLeft(Models.resolve(catalog("x/y"), "x/y:free", OPENROUTER), gone)
    assertLeft(Models.resolve(catalog({ id: "x/y", price: price(1e-9) }), "x/y:free", OPENROUTER), gone)
    const fee = { id: "x/y", price: { ...price(0), request: 0.01 } }
    assertLeft(Models.resolve(catalog(fee), "x/y:free", OPENROUTER), gone)
    strictEqual(asked([{ id: "x/y", price: price(0) }], "x/y:free", OPENROUTER), "x/y")
    strictEqual(asked(["x/y"], "x/y:free", { ...OPENROUTER, allowPaid: true }), "x/y")
    strictEqual(noteOf(["x/y"], "x/y:free", { ...OPENROUTER, allowPaid: true }), "x/y:free is not on offer; asking x/y")
  })

  it("refuses what is not there, naming what is like it", () => {
    assertLeft(
      Models.resolve(catalog("x/y-2", "z/y"), "x/y-1", OPENROUTER),
      "this model is not on offer; similar: x/y-2"
    )
    assertLeft(
      Models.resolve(catalog(), "x/y", OPENROUTER),
      "this model is not on offer; algogen models lists all models"
    )
  })

  it("looks modifiers of a request up without them, and sends them", () => {
    const offer = ["openai/gpt-4o", "m/l:free", "anthropic/claude-3.7-sonnet:thinking", "anthropic/claude-3.7-sonnet"]
    for (const id of [
      "openai/gpt-4o:nitro",
      "openai/gpt-4o:floor",
      "openai/gpt-4o:online",
      "openai/gpt-4o:exacto",
      "openai/gpt-4o:extended",
      "openai/gpt-4o:nitro:online",
      "openai/gpt-4o@preset/trader",
      "openai/gpt-4o:online@preset/trader",
      "m/l:free:online"
    ]) {
      const found = Either.getOrThrow(Models.resolve(catalog(...offer), id, OPENROUTER))
      deepStrictEqual([found.asked, found.note], [id, undefined])
      strictEqual(found.info?.id, id.startsWith("m") ? "m/l:free" : "openai/gpt-4o")
    }
    // One that is listed as a model of its own has its own entry.
    const thinking = "anthropic/claude-3.7-sonnet:thinking"
    strictEqual(Either.getOrThrow(Models.resolve(catalog(...offer), thinking, OPENROUTER)).info?.id, thinking)
    // The list knows nothing of these.
    for (const id of ["@preset/trader", "~anthropic/claude-sonnet-latest"]) {
      assertRight(Models.resolve(catalog(...offer), id, OPENROUTER), { asked: id, info: undefined, note: undefined })
    }
    // The twin keeps them as well, and what is not there is not there with a modifier either.
    strictEqual(asked(offer, "m/l:nitro", OPENROUTER), "m/l:free:nitro")
    strictEqual(Either.isLeft(Models.resolve(catalog(...offer), "x/y:nitro", OPENROUTER)), true)
    strictEqual(Either.isLeft(Models.resolve(catalog(...offer), "openai/gpt-4o:free:online", OPENROUTER)), true)
  })

  it("knows a model by its slug, the paid one where a free one shares it, and in other letters", () => {
    const slug = "anthropic/claude-4.7-opus-20260416"
    const opus = (id: string) => ({ id, canonicalSlug: slug })
    const both = [opus("anthropic/claude-opus-4.7:free"), opus("anthropic/claude-opus-4.7")]
    const found = Either.getOrThrow(Models.resolve(catalog(...both), slug, OPENROUTER))
    deepStrictEqual([found.asked, found.info?.id, found.note], [slug, "anthropic/claude-opus-4.7", undefined])
    // A slug of which only the free variant is left would be billed.
    strictEqual(asked(both.slice(0, 1), slug, OPENROUTER), "anthropic/claude-opus-4.7:free")
    strictEqual(asked(["meta/llama"], "Meta/LLama:nitro", OPENROUTER), "meta/llama:nitro")
  })
})

describe("resolve on any other server", () => {
  const taken = (listed: ReadonlyArray<Listed>, id: string, info: string | undefined) => {
    const found = Either.getOrThrow(Models.resolve(catalog(...listed), id, OTHER))
    deepStrictEqual([found.asked, found.info?.id, found.note], [id, info, undefined])
  }

  it("asks for the id as it was typed, and knows it in the spellings of the list", () => {
    taken(["llama3.2:latest", "qwen3:8b"], "llama3.2", "llama3.2:latest")
    taken(["llama3.2"], "llama3.2:latest", "llama3.2")
    taken(["models/gemini-2.5-flash"], "gemini-2.5-flash", "models/gemini-2.5-flash")
    taken(["gemini-2.5-flash"], "models/gemini-2.5-flash", "gemini-2.5-flash")
    taken(
      ["/models/qwen2.5-coder-7b-q4_k_m.gguf", "b"],
      "qwen2.5-coder-7b-q4_k_m",
      "/models/qwen2.5-coder-7b-q4_k_m.gguf"
    )
    taken(["C:\\models\\phi.gguf", "b"], "phi", "C:\\models\\phi.gguf")
    taken(["openai/*", "anthropic/*"], "openai/gpt-4o", undefined)
    taken(["*"], "anything", undefined)
    taken([], "llama3.2", undefined)
  })

  it("knows the model behind what only a request has, as a gateway to OpenRouter lists it", () => {
    taken(["openai/gpt-4o"], "openai/gpt-4o:nitro", "openai/gpt-4o")
    taken(["openai/gpt-4o"], "openai/gpt-4o@preset/trader", "openai/gpt-4o")
    strictEqual(noteOf(["qwen3"], "qwen3:8b", OTHER)?.startsWith("qwen3:8b is not in"), true)
  })

  it("asks in the letters of the list, since some servers take no others", () => {
    const listed = ["Qwen/Qwen2.5-Coder-7B-Instruct"]
    strictEqual(asked(listed, "qwen/qwen2.5-coder-7b-instruct", OTHER), "Qwen/Qwen2.5-Coder-7B-Instruct")
  })

  it("says that an id is not listed, and asks for it all the same", () => {
    const listed = ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18"]
    strictEqual(asked(listed, "my-gpt4o", OTHER), "my-gpt4o")
    strictEqual(
      noteOf(listed, "my-gpt4o", OTHER),
      "my-gpt4o is not in this server's list of models (which has nothing similar, but gpt-4o-2024-08-06, gpt-4o-mini-2024-07-18); asking for it anyway"
    )
    // A pattern that does not cover it is no reason to refuse it either.
    strictEqual(asked(["openai/*"], "mistral/x", OTHER), "mistral/x")
    strictEqual(noteOf(["open.i/*"], "openai/x", OTHER)?.startsWith("openai/x is not in"), true)
    // Nobody's money, on no server; a free twin is another matter.
    strictEqual(asked(["x/y"], "x/y:free", { ...OTHER, allowPaid: true }), "x/y:free")
    strictEqual(asked(["x/y:free"], "x/y", OTHER), "x/y:free")
    strictEqual(noteOf(["x/y:free"], "x/y", OTHER), "x/y is not on offer; asking x/y:free")
  })

  it("takes the limits of the only file for those of any name", () => {
    const file = { id: "/models/qwen2.5-coder-7b-q4_k_m.gguf", contextLength: 4_096 }
    strictEqual(Either.getOrThrow(Models.resolve(catalog(file), "qwen2.5-coder", OTHER)).info, file)
    strictEqual(Either.getOrThrow(Models.resolve(catalog(file, "b"), "qwen2.5-coder", OTHER)).info, undefined)
  })

  it("never refuses, whatever is listed and asked", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (listed, id) => {
        const letters = (text: string | undefined) => text?.toLowerCase()
        const offer = listed.filter((other) => letters(other) !== letters(`${id}:free`))
        strictEqual(letters(asked(offer, id, OTHER)), letters(id))
      })
    )
  })
})

const expression = (pattern: string) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`)

describe("what a list has", () => {
  it("in whatever spelling, and by its patterns", () => {
    const has = (listed: ReadonlyArray<Listed>, id: string) => Models.has(catalog(...listed), id)
    strictEqual(has(["llama3.2:latest"], "llama3.2"), true)
    strictEqual(has(["models/gemini-2.5-flash"], "gemini-2.5-flash"), true)
    strictEqual(has(["openai/*"], "openai/gpt-4o"), true)
    strictEqual(has(["openai/gpt-4o"], "OpenAI/GPT-4o:online"), true)
    strictEqual(has(["openai/*"], "mistral/x"), false)
    strictEqual(has([], "llama3.2"), false)
  })

  it("by a pattern of many stars, at once: what is between them comes in this order", () => {
    const has = (pattern: string, id: string) => Models.has(catalog(pattern), id)
    const covered = ["*/*-mini", "openai/*", "*gpt*mini", "OPENAI/*o-m*", "*o-mini", "openai/gpt-4o-mini*", "**"]
    for (const pattern of covered) strictEqual(has(pattern, "openai/gpt-4o-mini"), true, pattern)
    const others = [
      "*mini*gpt",
      "*-mini/*",
      "openai/gpt-4o-mini-*",
      "*openai/gpt-4o-mini-mini",
      "a*",
      "*gpt*gpt*",
      "*.*"
    ]
    for (const pattern of others) strictEqual(has(pattern, "openai/gpt-4o-mini"), false, pattern)
    strictEqual(has("ab*ba", "aba"), false)
    strictEqual(has("*ab*b", "ab"), false)
    strictEqual(has(`${"a*".repeat(50)}b`, "a".repeat(200)), false)
  })

  it("is the same by a pattern as by the expression that says it", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 })
    const id = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 })
    fc.assert(
      fc.property(text, id, (pattern, id) => {
        const expected = pattern === id || (pattern.includes("*") && expression(pattern).test(id))
        strictEqual(Models.has(catalog(pattern), id), expected)
      })
    )
  })

  it("is suggested: what is similar, or else that nothing is, and what comes first", () => {
    const listed = catalog("a/one", { id: "a/hidden", hidden: true }, "a/two", "b/three", "b/four")
    strictEqual(Models.suggestion(listed, "b/three-2"), "similar ones: b/three")
    strictEqual(Models.suggestion(listed, "zzz"), "nothing similar, but a/one, a/two, b/three and 1 more")
    strictEqual(Models.suggestion(catalog("a/one", "a/two"), "zzz"), "nothing similar, but a/one, a/two")
    // Never the id itself.
    strictEqual(Models.suggestion(catalog("a/x", "b/y"), "a/x"), "nothing similar, but b/y")
  })
})

describe("without a list", () => {
  it("every id is asked as it is", () => {
    for (const terms of [OPENROUTER, OTHER]) {
      assertRight(Models.resolve(undefined, "x/y:free", terms), { asked: "x/y:free", info: undefined, note: undefined })
    }
  })
})

describe("a large list", () => {
  it("is searched once, not for each of thousands of slots", () => {
    const big = Models.index(Array.from({ length: 400 }, (_, n) => ({ id: `vendor-${n % 40}/model-${n}` })))
    const started = performance.now()
    for (let slot = 0; slot < 5_000; slot += 1) {
      Either.getOrThrow(Models.resolve(big, `vendor-${slot % 40}/model-${slot % 400}`, OPENROUTER))
    }
    assert.isBelow(performance.now() - started, 500)
  })
})

describe("similar", () => {
  it("names up to three of the same vendor and family, most words in common first, then the newest, then by name", () => {
    const offer = catalog(
      "meta/guard",
      { id: "meta/llama-4-9b", created: 2 },
      { id: "meta/llama-5", created: 3 },
      "meta/llama-3-8b",
      "meta/llama-2",
      "nous/llama-3-8b-hermes",
      "google/gemma-3-8b-instruct"
    )
    deepStrictEqual(Models.similar(offer, "meta/llama-3-8b-instruct:free"), [
      "meta/llama-3-8b",
      "meta/llama-5",
      "meta/llama-4-9b"
    ])
    // Not what shares the word "instruct".
    deepStrictEqual(Models.similar(offer, "mistralai/mistral-7b-instruct"), [])
  })

  it("finds a model whose vendor was left out or mistaken, and the models of a vendor", () => {
    const offer = catalog("a/gemini-flash", "openai/gpt-4o-mini", "z/other")
    deepStrictEqual(Models.similar(offer, "gpt-4o-mini"), ["openai/gpt-4o-mini"])
    deepStrictEqual(Models.similar(offer, "google/GPT-4o-mini:free"), ["openai/gpt-4o-mini"])
    deepStrictEqual(Models.similar(offer, "gpt-5"), ["openai/gpt-4o-mini"])
    deepStrictEqual(Models.similar(offer, "openai"), ["openai/gpt-4o-mini"])
  })

  it("names none that is hidden, takes no notice of case, and names nothing where nothing is alike", () => {
    deepStrictEqual(Models.similar(catalog({ id: "b/large", hidden: true }, "b/large-2"), "b/large-1"), ["b/large-2"])
    deepStrictEqual(Models.similar(catalog("Meta/LLAMA"), "meta/llama"), ["Meta/LLAMA"])
    deepStrictEqual(Models.similar(catalog("x/1", "x/2"), "y/z-9:free"), [])
    deepStrictEqual(Models.similar(catalog("x/1"), ""), [])
  })
})

describe("the same model", () => {
  it("may have another edition, order of words, vendor or spelling in its answer", () => {
    for (const [asked, served, slug] of [
      ["x/y", "x/y"],
      ["anthropic/claude-opus-4.7", "anthropic/claude-4.7-opus-20260416"],
      ["openai/gpt-4o-mini", "openai/gpt-4o-mini-2024-07-18"],
      ["openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18"],
      ["openai/gpt-4", "gpt-4-0613"],
      ["mistralai/mistral-large", "mistral-large-2411"],
      ["google/gemini-1.5-flash", "gemini-1.5-flash-001"],
      ["cohere/command-r", "cohere/command-r-08-2024"],
      ["gpt-4o-2024-08-06", "gpt-4o"],
      ["llama3.2", "llama3.2:latest"],
      ["models/gemini-2.5-flash", "gemini-2.5-flash"],
      ["meta-llama/llama-3.3-70b-instruct:free", "meta-llama/Llama-3.3-70B-Instruct"],
      ["openai/gpt-4o:online", "openai/gpt-4o"],
      ["openai/gpt-4o@preset/trader", "openai/gpt-4o-2024-08-06"],
      ["deepseek/deepseek-chat", "deepseek/deepseek-v3.2", "deepseek/deepseek-v3.2"]
    ] as const) {
      strictEqual(Models.sameModel(asked, served, slug), true, `${asked} ${served}`)
    }
  })

  it("is not one of another size, version, edition, vendor or family", () => {
    for (const [asked, served] of [
      ["openai/gpt-4o", "openai/gpt-4o-mini"],
      ["openai/gpt-4o-2024-05-13", "openai/gpt-4o-2024-08-06"],
      ["anthropic/claude-opus-4.7", "anthropic/claude-4.6-opus-20260116"],
      ["qwen3:8b", "qwen3:14b"],
      ["x/llama-3", "y/llama-3"],
      ["openai/gpt-4o", "x/other"],
      ["deepseek/deepseek-chat", "deepseek/deepseek-v3.2"]
    ] as const) {
      strictEqual(Models.sameModel(asked, served), false, `${asked} ${served}`)
    }
  })
})

describe("the token ceiling", () => {
  const most = (contextLength: number | undefined, maxCompletionTokens: number | undefined, prompt = "") =>
    Models.mostTokens({ id: "x/y", contextLength, maxCompletionTokens }, prompt)

  it("is the smaller of the model's largest answer and the room that the prompt leaves", () => {
    strictEqual(most(8_192, undefined), 8_192)
    strictEqual(most(undefined, 2_048), 2_048)
    strictEqual(most(8_192, 2_048), 2_048)
    strictEqual(most(8_192, 8_192, "a".repeat(3_001)), 8_192 - 1_001)
  })

  it("is at least one token, and nothing where the list says nothing", () => {
    strictEqual(most(100, undefined, "a".repeat(3_000)), 1)
    strictEqual(most(undefined, undefined, "a"), undefined)
    strictEqual(Models.mostTokens(undefined, "a"), undefined)
  })

  it("of a first attempt is 4,096, or 16,384 where the model reasons, or what was asked for, never more than it can answer", () => {
    const reasoning = { id: "x/y", supportedParameters: ["seed", "reasoning"] }
    strictEqual(Models.firstTokens(undefined, ""), 4_096)
    strictEqual(Models.firstTokens({ id: "x/y", supportedParameters: ["seed"] }, ""), 4_096)
    strictEqual(Models.firstTokens(reasoning, ""), 16_384)
    strictEqual(Models.firstTokens({ ...reasoning, maxCompletionTokens: 8_000 }, ""), 8_000)
    strictEqual(Models.firstTokens(reasoning, "", 20_000), 20_000)
    strictEqual(Models.firstTokens({ ...reasoning, contextLength: 9_000 }, "a".repeat(3_000), 20_000), 8_000)
  })
})

describe("the default models", () => {
  it("are the six free ones of the benchmark", () => {
    assert.strictEqual(new Set(Models.DEFAULT).size, 6)
    assert.isTrue(Models.DEFAULT.every(Models.isFree))
    deepStrictEqual(Models.defaults(Models.DEFAULT.toReversed().map((id) => ({ id }))), [...Models.DEFAULT])
  })

  const free = (id: string, created: number, more: Partial<ModelInfo> = {}): ModelInfo => ({
    id: `${id}:free`,
    created,
    contextLength: 131_072,
    ...more
  })

  it("of a list are those that are still there, then the newest free ones of other vendors that are fit for it", () => {
    const [llama = ""] = Models.DEFAULT
    const offer = [
      free("deepseek/r2", 90),
      free("deepseek/v4", 80),
      free("meta-llama/llama-5", 99),
      free("qwen/coder", 70, { outputModalities: ["text"] }),
      free("z-ai/glm", 60, { contextLength: 16_000 }),
      free("small/one", 98, { contextLength: 15_999 }),
      free("unknown/one", 97, { contextLength: undefined }),
      free("paint/one", 96, { outputModalities: ["image"] }),
      free("sim/one", 95, { hidden: true }),
      { id: "openai/gpt-9", created: 100, contextLength: 400_000 },
      { id: llama, created: 1 },
      free("nvidia/nemotron", 50),
      free("google/gemma", 40),
      free("late/one", 30)
    ]
    deepStrictEqual(Models.defaults(offer), [
      llama,
      "deepseek/r2:free",
      "qwen/coder:free",
      "z-ai/glm:free",
      "nvidia/nemotron:free",
      "google/gemma:free"
    ])
  })

  it("are the rest of the same vendors where there are too few vendors, and fewer than six where there are no more", () => {
    deepStrictEqual(Models.defaults([free("a/1", 1), free("a/2", 2), free("b/1", 0)]), [
      "a/2:free",
      "b/1:free",
      "a/1:free"
    ])
    deepStrictEqual(Models.defaults([{ id: "a/b" }]), [])
  })
})
