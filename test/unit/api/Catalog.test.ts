import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import * as Catalog from "../../../src/api/Catalog.js"

/** What is known, without what is not. */
const decoded = (json: unknown): unknown => {
  const models = Catalog.decodeModels(json)
  return models === undefined ? undefined : JSON.parse(JSON.stringify(models))
}

describe("the list of models", () => {
  it("takes over what is known and sensible, and leaves out the rest", () => {
    deepStrictEqual(
      decoded({
        data: [
          {
            id: "a/b",
            name: "B",
            canonical_slug: "a/b-20260416",
            created: 1_776_000_000,
            expiration_date: "2026-12-31",
            context_length: 131_072,
            architecture: { modality: "text->text", output_modalities: ["text"] },
            pricing: { prompt: "0.00000003", completion: "0.00000005", request: "0" },
            top_provider: { context_length: 8_192, max_completion_tokens: 4_096 },
            supported_parameters: ["seed", "reasoning"]
          },
          {
            id: "free",
            context_length: null,
            pricing: { prompt: "0", completion: 0 },
            top_provider: { context_length: 8_192, max_completion_tokens: null }
          },
          { id: "fee", pricing: { prompt: "0", completion: "0", request: "0.05" } },
          { id: "router", pricing: { prompt: "-1", completion: "-1" } },
          { id: "half", pricing: { prompt: "1" }, context_length: 0, top_provider: { max_completion_tokens: 0 } },
          { id: "bare", object: "model", owned_by: "library", name: " " },
          { id: "odd", name: 7, context_length: "many", pricing: "free", top_provider: [], supported_parameters: [] },
          { id: "" },
          { id: 7 },
          null,
          "text"
        ]
      }),
      [
        {
          id: "a/b",
          name: "B",
          canonicalSlug: "a/b-20260416",
          contextLength: 131_072,
          maxCompletionTokens: 4_096,
          price: { prompt: 0.00000003, completion: 0.00000005 },
          supportedParameters: ["seed", "reasoning"],
          outputModalities: ["text"],
          created: 1_776_000_000,
          expirationDate: "2026-12-31"
        },
        { id: "free", contextLength: 8_192, price: { prompt: 0, completion: 0 } },
        { id: "fee", price: { prompt: 0, completion: 0, request: 0.05 } },
        { id: "router" },
        { id: "half" },
        { id: "bare" },
        { id: "odd" }
      ]
    )
  })

  it("may be in `data`, in `models`, or the whole answer, and its entries may have a name alone", () => {
    deepStrictEqual(decoded([{ id: "a" }]), [{ id: "a" }])
    deepStrictEqual(decoded({ models: [{ name: "models/gemini" }] }), [{ id: "models/gemini", name: "models/gemini" }])
    // llama.cpp has both.
    deepStrictEqual(decoded({ models: [{ name: "a" }], data: [{ id: "b" }] }), [{ id: "b" }])
    deepStrictEqual(decoded({ object: "list", data: null }), [])
    deepStrictEqual(decoded([]), [])
    for (const other of [undefined, null, {}, { data: {} }, { data: "a" }, { models: {} }]) {
      strictEqual(decoded(other), undefined)
    }
  })

  it("has limits under the names of every server", () => {
    const limits = (entry: object) => {
      const [model] = Catalog.decodeModels({ data: [{ id: "m", ...entry }] }) ?? []
      return [model?.contextLength, model?.maxCompletionTokens]
    }
    for (const [server, entry, expected] of [
      ["OpenRouter", { context_length: 9, top_provider: { max_completion_tokens: 3 } }, [9, 3]],
      ["vLLM", { max_model_len: 9 }, [9, undefined]],
      ["Groq", { context_window: 9, max_completion_tokens: 3 }, [9, 3]],
      ["Mistral", { max_context_length: 9 }, [9, undefined]],
      ["LM Studio", { max_context_length: 9, loaded_context_length: 4 }, [4, undefined]],
      ["llama.cpp", { meta: { n_ctx: 4, n_ctx_train: 9 } }, [4, undefined]],
      ["llama.cpp, not loaded", { meta: { n_ctx_train: 9 } }, [9, undefined]],
      ["LiteLLM", { max_input_tokens: 9, max_output_tokens: 3 }, [9, 3]],
      ["LiteLLM's own list", { model_info: { max_input_tokens: 9, max_output_tokens: 3 } }, [9, 3]],
      ["Google", { inputTokenLimit: 9, outputTokenLimit: 3 }, [9, 3]],
      ["digits in a string", { context_length: "9" }, [9, undefined]],
      ["nonsense", { context_length: -1, max_model_len: 1.5, context_window: true }, [undefined, undefined]]
    ] as const) {
      deepStrictEqual(limits(entry), [...expected], server)
    }
  })
})
