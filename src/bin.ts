#!/usr/bin/env node
/** The command: says at once what takes no thought, and loads the rest for what does. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type * as Main from "./cli/Main.js"
import * as Overview from "./cli/Overview.js"
import * as StandardOutput from "./cli/StandardOutput.js"
import * as CodeCache from "./node/CodeCache.js"

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)
const words = process.argv.slice(2)
const shell = /^--completions(?:=|$)/.test(words[0] ?? "") ? (words[0]?.split("=")[1] ?? words[1]) : undefined
const answer =
  shell === undefined
    ? Overview.answer(version, words)
    : await import("./cli/Completions.js").then(({ script }) => script(shell))

if (answer === undefined) {
  // Built from `cli/Main.ts`, see `scripts/build.mjs`.
  const file = fileURLToPath(new URL("chunks/command.cjs", import.meta.url))
  CodeCache.load<typeof Main>(file).run(version)
} else {
  StandardOutput.watch()
  process.stdout.write(`${answer}\n`)
}
