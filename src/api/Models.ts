/**
 * Which model to ask for an id, as pure questions about the list of models. On openrouter.ai the list decides; on every
 * other server it is a hint, since what servers list and what they answer to differ.
 */
import * as Either from "effect/Either"
import type { ModelInfo } from "./Catalog.js"
import * as ModelId from "./ModelId.js"

export { isFree, otherVariant, sameModel, vendor } from "./ModelId.js"
export { DEFAULT, defaults } from "./DefaultModels.js"
export { type ModelRequest, parse } from "./ModelRequest.js"

/** A list of models with what finds an entry in it; made once for a run. */
export interface Index {
  readonly models: ReadonlyArray<ModelInfo>
  readonly byId: ReadonlyMap<string, ModelInfo>
  /** By dated slug and by id in lower case, the paid one first where a `:free` one has the same slug. */
  readonly byOtherName: ReadonlyMap<string, ModelInfo>
  /** By the form in which a server of one's own may be asked. */
  readonly byNormalName: ReadonlyMap<string, ModelInfo>
  readonly wildcards: ReadonlyArray<(id: string) => boolean>
}

/** A worker looks the same list up for each of its jobs. */
const known = new WeakMap<ReadonlyArray<ModelInfo>, Index>()

export const index = (models: ReadonlyArray<ModelInfo>): Index => {
  const found = known.get(models) ?? indexed(models)
  known.set(models, found)
  return found
}

const indexed = (models: ReadonlyArray<ModelInfo>): Index => {
  const bySlug = models
    .flatMap((model) => (model.canonicalSlug === undefined ? [] : [[model.canonicalSlug, model] as const]))
    .sort(([, a], [, b]) => Number(ModelId.isFree(a.id)) - Number(ModelId.isFree(b.id)))
  return {
    models,
    byId: mapOf(models.map((model) => [model.id, model])),
    byOtherName: mapOf([...models.map((model) => [model.id.toLowerCase(), model] as const), ...bySlug]),
    byNormalName: mapOf(models.map((model) => [ModelId.normalize(model.id), model])),
    wildcards: models.filter(({ id }) => id.includes("*")).map(({ id }) => wildcard(id))
  }
}

/** The first of several with the same key counts. */
const mapOf = (entries: ReadonlyArray<readonly [string, ModelInfo]>): ReadonlyMap<string, ModelInfo> =>
  new Map(entries.toReversed())

/**
 * LiteLLM lists `openai/*`, or `*`. What stands between the stars is looked for from left to right, each piece once: as an
 * expression, a list could keep the process busy for hours by a pattern of many stars.
 */
const wildcard = (pattern: string): ((id: string) => boolean) => {
  const [start = "", ...others] = pattern.toLowerCase().split("*")
  const end = others.pop() ?? ""
  return (id) => {
    const text = id.toLowerCase()
    if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false
    const until = text.length - end.length
    let at = start.length
    return others.every((piece) => {
      const found = text.indexOf(piece, at)
      at = found + piece.length
      return found >= 0 && at <= until
    })
  }
}

export interface Resolution {
  /** The id to send. */
  readonly asked: string
  /** What the list says about it. */
  readonly info: ModelInfo | undefined
  /** A sentence for the user, where what is asked for is not plainly what the list has. */
  readonly note: string | undefined
}

export interface ResolveOptions {
  /** Is it openrouter.ai that is asked, whose list is complete. */
  readonly isOpenRouter: boolean
  /** May a model that costs money answer for a `:free` one that is gone; default false. */
  readonly allowPaid?: boolean | undefined
}

/** Whom to ask for an id; left, why nobody. Without a list (`undefined`) every id is taken at its word. */
export const resolve = (
  catalog: Index | undefined,
  id: string,
  { allowPaid = false, isOpenRouter }: ResolveOptions
): Either.Either<Resolution, string> => {
  if (catalog === undefined) return Either.right(taken(id))
  return isOpenRouter ? onOpenRouter(catalog, id, allowPaid) : Either.right(elsewhere(catalog, id))
}

/** The entry for an id of OpenRouter, whatever modifiers it has. */
export const find = (catalog: Index, id: string): ModelInfo | undefined => {
  const found = catalog.byId.get(id)
  if (found !== undefined) return found
  const { listed } = ModelId.parts(id)
  return catalog.byId.get(listed) ?? catalog.byOtherName.get(listed.toLowerCase())
}

/** Does the list have it, in whatever spelling. */
export const has = (catalog: Index, id: string): boolean =>
  find(catalog, id) !== undefined ||
  catalog.byNormalName.has(ModelId.normalize(id)) ||
  catalog.wildcards.some((covers) => covers(id))

const onOpenRouter = (catalog: Index, id: string, allowPaid: boolean): Either.Either<Resolution, string> => {
  const { listed, modifiers } = ModelId.parts(id)
  const found = find(catalog, id)
  if (found !== undefined) {
    // A slug is as good as an id; an id in other letters is asked for as it is listed.
    const isSpelledOtherwise = found.id !== listed && found.id.toLowerCase() === listed.toLowerCase()
    const isOtherVariant = ModelId.isFree(found.id) !== ModelId.isFree(listed) && found.id !== id
    const isMeant = isSpelledOtherwise || isOtherVariant
    return Either.right(isMeant ? insteadOf(id, found, modifiers) : taken(id, found))
  }
  // A preset names its model by itself, and `~vendor/model-latest` is the newest of a family: neither is ever listed.
  if (listed === "" || id.startsWith("~")) return Either.right(taken(id))
  const other = find(catalog, ModelId.otherVariant(listed))
  if (other === undefined) return Either.left(`this model is not on offer; ${alternatives(catalog, id)}`)
  if (ModelId.isFree(listed) && !allowPaid && !costsNothing(other)) {
    return Either.left(`the free variant is not on offer; to ask ${other.id}, which costs money, use --allow-paid`)
  }
  return Either.right(insteadOf(id, other, modifiers))
}

const taken = (id: string, info?: ModelInfo): Resolution => ({ asked: id, info, note: undefined })

const insteadOf = (id: string, info: ModelInfo, modifiers: string): Resolution => {
  const asked = info.id + modifiers
  return { asked, info, note: `${id} is not on offer; asking ${asked}` }
}

const alternatives = (catalog: Index, id: string): string => {
  const others = similar(catalog, id)
  return others.length === 0 ? "algogen models lists all models" : `similar: ${others.join(", ")}`
}

/** Does the list say that it is free of charge. */
export const costsNothing = ({ price }: ModelInfo): boolean =>
  price !== undefined && price.prompt === 0 && price.completion === 0 && (price.request ?? 0) === 0

/** How a note ends about an id that the list does not have. */
export const ANYWAY = "; asking for it anyway"

/** Never a refusal: a list may have other spellings, files, patterns, the models of deployments, or nothing. */
const elsewhere = (catalog: Index, id: string): Resolution => {
  const found = catalog.byId.get(id) ?? catalog.byNormalName.get(ModelId.normalize(id))
  if (found !== undefined) {
    // Some servers take an id in the letters of their list only.
    return taken(found.id.toLowerCase() === id.toLowerCase() ? found.id : id, found)
  }
  // A server that lists it as `:free` has OpenRouter's names, and asks no money.
  const free = ModelId.isFree(id) ? undefined : catalog.byId.get(ModelId.otherVariant(id))
  if (free !== undefined) return insteadOf(id, free, "")
  // A gateway to OpenRouter lists what is left of the id without its modifiers.
  const bare = catalog.byId.get(ModelId.withoutSuffixes(id))
  if (bare !== undefined) return taken(id, bare)
  const [first] = catalog.models
  if (first === undefined || catalog.wildcards.some((covers) => covers(id))) return taken(id)
  // llama.cpp has one model and answers to any name.
  const only = catalog.models.length === 1 && ModelId.isFile(first.id) ? first : undefined
  return {
    asked: id,
    info: only,
    note: `${id} is not in this server's list of models (which has ${suggestion(catalog, id)})${ANYWAY}`
  }
}

/** How many ids of a list are named. */
const NAMED = 3

/** What the list has in place of an id, as the end of a sentence: similar ids, or that there are none and what else it has. */
export const suggestion = (catalog: Index, id: string): string => {
  const others = similar(catalog, id).filter((other) => other !== id)
  if (others.length > 0) return `similar ones: ${others.join(", ")}`
  const shown = catalog.models.filter((model) => model.hidden !== true && model.id !== id).map((model) => model.id)
  const more = shown.length - NAMED
  return `nothing similar, but ${shown.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

/**
 * Up to `NAMED` ids of the list that may have been meant: those of the same name, whatever the vendor, else those of the same
 * vendor and family, the most words in common first. Where only a vendor was named, its models.
 */
export const similar = ({ models }: Index, id: string): ReadonlyArray<string> => {
  const { name, vendor } = ModelId.split(id)
  const family = ModelId.family(name)
  const wanted = new Set(ModelId.words(name))
  const shown = models
    .filter(({ hidden }) => hidden !== true)
    .map((model) => {
      const { name, vendor } = ModelId.split(model.id)
      const shared = ModelId.words(name).filter((word) => wanted.has(word)).length
      return { id: model.id, name, vendor, shared, created: model.created ?? 0 }
    })
  const isVendor = (own: string) => vendor === "" || own === "" || own === vendor
  const ranks: ReadonlyArray<(model: (typeof shown)[number]) => boolean> = [
    (model) => model.name === name,
    (model) => isVendor(model.vendor) && family !== "" && ModelId.family(model.name) === family,
    (model) => vendor === "" && name !== "" && model.vendor === name
  ]
  const rank = ranks.find((belongs) => shown.some(belongs)) ?? (() => false)
  return shown
    .filter(rank)
    .sort((a, b) => b.shared - a.shared || b.created - a.created || a.id.localeCompare(b.id))
    .slice(0, NAMED)
    .map((model) => model.id)
}

/** The ceiling of an answer where nobody asked for another: four times what the longest modules take, within small models' limits. */
export const COMPLETION_TOKENS = 4_096

/** The same for a model that reasons, since its thoughts count as well. */
export const REASONING_COMPLETION_TOKENS = 16_384

const REASONING: ReadonlySet<string> = new Set(["reasoning", "include_reasoning", "reasoning_effort"])

export const reasons = (info: ModelInfo | undefined): boolean =>
  info?.supportedParameters?.some((parameter) => REASONING.has(parameter)) ?? false

/** Characters a token, taken low: a prompt of English and code has about four. */
const CHARACTERS_PER_TOKEN = 3

/** The most that a model can answer to a prompt, in tokens; undefined where the list does not say. */
export const mostTokens = (info: ModelInfo | undefined, prompt: string): number | undefined => {
  const available = (info?.contextLength ?? Number.POSITIVE_INFINITY) - Math.ceil(prompt.length / CHARACTERS_PER_TOKEN)
  const ceiling = Math.min(info?.maxCompletionTokens ?? Number.POSITIVE_INFINITY, available)
  return Number.isFinite(ceiling) ? Math.max(1, ceiling) : undefined
}

/** The ceiling of a first attempt: what was asked for, else the default, and never more than the model can answer. */
export const firstTokens = (info: ModelInfo | undefined, prompt: string, wanted?: number): number =>
  Math.min(
    wanted ?? (reasons(info) ? REASONING_COMPLETION_TOKENS : COMPLETION_TOKENS),
    mostTokens(info, prompt) ?? Number.POSITIVE_INFINITY
  )
