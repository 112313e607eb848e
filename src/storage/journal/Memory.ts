/** A journal that lasts as long as its layer, for tests and for applications that need no other. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { Journal, make } from "../Journal.js"
import type { Record } from "./Record.js"

export const layer: Layer.Layer<Journal> = Layer.effect(
  Journal,
  Effect.map(Ref.make<ReadonlyArray<Record>>([]), (records) =>
    make({
      records: Ref.get(records),
      skipped: Effect.succeed(0),
      write: (record) => Ref.update(records, (known) => [...known, record]),
      retain: (keep) => Ref.update(records, (known) => known.filter(keep))
    })
  )
)
