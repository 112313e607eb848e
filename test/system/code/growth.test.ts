import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import type { Check } from "../../../src/code/extraction/Candidate.js"
import * as Effort from "../../../src/code/extraction/Effort.js"
import * as Extraction from "../../../src/code/extraction/Extraction.js"
import { nfkc } from "../../../src/code/python/Identifier.js"
import * as Steps from "../../../src/code/Steps.js"
import { type Block, block, entry, grown } from "../../unit/code/blocks.js"
import { shapes } from "../../unit/code/shapes.js"
import { times } from "../../unit/properties.js"

const { accept, check } = make()

/** The way of `accept` to the last candidate, and how many characters it was charged for. */
const readAll = (answer: string): number => {
  let charged = answer.length
  const reading = Effort.bounded(answer, function* (spend) {
    const counted = (characters: number): void => {
      charged += characters
      spend(characters)
    }
    const judge: Check = function* (source) {
      counted(source.length)
      return check(source)
    }
    const found = yield* Extraction.candidates(answer, judge, counted)
    if (Either.isLeft(found)) return Either.left(found.left)
    for (const candidate of found.right) if (candidate !== undefined) Steps.run(judge(candidate.source))
    return Either.void
  })
  Steps.run(reading)
  return charged
}

const checkAll = (source: string): number => {
  check(source)
  return source.length
}

interface Sizes {
  readonly small: number
  /** In turn, until one takes `ENOUGH_MS`. */
  readonly large: ReadonlyArray<number>
}
const SHORT: Sizes = { small: 2 * 1024, large: [16 * 1024] }
/** A cheap step for each character before it takes half a second of a text of the last length, and nothing that is seen of a short one. */
const LONG: Sizes = { small: 4 * 1024, large: [16 * 1024, 96 * 1024] }
/** What takes so long already may take seconds as the longest, among which that half second would not be seen. */
const ENOUGH_MS = 200
/** What is read again from each of its parts takes 4 to 24 times as long for each character; beside other tests anything may take 3 times. */
const MARGIN = 3
const SLACK_MS = 15
const ATTEMPTS = 6

/** By the time of the processor, of which what else the machine does takes nothing. The other tests of this process do. */
const timed = (run: (text: string) => number, text: string) => {
  const before = process.cpuUsage()
  const charged = run(text)
  const { system, user } = process.cpuUsage(before)
  return { ms: (system + user) / 1000, charged }
}

const excessOnce = (run: (text: string) => number, piece: Block, sizes: Sizes): string | undefined => {
  const text = grown(piece, sizes.small)
  const first = timed(run, text)
  // What runs for the first time takes several times as long, which is nothing beside what takes long anyway.
  const small = first.ms < ENOUGH_MS ? { ...first, ms: Math.min(first.ms, timed(run, text).ms) } : first
  for (const size of sizes.large) {
    const large = timed(run, grown(piece, size))
    if (large.ms > (MARGIN * small.ms * large.charged) / small.charged + SLACK_MS) {
      return `${JSON.stringify(piece)}: ${small.ms} ms for ${small.charged}, ${large.ms} ms for ${large.charged}`
    }
    if (large.ms >= ENOUGH_MS) return undefined
  }
  return undefined
}

/** Undefined where the time grows with what is read: once is enough, since nothing but the machine makes it longer. */
const excess = (run: (text: string) => number, piece: Block, sizes = SHORT): string | undefined => {
  let said: string | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    said = excessOnce(run, piece, sizes)
    if (said === undefined) return undefined
  }
  return said
}

/** Each of them took a time that grows with the square of its length, or worse. */
const known = [
  "<|im_end|>",
  "</s>",
  "<eos>\n",
  "<answer>\n",
  "<a x=",
  "<a>",
  "<pre>\n",
  "[thinking]",
  "«a»",
  "assistantfinal",
  ">",
  "> ",
  "> ```\n",
  ">>> ",
  "```",
  "`",
  "```x=1\n",
  "~~~",
  "=",
  "-",
  ".",
  "\n",
  "\t\n",
  '",\n\n',
  "'''\n",
  "x = '''\n",
  "\\'''\n",
  "match;",
  "𝒳",
  "𝒳 = é\n",
  `\`\`\`\n${entry}\`\`\`\nthe rest of it\n`,
  `<code>${entry}</code>\n`,
  `x = '''${entry}'''\n`
]

describe("the time grows with what is read, and not with its square", () => {
  it.each(known)("%j", (piece) => {
    assert.isUndefined(excess(readAll, { piece, place: "after code" }, LONG))
    for (const place of ["before code", "in a sentence"]) assert.isUndefined(excess(readAll, { piece, place }))
    assert.isUndefined(excess(checkAll, { piece, place: "before code" }))
  })

  it("any pieces in any place", () => {
    const property = FastCheck.property(block, (piece) => {
      assert.isUndefined(excess(readAll, piece))
      assert.isUndefined(excess(checkAll, piece))
    })
    FastCheck.assert(property, { numRuns: times(40), seed: 11 })
  })

  it("nor with how many marks stand on a letter of a name", () => {
    const { ms } = timed((name) => nfkc(name).length, `a${"\u0301\u0316".repeat(32_000)}`)
    assert.isBelow(ms, 500)
  })

  it("nor with how often loops in loops could be followed", () => {
    const deep = shapes["loops that unbind"]?.(40 * 1024) ?? ""
    const { ms } = timed((answer) => (accept(answer), 0), deep)
    assert.isBelow(ms, 2000)
  })
})
