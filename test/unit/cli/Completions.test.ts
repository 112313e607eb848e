/**
 * The completions of each shell, as they were read and found right: what stands in `test/golden/command`. Where they are meant to
 * change, `npx vitest run --project unit test/unit/cli/Completions.test.ts -u` writes them anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import * as Completions from "../../../src/cli/Completions.js"

const file = (name: string): string => `../../golden/command/${name}`

describe("the completions", () => {
  it.each(["bash", "zsh", "fish"])("of %s are what they were", async (shell) => {
    await expect(`${Completions.script(shell)}\n`).toMatchFileSnapshot(file(`completions.${shell}`))
  })

  it("are those of bash for sh, and none for others", () => {
    assert.strictEqual(Completions.script("sh"), Completions.script("bash"))
    for (const shell of [undefined, "", "tcsh"]) assert.isUndefined(Completions.script(shell))
  })
})
