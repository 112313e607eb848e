/** What the tests read of the manual: its files, headings, tables and links. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

export const read = (file: string): string => readFileSync(`${ROOT}${file}`, "utf8")

/** Every Markdown file that a reader may come by. */
export const files: ReadonlyArray<string> = [
  "README.md",
  "CHANGELOG.md",
  ...["docs", "docs/examples"].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`)
  )
]

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, "")

export interface Heading {
  readonly level: number
  readonly title: string
  /** As GitHub makes it. */
  readonly anchor: string
}

export const headings = (text: string): ReadonlyArray<Heading> =>
  [...withoutCode(text).matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", title = ""]) => ({
    level: marks.length,
    title,
    anchor: title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-")
  }))

/** The targets of `[text](target)`. */
export const links = (text: string): ReadonlyArray<string> =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? [])

/** The text below a heading, up to the next one of its level. */
export const section = (text: string, title: string): string => {
  const [, below = ""] = text.split(new RegExp(`^## ${title}$`, "m"))
  return below.split(/^## /m)[0] ?? ""
}

/** The rows of all tables in a text, each as its cells, without the heads. */
export const rows = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...text.matchAll(/^\|.*\|\n\|[-| ]+\|\n((?:\|.*\|\n?)*)/gm)].flatMap(([, body = ""]) =>
    body
      .trimEnd()
      .split("\n")
      .map((line) =>
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim())
      )
  )
