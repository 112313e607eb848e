/** Contrast by the formula of WCAG 2, level AA: 4.5 for text, 3 for what is drawn. */
import { assert, describe, it } from "@effect/vitest"
import { DARK, LIGHT, type Palette } from "../../../src/report/Look.js"

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

type Names = ReadonlyArray<keyof Palette>

const TEXTS: ReadonlyArray<readonly [grounds: Names, texts: Names]> = [
  [["ground"], ["ink", "muted", "accent", "ok", "failed", "stopped"]],
  [["panel"], ["ink", "muted", "keyword", "text", "number"]],
  [["added", "removed", "warning"], ["ink"]]
]
const DRAWN: Names = ["accent", "muted", "ink", "ok", "limited", "failed", "unusable", "stopped"]

describe.each([
  ["light", LIGHT],
  ["dark", DARK]
] as const)("the %s palette", (_, palette) => {
  it("has text that can be read", () => {
    for (const [grounds, texts] of TEXTS) {
      for (const ground of grounds) {
        for (const text of texts) {
          assert.isAtLeast(contrast(palette[text], palette[ground]), 4.5, `${text} on ${ground}`)
        }
      }
    }
  })

  it("has shapes that stand out from the ground, and patterns from the shapes", () => {
    for (const name of DRAWN) assert.isAtLeast(contrast(palette[name], palette.ground), 3, name)
  })

  it("is measured rightly", () => {
    assert.closeTo(contrast("#000000", "#ffffff"), 21, 1e-9)
    // An example of the W3C: the lightest grey that is allowed on white.
    assert.closeTo(contrast("#767676", "#ffffff"), 4.54, 0.005)
  })
})
