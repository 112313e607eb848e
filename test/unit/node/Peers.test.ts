import { assert, describe, it } from "@effect/vitest"
import * as Peers from "../../../src/node/Peers.js"

const complaint = (versions: Readonly<Record<string, string>>) =>
  Peers.complaint("algogen/node", { effect: "3.22.4", "@effect/platform": "0.97.2" }, (name) => versions[name])

describe("the packages beside the library", () => {
  it("will do from the oldest version on, up to the next major one", () => {
    for (const effect of ["3.22.4", "3.22.10", "3.23.0", "3.100.0"]) {
      for (const platform of ["0.97.2", "0.97.10", "0.98.0", "0.100.1"]) {
        assert.strictEqual(complaint({ effect, "@effect/platform": platform }), undefined, `${effect} ${platform}`)
      }
    }
    for (const effect of ["3.22.3", "3.21.9", "2.99.99", "4.0.0", "4.0.0-beta.12", "10.0.0"]) {
      assert.match(complaint({ effect, "@effect/platform": "0.97.2" }) ?? "", /needs effect@\^3\.22\.4; found/, effect)
    }
    for (const platform of ["0.97.1", "0.96.9", "1.0.0"]) {
      assert.match(complaint({ effect: "3.22.4", "@effect/platform": platform }) ?? "", /needs @effect\/platform@/)
    }
  })

  it("are asked for by name and version, with the command that installs them", () => {
    assert.strictEqual(
      complaint({ effect: "4.1.0" }),
      "algogen/node needs effect@^3.22.4, @effect/platform@^0.97.2; found effect 4.1.0, no @effect/platform. Install with:\n" +
        "npm install effect@^3.22.4 @effect/platform@^0.97.2"
    )
  })
})
