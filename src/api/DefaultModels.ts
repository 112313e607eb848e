/** Which models a run asks when nobody names any. Pure. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import type { ModelInfo } from "./Catalog.js"
import * as ModelId from "./ModelId.js"

/** The six free models of the benchmark that the system this replaces was measured with. */
export const DEFAULT: NonEmptyReadonlyArray<string> = [
  "meta-llama/llama-3.2-1b-instruct:free",
  "meta-llama/llama-3.2-3b-instruct:free",
  "google/gemma-2-9b-it:free",
  "mistralai/mistral-7b-instruct:free",
  "microsoft/phi-3-mini-128k-instruct:free",
  "qwen/qwen-2-7b-instruct:free"
]

/** Room for the prompt, for thoughts and for a module; what is called 16k has 16,000 or 16,384. */
const LEAST_CONTEXT = 16_000

/**
 * The default models that this list has on offer: those of the benchmark that are still there, filled up to six with
 * `:free` models that write text and have a context of at least 16k tokens. The newest of each vendor come first, from
 * vendors that are not among the six yet; when there are too few vendors, the newest of the rest follow. Fewer than six
 * where the list has no more.
 */
export const defaults = (models: ReadonlyArray<ModelInfo>): ReadonlyArray<string> => {
  const listed = new Set(models.map(({ id }) => id))
  const kept = DEFAULT.filter((id) => listed.has(id))
  const others = models
    .filter((model) => isSuitable(model) && !kept.includes(model.id))
    .sort((a, b) => (b.created ?? 0) - (a.created ?? 0) || a.id.localeCompare(b.id))
    .map(({ id }) => id)
  const vendors = new Set(kept.map(vendorOf))
  const firstOfVendor = others.filter((id) => !vendors.has(vendorOf(id)) && vendors.add(vendorOf(id)))
  const rest = others.filter((id) => !firstOfVendor.includes(id))
  return [...kept, ...firstOfVendor, ...rest].slice(0, DEFAULT.length)
}

const vendorOf = (id: string): string => ModelId.split(id).vendor

const isSuitable = ({ contextLength = 0, hidden, id, outputModalities }: ModelInfo): boolean =>
  ModelId.isFree(id) &&
  hidden !== true &&
  contextLength >= LEAST_CONTEXT &&
  (outputModalities === undefined || outputModalities.includes("text"))
