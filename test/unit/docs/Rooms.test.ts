/** The rooms of src are as docs/ARCHITECTURE.md draws them: each imports only from those below it. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"

const ROOT = fileURLToPath(new URL("../../../", import.meta.url))
const SRC = join(ROOT, "src")

const drawn = Array.from(
  readFileSync(join(ROOT, "docs/ARCHITECTURE.md"), "utf8").matchAll(/^[├└]─ (\w+)\/ /gm),
  ([, room = ""]) => room
)

const modules = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
const roomOf = (file: string) => (file.includes(sep) ? (file.split(sep)[0] ?? "") : "door")
const importsOf = (file: string) =>
  Array.from(readFileSync(join(SRC, file), "utf8").matchAll(/from "(\.[^"]+\.js)"/g), ([, to = ""]) =>
    join(dirname(file), to)
  )

/** A door is above all rooms. */
const heightOf = (room: string) => (room === "door" ? -1 : drawn.indexOf(room))

const upwards = (file: string, to: string) => {
  const [from, into] = [roomOf(file), roomOf(to)]
  return from !== into && heightOf(from) >= heightOf(into)
}

describe("the rooms", () => {
  it("are all drawn", () => {
    const there = readdirSync(SRC, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : []
    )
    deepStrictEqual([...drawn].sort(), there.sort())
  })

  it("import only from those below", () => {
    assert.isAbove(modules.length, 300)
    const found = modules.flatMap((file) =>
      importsOf(file).flatMap((to) => (upwards(file, to) ? [`${file} imports ${to}`] : []))
    )
    deepStrictEqual(found, [])
  })
})
