/**
 * Reading JSON of a shape that nobody promised: a field of the wrong type counts as absent, and nothing here can fail.
 * Servers that call themselves compatible differ in every optional field, and none of those is worth an answer.
 */

export const parse = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The value at the end of a path of keys, `undefined` as soon as one is missing. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown => {
  let here = value
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined
    here = Reflect.get(here, key)
  }
  return here
}

export const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** A string that says something: where a name or a message is expected, a blank one is as good as none. */
export const words = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined

export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined

/** A number, also when it comes as a string, as prices and error codes do. */
export const numeric = (value: unknown): number | undefined =>
  typeof value === "string" && value.trim() !== "" ? number(Number(value)) : number(value)

export const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
