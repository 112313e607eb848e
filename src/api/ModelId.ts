/** What the id of a model says: vendor, name, the modifiers of OpenRouter, and whether two ids mean the same model. Pure. */

const FREE = ":free"

export const isFree = (id: string): boolean => id.endsWith(FREE)

/** Who made it, by an id such as `vendor/model`; an id without a vendor stands for itself. */
export const vendor = (id: string): string => id.replace(/^~/, "").split("/", 1)[0] ?? id

/** The other variant of the same model: the paid one of a `:free` id, and the other way round. */
export const otherVariant = (id: string): string => (isFree(id) ? id.slice(0, -FREE.length) : id + FREE)

/** An id of OpenRouter in two: what the list of models has, and what only a request has (`:nitro`, `@preset/trader`). */
export const parts = (id: string): { readonly listed: string; readonly modifiers: string } => {
  const preset = id.indexOf("@preset/")
  const named = preset < 0 ? id : id.slice(0, preset)
  const [plain = "", ...suffixes] = named.replace(/^~/, "").split(":")
  const modifiers = suffixes.filter((suffix) => suffix !== "free").map((suffix) => `:${suffix}`)
  return {
    listed: suffixes.includes("free") ? plain + FREE : plain,
    modifiers: modifiers.join("") + id.slice(named.length)
  }
}

/** The forms in which servers list one name: `models/x` (Gemini), `x:latest` (Ollama), a file (llama.cpp), any case of letters. */
export const normalize = (id: string): string => {
  const name = isFile(id) ? id.replace(/^.*[/\\]/, "").replace(/\.[a-z]\w*$/i, "") : id.replace(/^models\//i, "")
  return name.replace(/:latest$/i, "").toLowerCase()
}

/** Does a server list a file in place of a name. */
export const isFile = (id: string): boolean =>
  /^([/\\.]|[a-z]:[/\\])/i.test(id) || /\.(gguf|bin|safetensors)$/i.test(id)

/** What OpenRouter knows to follow a name. What follows it elsewhere, as in `qwen3:8b`, is a part of the name. */
const SUFFIXES = /(:(free|nitro|floor|online|exacto|thinking|extended)|@preset\/.*)+$/i

/** An id without what only a request to OpenRouter has. */
export const withoutSuffixes = (id: string): string => id.replace(/^~/, "").replace(SUFFIXES, "")

/** Vendor, if there is one, and name, in lower case and without what only a request has. */
export const split = (id: string): { readonly vendor: string; readonly name: string } => {
  const [name = "", vendor = ""] = normalize(withoutSuffixes(id)).split("/").toReversed()
  return { vendor, name }
}

/** The first word of a name: `gpt` of `gpt-4o-mini`, `qwen` of `qwen2.5-coder`. */
export const family = (name: string): string => /^[a-z]*/.exec(name)?.[0] ?? ""

export const words = (name: string): ReadonlyArray<string> => name.split(/[^a-z0-9]+/).filter((word) => word !== "")

/** `20260416`, `2024-07-18`, `0613`, `05-20` or `001` at the end of a name, where vendors put the edition. */
const EDITION = /[-@](20\d{2}-?\d{2}-?\d{2}|\d{2}-20\d{2}|\d{2}-\d{2}|[01]\d{3}|2[3-9](0[1-9]|1[0-2])|0\d\d)$/

/**
 * Did the model that answered do what was asked of it: does its name mean the one that was asked for. Vendors add the
 * edition, and OpenRouter's slugs have their words in another order: `anthropic/claude-opus-4.7` is served as
 * `anthropic/claude-4.7-opus-20260416`. `slug` is what the list calls the model that was asked for.
 */
export const sameModel = (asked: string, served: string, slug?: string): boolean => {
  if (asked === served || slug === served) return true
  const [wanted, found] = [split(asked), split(served)]
  if (wanted.vendor !== "" && found.vendor !== "" && wanted.vendor !== found.vendor) return false
  const [wantedEdition, foundEdition] = [wanted, found].map(({ name }) => EDITION.exec(name)?.[1])
  const hasOtherEdition = wantedEdition !== undefined && foundEdition !== undefined && wantedEdition !== foundEdition
  return !hasOtherEdition && bag(wanted.name) === bag(found.name)
}

/** The words of a name in no order, without the edition. */
const bag = (name: string): string => [...words(name.replace(EDITION, "").replace(/-latest$/, ""))].sort().join(" ")
