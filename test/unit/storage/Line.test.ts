import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either, FastCheck as fc } from "effect"
import { describe } from "vitest"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import { entry, record } from "../../system/storage/journalling.js"
import { times } from "../properties.js"

const bytesOf = (records: ReadonlyArray<Record.Record>) => records.map((each) => Buffer.from(Line.print(each)))
const linesOf = (bytes: Uint8Array) => Line.spans(bytes).map(({ end, start }) => Line.parse(bytes.subarray(start, end)))
const recordsIn = (bytes: Uint8Array) => linesOf(bytes).flatMap((line) => (Either.isRight(line) ? [line.right] : []))

describe("the head of a line", () => {
  it("says what the whole line says, without its answer", () => {
    fc.assert(
      fc.property(record, (whole) => {
        const line = Line.encode(whole).subarray(0, -1)
        const head = whole._tag === "Answered" ? { _tag: whole._tag, key: whole.key, at: whole.at } : whole
        deepStrictEqual(Line.head(line), Either.right(head))
      })
    )
  })

  it("says whether there is only the beginning of an answer, whatever that contains", () => {
    for (const text of ["x", ',"partial":true', '","partial":true,"', "\\", "é".repeat(300)]) {
      const facts = { ...entry("key", text), at: 1 }
      for (const times of [{}, { startedAt: 1_700_000_000_000, firstTokenMs: 12_345.678_901_234_5 }]) {
        const [whole, partial] = [
          new Record.Answered({ ...facts, ...times }),
          new Record.Answered({ ...facts, partial: true, ...times })
        ]
        deepStrictEqual(Line.head(Line.encode(whole)), Either.right(Record.headOf(whole)))
        deepStrictEqual(Line.head(Line.encode(partial)), Either.right(Record.headOf(partial)))
      }
    }
  })

  it("is found in lines of earlier versions, which had the same fields in the same order", () => {
    const line =
      '{"version":1,"sum":"2a5c6e9f","record":{"key":"4704fd","at":1700000000000,"model":"x/y","ticker":"AAPL",' +
      '"messages":[],"answer":{"text":"","model":"x/y"},"_tag":"Answered"}}'
    deepStrictEqual(
      Line.head(Buffer.from(line)),
      Either.right({ _tag: "Answered" as const, key: "4704fd", at: 1_700_000_000_000 })
    )
  })

  it("is not what looks like one further inside", () => {
    const text = '{"version":1,"sum":"00000000","record":{"key":"a","at":1,'
    for (const line of [`x${text}`, text.replace('"version":1', '"version":2'), "{}", ""]) {
      assert.isTrue(Either.isLeft(Line.head(Buffer.from(line))))
    }
  })
})

describe("lines of a journal", () => {
  it("can be read in bytes of an earlier version", () => {
    const text =
      '{"version":1,"sum":"4c087a19","record":{"run":"r","at":5,"_tag":"Finished"}}\n' +
      '{"version":1,"sum":"4c087a19","record":{"run":"r","at":5,"_tag":"Finished"}}'
    deepStrictEqual(recordsIn(Buffer.from(text)), [
      new Record.Finished({ run: "r", at: 5 }),
      new Record.Finished({ run: "r", at: 5 })
    ])
  })

  it("are JSON with a version and a check sum", () => {
    assert.strictEqual(
      Line.print(new Record.Finished({ run: "r", at: 5 })),
      '{"version":1,"sum":"4c087a19","record":{"run":"r","at":5,"_tag":"Finished"}}\n'
    )
  })

  it("give back what was written", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        deepStrictEqual(recordsIn(Buffer.concat(bytesOf(records))), records)
      })
    )
  })

  it("lose nothing but the last record when the text ends anywhere", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), fc.nat(), (records, seed) => {
        const lines = bytesOf(records)
        const all = Buffer.concat(lines)
        const end = seed % (all.length + 1)
        let complete = 0
        for (let size = 0; complete < lines.length; complete++) {
          size += lines[complete]?.length ?? 0
          // The line break itself may be missing.
          if (size - 1 > end) break
        }
        deepStrictEqual(recordsIn(all.subarray(0, end)), records.slice(0, complete))
      }),
      { numRuns: times(100) }
    )
  })

  it("lose nothing but the record in which a bit is flipped, and never give back another one", () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (records, seed, bit) => {
          const lines = bytesOf(records)
          const damaged = Buffer.concat(lines)
          const position = seed % damaged.length
          damaged[position] = (damaged[position] ?? 0) ^ (1 << bit)
          let hit = 0
          for (let start = 0; start + (lines[hit]?.length ?? 0) <= position; hit++) {
            start += lines[hit]?.length ?? 0
          }
          const found = recordsIn(damaged)
          deepStrictEqual(
            found,
            found.length === records.length ? records : records.filter((_, index) => index !== hit)
          )
        }
      ),
      { numRuns: times(200) }
    )
  })

  it("lose nothing when it is a line break in which a bit is flipped", () => {
    const records = ["a", "b", "c"].map((run) => new Record.Finished({ run, at: 0 }))
    const bytes = Buffer.concat(bytesOf(records))
    for (const position of bytes.keys()) {
      for (let bit = 0; bytes[position] === 0x0a && bit < 8; bit++) {
        const damaged = Buffer.from(bytes)
        damaged[position] = 0x0a ^ (1 << bit)
        deepStrictEqual(recordsIn(damaged), records)
      }
    }
  })

  it("are told apart when they are of a newer version", () => {
    const [newer, damaged] = linesOf(
      Buffer.from('{"version":2,"sum":"?","what":{}}\n{"version":1,"sum":"?","record":{}}\n')
    )
    deepStrictEqual(newer, Either.left("of a newer version" as const))
    deepStrictEqual(damaged, Either.left("damaged" as const))
  })
})
