/**
 * The whole page, as it was looked at and found good: what stands in `test/golden/report`. Where the page is meant to change,
 * `npx vitest run --project unit test/unit/report/Golden.test.ts -u` writes it anew, and the diff shows what it says now.
 */
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import * as Page from "../../../src/report/Page.js"
import { attempt, many, run, score, six, slot } from "./runs.js"

/** A line for each tag and each text; styles and code have tests of their own. */
const lined = (html: string): string =>
  html
    .replaceAll(/<(style|pre)\b[^]*?<\/\1>/g, "<$1/>")
    .replaceAll(/content="default-src[^"]*"/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?(<[^>]*>) ?/g, "\n$1\n")
    .split("\n")
    .filter((line) => !/^(?:\s*|<\/.*>|<(?:t[dhr]|li|p|g|span)\b.*>)$/.test(line))
    .join("\n")

const odd = run(
  [
    slot({ checks: [], attempts: [attempt({ cause: "of another version", promptTokens: undefined, waitedMs: 49 })] }),
    slot({ sample: 2, servedModel: "a/one-2026", strategy: "Breakout", attempts: [attempt({ waitedMs: 50 })] }),
    slot({
      model: "b/two",
      resumed: true,
      attempts: Array.from({ length: 31 }, (_, at) => attempt({ number: at + 1 }))
    }),
    slot({ model: "c/three", score: score(-0.2, { trades: 0 }), cost: undefined, file: undefined, link: undefined })
  ],
  { simulated: true, durationMs: 4300, deadlineMs: undefined }
)

describe("the page", () => {
  it.each([
    ["six models", six],
    ["odd ones", odd],
    ["many", many(8, 10)]
  ])("of %s is what it was", async (name, run) => {
    const [page = "", ...articles] = lined(Page.render(run)).split(/(?=\n<article id)/)
    assert.isAbove(page.split("\n").length, 100)
    // The others have the same parts as these.
    await expect(`${page}${articles.slice(0, 4).join("")}\n`).toMatchFileSnapshot(
      `../../golden/report/${name.replace(" ", "-")}.txt`
    )
  })
})
