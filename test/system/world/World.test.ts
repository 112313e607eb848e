import { assert, describe, it } from "@effect/vitest"
import * as World from "./World.js"

const SEEDS = 200

describe("the world", () => {
  it(`keeps its promises in ${SEEDS} worlds`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { broken } = World.run(seed)
      assert.deepStrictEqual(broken, [], `npm run bench:world -- --seed ${seed}`)
    }
  })
})
