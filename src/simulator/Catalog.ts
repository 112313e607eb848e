/**
 * The models on offer and how they are listed. Prices and ceilings are made up, in the range of real ones. The entries of
 * single behaviors are listed beside them, since clients check ids against the list before they ask.
 */

export interface Model {
  readonly id: string
  readonly name: string
  readonly contextLength: number
  readonly maxCompletionTokens: number
  /** US dollars per million tokens. */
  readonly price: { readonly prompt: number; readonly completion: number }
  /** Offered, but not to be recommended. */
  readonly hidden?: true | undefined
  /** Thinks before it answers; OpenAI refuses some parameters for such models. */
  readonly reasons?: true | undefined
}

const free = { prompt: 0, completion: 0 }

export const isFree = (id: string): boolean => id.endsWith(":free")

const model = (id: string, name: string, contextLength: number, prompt = 0, completion = 0): Model => ({
  id,
  name: isFree(id) ? `${name} (free)` : name,
  contextLength,
  maxCompletionTokens: Math.min(contextLength / 2, 16_384),
  price: isFree(id) ? free : { prompt, completion }
})

const twins = (id: string, name: string, contextLength: number, prompt: number, completion: number) => [
  model(`${id}:free`, name, contextLength),
  model(id, name, contextLength, prompt, completion)
]

/** The six of the main job with their paid twins, one model that is only paid and one that is only free. */
export const defaults: ReadonlyArray<Model> = [
  ...twins("meta-llama/llama-3.2-1b-instruct", "Meta: Llama 3.2 1B Instruct", 131_072, 0.005, 0.01),
  ...twins("meta-llama/llama-3.2-3b-instruct", "Meta: Llama 3.2 3B Instruct", 131_072, 0.015, 0.025),
  ...twins("google/gemma-2-9b-it", "Google: Gemma 2 9B", 8_192, 0.03, 0.09),
  ...twins("mistralai/mistral-7b-instruct", "Mistral: Mistral 7B Instruct", 32_768, 0.028, 0.054),
  ...twins("microsoft/phi-3-mini-128k-instruct", "Microsoft: Phi-3 Mini 128K Instruct", 128_000, 0.1, 0.1),
  ...twins("qwen/qwen-2-7b-instruct", "Qwen: Qwen 2 7B Instruct", 32_768, 0.054, 0.054),
  model("openai/gpt-4o-mini", "OpenAI: GPT-4o-mini", 128_000, 0.15, 0.6),
  model("deepseek/deepseek-r1:free", "DeepSeek: R1", 163_840)
]

/** A model of another server than OpenRouter, as its owner named it. */
export const served = (id: string, contextLength: number, maxCompletionTokens = contextLength): Model => ({
  id,
  name: id,
  contextLength,
  maxCompletionTokens,
  price: free
})

/** A model that exists for one behavior; the paid one costs something, so that the cost of failures can be seen. */
export const simulated = (id: string, name: string): Model => model(id, name, 32_768, 0.1, 0.4)

/** US dollars, to the nanodollar. */
export const cost = ({ price }: Model, promptTokens: number, completionTokens: number): number =>
  Math.round((price.prompt * promptTokens + price.completion * completionTokens) * 1e3) / 1e9

const perToken = (perMillion: number) => (perMillion === 0 ? "0" : (perMillion / 1e6).toFixed(10).replace(/0+$/, ""))

/** One entry of `GET /models`. */
export const entry = (model: Model) => ({
  id: model.id,
  name: model.name,
  created: 1_726_000_000,
  context_length: model.contextLength,
  pricing: { prompt: perToken(model.price.prompt), completion: perToken(model.price.completion) },
  top_provider: { context_length: model.contextLength, max_completion_tokens: model.maxCompletionTokens },
  supported_parameters: ["max_tokens", "temperature", "seed", "stop"],
  expiration_date: null,
  hidden: model.hidden
})
