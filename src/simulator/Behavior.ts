/**
 * The names of everything that the simulator can do to one request, and how a plan is written:
 *
 * | | |
 * |---|---|
 * | `status-503` | always |
 * | `status-503*2` | the first two requests of the model, then `ok` |
 * | `status-429*2+stall-body*1` | one after the other, then `ok` |
 * | `429-retry-after=90` | with another number than the one in the table |
 *
 * A request names its plan in the model id, `sim/PLAN` or `sim/PLAN:free`, or in the header `x-simulator-behavior`, which
 * goes first. Names, and names with a count up to 3, are in `GET /models`; any other plan is answered all the same, and
 * `Catalog.simulated` makes an entry for it. `table` holds the names with a sentence for each; what they put on the wire
 * is under `behaviors`.
 */
import * as Option from "effect/Option"
import * as Answers from "./behaviors/Answers.js"
import * as Disguises from "./behaviors/Disguises.js"
import * as Errors from "./behaviors/Errors.js"
import * as Faults from "./behaviors/Faults.js"
import * as Hollow from "./behaviors/Hollow.js"
import * as Limits from "./behaviors/Limits.js"
import * as Servers from "./behaviors/Servers.js"
import * as Streams from "./behaviors/Streams.js"
import type * as Call from "./Call.js"
import type * as Reply from "./Reply.js"
import type * as Wire from "./Wire.js"

export const HEADER = "x-simulator-behavior"
const PREFIX = "sim/"

const all: Reply.Table = {
  ...Answers.table,
  ...Hollow.table,
  ...Errors.table,
  ...Limits.table,
  ...Streams.table,
  ...Faults.table,
  ...Disguises.table,
  ...Servers.table
}

export interface Row {
  readonly name: string
  readonly description: string
  /** The number that the name takes when none is written; undefined when it takes none. */
  readonly value: number | undefined
}

/** Every behavior with its sentence. */
export const table: ReadonlyArray<Row> = Object.entries(all).map(([name, { description, value }]) => ({
  name,
  description,
  value
}))

export const names: ReadonlyArray<string> = Object.keys(all)

export interface Behavior {
  /** As it was written, without its count. */
  readonly name: string
  readonly script: (call: Call.Call) => Wire.Script
}

export interface Stage {
  readonly behavior: Behavior
  readonly times: number
}

export type Plan = ReadonlyArray<Stage>

const lookup = (name: string): Option.Option<Reply.Reply> =>
  Object.hasOwn(all, name) ? Option.fromNullable(all[name]) : Option.none()

const STAGE = /^(?<name>[a-z0-9_-]+)(?:=(?<value>\d+))?(?:\*(?<times>\d+))?$/

const stage = (written: string): Option.Option<Stage> =>
  Option.gen(function* () {
    const groups = yield* Option.fromNullable(STAGE.exec(written)?.groups)
    const name = yield* Option.fromNullable(groups["name"])
    const reply = yield* lookup(name)
    const value = groups["value"]
    if (value !== undefined && reply.value === undefined) return yield* Option.none()
    const chosen = value === undefined ? (reply.value ?? 0) : Number(value)
    return {
      behavior: { name: value === undefined ? name : `${name}=${value}`, script: (call) => reply.script(call, chosen) },
      times: groups["times"] === undefined ? Number.POSITIVE_INFINITY : Number(groups["times"])
    }
  })

/** None when a name is unknown or the plan is not well formed. */
export const parse = (plan: string): Option.Option<Plan> => Option.all(plan.split("+").map(stage))

/** The plan in a model id such as `sim/status-503*2:free`; none when the id is not of that kind. */
export const ofModel = (id: string): Option.Option<Plan> =>
  id.startsWith(PREFIX) ? parse(id.slice(PREFIX.length).replace(/:free$/, "")) : Option.none()

export const ok: Behavior = { name: "ok", script: (call) => Answers.table.ok.script(call, 0) }

/** What the plan does to the nth request, counted from 1. */
export const at = (plan: Plan, nth: number): Behavior => {
  let before = 0
  const found = plan.find(({ times }) => {
    before += times
    return nth <= before
  })
  return found?.behavior ?? ok
}

/** Counts that are listed, so that a client which checks ids against the list can ask for them. */
const COUNTS = [1, 2, 3]

/** Model ids for every behavior: alone, with a small count, and each of them with `:free`. */
export const listed: ReadonlyArray<{ readonly id: string; readonly description: string }> = table.flatMap(
  ({ description, name }) =>
    [name, ...COUNTS.map((count) => `${name}*${count}`)].flatMap((plan) =>
      [`${PREFIX}${plan}`, `${PREFIX}${plan}:free`].map((id) => ({ id, description }))
    )
)
