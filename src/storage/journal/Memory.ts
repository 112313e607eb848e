/** A journal that lasts as long as its layer, for tests and for applications that need no other. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Journal, make, type Service } from "../Journal.js"
import { type Answered, isWholeAnswer, type Record } from "./Record.js"

const open = (): Service => {
  let records: Array<Record> = []
  let latest = new Map<string, Answered>()
  const add = (record: Record) => {
    records.push(record)
    if (record._tag === "Answered") latest.set(record.key, record)
  }
  return make({
    records: Effect.sync(() => [...records]),
    find: (key) => Effect.sync(() => Option.fromNullable(latest.get(key))),
    write: (record) => Effect.sync(() => add(record)),
    retain: (keep) =>
      Effect.sync(() => {
        const before = records.filter(isWholeAnswer).length
        const kept = records.filter(keep)
        records = []
        latest = new Map()
        kept.forEach(add)
        return before - kept.filter(isWholeAnswer).length
      })
  })
}

export const layer: Layer.Layer<Journal> = Layer.sync(Journal, open)
