import { assert, it } from "@effect/vitest"
import * as Look from "../../../src/cli/view/Look.js"

it("a terminal is ASCII if it is dumb or its locale is not UTF-8, and not for want of a locale", () => {
  assert.isFalse(Look.isAscii({}))
  assert.isFalse(Look.isAscii({ LANG: "C.UTF-8", TERM: "xterm" }))
  assert.isFalse(Look.isAscii({ LANG: "C", LC_ALL: "de_DE.utf8" }))
  assert.isFalse(Look.isAscii({ LANG: "en_US.UTF-8", LC_ALL: "" }))
  assert.isTrue(Look.isAscii({ LANG: "C" }))
  assert.isTrue(Look.isAscii({ LC_CTYPE: "POSIX", LANG: "en_US.UTF-8" }))
  assert.isTrue(Look.isAscii({ LANG: "en_US.UTF-8", TERM: "dumb" }))
})

it("only ASCII reaches such a terminal", () => {
  const { clean, ellipsis } = Look.terminal(80, true)
  assert.strictEqual(clean("✓ ✗ – → ↻ ✎ … é 買 🐍\u001b[2J"), "+ x - > ~ * ... ? ? ? [2J")
  assert.strictEqual(ellipsis, "...")
})

it("a file has 120 columns, a terminal one less than it has, and 80 if it does not say", () => {
  assert.strictEqual(Look.of({ isTTY: false, columns: 40 }, {}).columns, 120)
  assert.strictEqual(Look.of({ isTTY: true, columns: 40 }, {}).columns, 39)
  assert.strictEqual(Look.of({ isTTY: true }, {}).columns, 79)
  assert.strictEqual(Look.of({ isTTY: true, columns: 0 }, {}).columns, 79)
  assert.isTrue(Look.of({ isTTY: true, columns: 40 }, { LANG: "C" }).ascii)
  assert.isFalse(Look.of({ isTTY: false }, { LANG: "C" }).ascii)
})
