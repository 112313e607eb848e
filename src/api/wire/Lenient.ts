/**
 * Reading JSON of a shape that nobody promised: a field of the wrong type counts as absent, and nothing here can fail.
 * Servers that call themselves compatible differ in every optional field, and none of those is worth an answer.
 */
import * as Nesting from "./Nesting.js"

/** An object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>

export const parse = (text: string): { readonly value: unknown } | undefined => {
  // What throws takes long, and a stream may have a million of these.
  if (text === "" || Nesting.isDeep(text)) return undefined
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

/** One field; `undefined` where there is none, or nothing that could have one. */
export const get = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

/** Of values that `JSON.parse` made: its fields may be read directly where their names are none that every object has. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
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

/** What a name or a number says; an object says nothing, and may have any `toString`. */
export const scalar = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : ""

export const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : []

/** The most of a foreign value that is looked through, in entries and in levels. */
const MAX_ENTRIES = 500
const MAX_DEPTH = 8

/** The first fields of an object, or items of a list: of 100,000 no more are read than these. */
export const fields = (value: unknown, most = MAX_ENTRIES): ReadonlyArray<readonly [key: string, value: unknown]> => {
  if (typeof value !== "object" || value === null || most <= 0) return []
  const keys = Object.keys(Array.isArray(value) ? value.slice(0, most) : value)
  return keys.slice(0, most).map((key) => [key, Reflect.get(value, key)])
}

/** The longest text that is opened, or of which anything is looked at. */
const MAX_LENGTH = 100_000

/** As much of a value as is ever looked through, so that it may be often: a server's refusal may be millions of fields. */
export const cut = (root: unknown, depth = 0): unknown => {
  if (typeof root === "string") return root.slice(0, MAX_LENGTH)
  if (typeof root !== "object" || root === null) return root
  if (depth > MAX_DEPTH) return Array.isArray(root) ? [] : {}
  const all = fields(root).map(([key, value]) => [key, cut(value, depth + 1)] as const)
  return Array.isArray(root) ? all.map(([, value]) => value) : Object.fromEntries(all)
}

/**
 * Every field of a value with its key, at any depth, the outer ones first. A string that is JSON itself is opened: servers
 * pass on what the server behind them said as text.
 */
export const entries = (root: unknown): ReadonlyArray<readonly [key: string, value: unknown]> => {
  const found: Array<readonly [string, unknown]> = [["", opened(root)]]
  let level = [...found]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && found.length < MAX_ENTRIES; depth += 1) {
    const next: Array<readonly [string, unknown]> = []
    for (const [, value] of level) {
      for (const [key, inner] of fields(value, MAX_ENTRIES - next.length)) next.push([key, opened(inner)])
    }
    level = next
    found.push(...level)
  }
  return found
}

/** As much of a text as has anything to say; a body may be millions of letters long. */
const MAX_TEXT = 8_000

/** All that a value says in words. */
export const texts = (root: unknown): string =>
  entries(root)
    .flatMap(([, value]) => words(value)?.slice(0, MAX_TEXT) ?? [])
    .join(" \n")
    .slice(0, 2 * MAX_TEXT)

/** What a string holds that is an object or a list of JSON. */
export const opened = (value: unknown): unknown =>
  typeof value === "string" && /^\s*[[{]/.test(value) ? (parse(value)?.value ?? value) : value
