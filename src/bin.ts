#!/usr/bin/env node
/** The command: says at once what takes no thought, and loads the rest for what does. */
import { readFileSync } from "node:fs"
import * as Overview from "./cli/Overview.js"

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)
const answer = Overview.answer(version, process.argv.slice(2))

if (answer === undefined) {
  const { run } = await import("./cli/Main.js")
  run(version)
} else {
  // A reader that has gone (`| head -1`) is no failure.
  process.stdout.on("error", () => undefined)
  process.stdout.write(`${answer}\n`)
}
