/**
 * HTML and SVG as values. What is filled into a template is escaped unless it is markup itself, so names, code and error
 * texts of models and servers stay text wherever they go. Values of attributes have to be in double quotes.
 */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | undefined | ReadonlyArray<Markup>

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** Also what cannot be seen, or turns the text around it: these are spelt out, as in the files of algorithms. */
const SPECIAL = /[&<>"']|(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

const escape = (text: string): string =>
  text.replace(SPECIAL, (special) => ENTITIES[special] ?? `\\u{${(special.codePointAt(0) ?? 0).toString(16)}}`)

const textOf = (part: Part): string => {
  if (part === undefined) return ""
  if (part instanceof Markup) return part.text
  return typeof part === "object" ? part.map(({ text }) => text).join("") : escape(String(part))
}

/** Keeps the template's own spaces and line breaks, for text in which they count. */
export const exact = (strings: ReadonlyArray<string>, ...parts: ReadonlyArray<Part>): Markup =>
  new Markup(strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string))

const narrowed = new WeakMap<TemplateStringsArray, ReadonlyArray<string>>()

/** Without the indentation of the template, which is a reader's of this code, and a third of the page. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Markup => {
  const narrow = narrowed.get(strings) ?? strings.map((string) => string.replace(/\n\s*/g, "\n"))
  narrowed.set(strings, narrow)
  return exact(narrow, ...parts)
}

export const join = (parts: ReadonlyArray<Markup>, separator = ""): Markup =>
  new Markup(parts.map(({ text }) => text).join(separator))

export const nothing = new Markup("")
