import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as ModelId from "../../../src/api/ModelId.js"

describe("the name of a model", () => {
  it.each([
    ["models/gemini-2.0-flash", "gemini-2.0-flash"],
    ["Llama3.2:latest", "llama3.2"],
    ["qwen3:8b", "qwen3:8b"],
    ["org/name", "org/name"],
    // Files, by where they are or by what they are.
    ["/models/Qwen-7B.gguf", "qwen-7b"],
    ["./qwen-7b", "qwen-7b"],
    ["C:\\models\\qwen-7b.Q4.gguf", "qwen-7b.q4"],
    ["d:/models/qwen-7b", "qwen-7b"],
    ["qwen-7b.gguf", "qwen-7b"],
    ["models/qwen-7b.safetensors", "qwen-7b"],
    ["qwen-7b.BIN", "qwen-7b"]
  ])("%s is %s", (id, name) => strictEqual(ModelId.normalize(id), name))
})
