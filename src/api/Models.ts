/**
 * Which models to ask, as pure questions about ids: the default six, the `:free` twin of an id, and what a catalogue
 * makes of a request.
 */
import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import type { ModelInfo } from "./Catalog.js"

/** The six free models of the benchmark that the system this replaces was measured with. */
export const DEFAULT: Arr.NonEmptyReadonlyArray<string> = [
  "meta-llama/llama-3.2-1b-instruct:free",
  "meta-llama/llama-3.2-3b-instruct:free",
  "google/gemma-2-9b-it:free",
  "mistralai/mistral-7b-instruct:free",
  "microsoft/phi-3-mini-128k-instruct:free",
  "qwen/qwen-2-7b-instruct:free"
]

const FREE = ":free"

export const isFree = (id: string): boolean => id.endsWith(FREE)

/** The same model with the suffix toggled: the paid one of a free id and the other way round. */
export const twin = (id: string): string => (isFree(id) ? id.slice(0, -FREE.length) : id + FREE)

/** The entry to ask for a requested id: itself, else its twin, else none. */
export const resolve = (catalog: ReadonlyArray<ModelInfo>, id: string): Option.Option<ModelInfo> => {
  const find = (wanted: string) => Arr.findFirst(catalog, (entry) => entry.id === wanted)
  return Option.orElse(find(id), () => find(twin(id)))
}

/** Author, if there is one, and name of an id or its twin. */
const parts = (id: string): readonly [name: string, author: string] => {
  const [name = "", author = ""] = id.toLowerCase().replace(FREE, "").split("/").toReversed()
  return [name, author]
}

/**
 * Up to three ids of the catalogue that look like what was asked for: the same name, whoever the author, else words in
 * common or the same author.
 */
export const similar = (catalog: ReadonlyArray<ModelInfo>, id: string): ReadonlyArray<string> => {
  const [name, author] = parts(id)
  const words = name.split(/[^a-z0-9]+/).filter((word) => word.length > 1)
  const scored = catalog
    .filter(({ hidden }) => hidden !== true)
    .map((entry) => {
      const candidate = entry.id.toLowerCase()
      const shared = words.filter((word) => candidate.includes(word)).length
      const sameAuthor = author !== "" && candidate.startsWith(`${author}/`)
      return { id: entry.id, isNamesake: parts(candidate)[0] === name, score: shared + (sameAuthor ? 1 : 0) }
    })
    .filter(({ score }) => score > 0)
  const namesakes = scored.filter(({ isNamesake }) => isNamesake)
  return (namesakes.length > 0 ? namesakes : scored)
    .sort((a, b) => b.score - a.score || a.id.localeCompare(b.id))
    .slice(0, 3)
    .map((entry) => entry.id)
}

/** Characters a token, taken low: a prompt of English and code has about four. */
const CHARACTERS_PER_TOKEN = 3

/** The most that a model can answer to a prompt, in tokens, where the catalogue says so. */
export const tokenCeiling = (
  { contextLength, maxCompletionTokens }: ModelInfo,
  prompt: string
): Option.Option<number> => {
  const room = (contextLength ?? Number.POSITIVE_INFINITY) - Math.ceil(prompt.length / CHARACTERS_PER_TOKEN)
  const ceiling = Math.min(maxCompletionTokens ?? Number.POSITIVE_INFINITY, room)
  return Number.isFinite(ceiling) ? Option.some(Math.max(1, ceiling)) : Option.none()
}
