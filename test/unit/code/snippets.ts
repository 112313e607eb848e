/** Small pieces of Python, each for a row of a table or a branch of a rule: in `test/fixtures/python`, one behind the other. */
import { readFileSync } from "node:fs"

const SEPARATOR = "%%\n"

export const snippets = (file: string): ReadonlyArray<string> =>
  readFileSync(new URL(`../../fixtures/python/${file}.txt`, import.meta.url), "utf8").split(SEPARATOR)

export const GRAMMAR = snippets("grammar")
export const NAMES = snippets("names")
export const ENDINGS = snippets("endings")
