/** An application names its own schemas as it likes: in one document with those of the package, none takes the place of another. */
import { assert, describe, it } from "@effect/vitest"
import { JSONSchema, Schema } from "effect"
import * as Durable from "../../../src/durable.js"
import * as Algogen from "../../../src/index.js"
import * as Simulator from "../../../src/simulator.js"

const DOORS = { ...Algogen, ...Durable, ...Simulator }

/** Those of Effect are the same ones for everybody. */
const isOfEffect = (name: string) => name in Schema

const schemas = Object.entries(DOORS).flatMap(([room, module]) =>
  Object.entries(module).flatMap(([name, value]) => {
    if (!Schema.isSchema(value)) return []
    const { $defs = {} } = JSONSchema.make(Schema.asSchema(value))
    return [[`${room}.${name}`, Object.keys($defs).filter((id) => !isOfEffect(id))] as const]
  })
)

describe("the errors that the package exports", () => {
  it("are schemas, so that they can be a part of an API", () => {
    const errors = Object.entries(DOORS).flatMap(([room, module]) =>
      Object.entries(module)
        .filter(([, value]) => typeof value === "function" && Error.prototype.isPrototypeOf(value.prototype ?? {}))
        .map(([name, value]) => [`${room}.${name}`, Schema.isSchema(value)] as const)
    )
    assert.isAbove(errors.length, 6)
    for (const [name, isSchema] of errors) assert.isTrue(isSchema, name)
  })
})

describe("the identifiers of public schemas", () => {
  it("begin with the name of the package, and have no character that OpenAPI forbids", () => {
    const ids = new Set(schemas.flatMap(([, ids]) => ids))
    assert.isAbove(ids.size, 25)
    for (const id of ids) assert.match(id, /^algogen\.[A-Za-z]+$/)
  })

  it("stand beside those of an application that are called the same", () => {
    class Usage extends Schema.Class<Usage>("Usage")({ seats: Schema.Number }) {}
    const both = JSONSchema.make(Schema.Struct({ ours: Usage, theirs: Algogen.Answer.Usage }))
    assert.sameMembers(Object.keys(both.$defs ?? {}), ["Usage", "algogen.Usage"])
  })
})
