/** The library against every server that the simulator plays, counted at the server. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { measure, type Measured, nameOf, type Row, rows, waiting } from "./dialects.js"

const holds = (row: Row, { answers, requests, slots }: Measured): void => {
  for (const { gets, message } of slots) {
    const wanted = row.gets === "ok" ? ["ok"] : row.gets
    assert.include(wanted, gets, message)
    if (row.words !== undefined) assert.match(message, row.words)
  }
  if (typeof row.requests === "number") assert.strictEqual(requests, row.requests, "requests")
  else assert.isAtMost(requests, row.requests.most, "requests")
  // No answer that arrived whole is paid for twice.
  assert.isAtMost(answers, slots.length, "answers")
}

const check = (row: Row, stream: boolean) => {
  it.live(`${nameOf(row)}, ${stream ? "streamed" : "plain"}`, () =>
    Effect.map(measure(row, stream), (measured) => holds(row, measured))
  )
}

describe.concurrent("each server, as people ask it", () => {
  for (const row of rows) {
    check(row, true)
    if (row.streamed === undefined) check(row, false)
  }
})

// Between those that run together, and those that do so after them.
it("each row has a name of its own", () => {
  const names = [...rows, ...waiting].map(nameOf)
  assert.strictEqual(new Set(names).size, names.length)
})

// They measure time, and wait most of it.
describe.concurrent("a server that computes one answer at a time", { retry: 2 }, () => {
  for (const row of waiting) check(row, true)
})
