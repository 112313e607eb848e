/** Finds what a text holds that may be the module: in blocks, in wrappings, between words, and in each of these again. */
import * as Either from "effect/Either"
import type { CodeFailure } from "../../domain/CodeFailure.js"
import type { PythonModule } from "../../domain/PythonModule.js"
import { ENTRY_POINT } from "../Contract.js"
import * as Steps from "../Steps.js"
import { AMBIGUOUS, type Candidate, type Check, trimmed } from "./Candidate.js"
import type { Spend } from "./Effort.js"
import * as Embedded from "./Embedded.js"
import * as Fence from "./Fence.js"
import * as Indent from "./Indent.js"
import * as Line from "./Line.js"
import * as Parts from "./Parts.js"
import * as Preference from "./Preference.js"
import * as Prefix from "./Prefix.js"
import * as Prose from "./Prose.js"
import * as Wrapping from "./Wrapping.js"

/** Wrappings in wrappings: a fence in a string in a document in a fence. */
const MAX_DEPTH = 4

/** The text begins with a wrapping that is no fence: fences in it can only be inside. */
const IS_ELEMENT = /^\s*<[A-Za-z?][^<>]*>/
const IS_STRING = /^\s*(?:[{[]\s*["'{[]|\w+\s*=\s*r?(?:"""|'''))/

/** What is left of a fence whose marks were lost. */
export const LABEL = /^\s*(?:python|py)[ \t]*\n/i

/** The text is Python, and something else is wrong with it. */
const isSyntactic = ({ stage }: CodeFailure): boolean => stage !== "guard" && stage !== "syntax"

/** The function is there, and not in a class or a string only. */
const isWrong = ({ code, stage }: CodeFailure): boolean =>
  stage === "structure" && code !== "no-function" && code !== "not-at-top-level"

/** A block, or a stretch of text without one, that defines the function. */
interface Place {
  readonly text: string
  readonly open: boolean
  readonly fenced: boolean
}

export class Reader {
  constructor(
    private readonly check: Check,
    private readonly spend: Spend
  ) {}

  private readonly compiles: Fence.Compiles = (source) =>
    this.asked(source, (result) => Either.isRight(result) || isSyntactic(result.left))

  private readonly firstWrongLine: Prose.FirstWrongLine = (source) =>
    this.asked(
      source,
      Either.match({
        onLeft: ({ line, stage }) => (stage === "syntax" || stage === "names" ? line : undefined),
        onRight: () => undefined
      })
    );

  private *asked<A>(source: string, meaning: (result: Either.Either<PythonModule, CodeFailure>) => A): Steps.Steps<A> {
    return meaning(yield* this.check(source))
  }

  /** The text is Python as it stands, with the function in it and no word that is none of its names. */
  *isModule(text: string): Steps.Steps<boolean> {
    if (!Prose.defines(text)) return false
    const result = yield* this.check(trimmed(text))
    return Either.isRight(result) || result.left.stage === "policy" || isWrong(result.left)
  }

  /** Whether a place in the text belongs to a block, or to a string of several lines. */
  *codeIn(text: string): Steps.Steps<(offset: number) => boolean> {
    const lines = yield* Line.linesOf(text)
    const starts = yield* Line.startsOf(lines)
    const startOf = (line: number): number => starts[line] ?? text.length
    const ranges: Array<readonly [from: number, to: number]> = []
    for (const { kind, last, start } of yield* Fence.blocks(text, this.compiles, this.spend)) {
      if (kind !== "other") ranges.push([startOf(start + 1), startOf(last)])
    }
    for (let at = 0; at < lines.length; at++) {
      if (at % Steps.STRETCH === 0) yield
      const end = Line.endOfString(lines, at)
      if (end > at) ranges.push([startOf(at) + (lines[at]?.search(/"""|'''/) ?? 0), startOf(end)])
      at = Math.max(at, end - 1)
    }
    return (offset) => ranges.some(([from, to]) => offset >= from && offset < to)
  }

  /** What a text holds, the likeliest first. */
  *read(text: string, depth = 0): Generator<Candidate | Steps.Rest> {
    if (depth > MAX_DEPTH) return
    this.spend(text.length)
    const quoted = Indent.isQuoted(text)
    yield
    const raw = quoted
      ? `${(yield* Indent.unquoted(yield* Line.linesOf(text.trim()))).join("\n")}\n`
      : text.replace(LABEL, "")
    yield
    if (depth > 0 && (yield* this.isModule(raw))) {
      yield { source: raw, open: false }
      return
    }
    const around = IS_ELEMENT.test(raw)
      ? Wrapping.elements(raw, this.compiles)
      : IS_STRING.test(raw)
        ? Embedded.texts(raw)
        : []
    for (const inner of around) {
      if (inner === undefined) yield
      else if (inner !== Wrapping.AMBIGUOUS) yield* this.within(inner, depth, false)
    }
    const { blocks, places } = yield* this.placesIn(raw)
    if (blocks.some(({ ambiguous }) => ambiguous)) return yield AMBIGUOUS
    for (const place of yield* Preference.latest(places, ({ text }) => text)) yield* this.from(place, depth)
    if (places.length > 0 && blocks.length === 0) return
    for (const source of yield* Parts.joined(blocks, this.compiles)) {
      yield { source, open: blocks.some(({ open }) => open) }
    }
    for (const { content, kind, open } of blocks.toReversed()) {
      if (kind === "python" || kind === "unlabelled") yield { source: content, open }
    }
  }

  /** What the last of several places holds. */
  *lastOf(text: string): Steps.Steps<ReadonlyArray<Candidate>> {
    const { places } = yield* this.placesIn(text)
    const last = places.at(-1)
    const found: Array<Candidate> = []
    if (last === undefined || places.length < 2) return found
    for (const candidate of this.from(last, 0)) {
      if (candidate === undefined) yield
      else found.push(candidate)
    }
    return found
  }

  private *placesIn(text: string): Steps.Steps<{
    readonly places: ReadonlyArray<Place>
    readonly blocks: ReadonlyArray<Fence.Block>
  }> {
    const found = yield* Fence.blocks(text, this.compiles, this.spend)
    if (found.length === 0) {
      return { blocks: [], places: text.includes(ENTRY_POINT) ? [{ text, open: false, fenced: false }] : [] }
    }
    const lines = yield* Line.linesOf(text)
    const between = ({ end }: Fence.Block, { start }: Fence.Block): string => lines.slice(end, start).join("\n")
    const blocks = yield* Parts.merged(found, between, this.compiles)
    const places: Array<Place> = []
    let at = 0
    let behind = ""
    const bare = (end: number, before: string): void => {
      const stretch = [behind, ...lines.slice(at, end), before].join("\n")
      const text = before === "" && end === lines.length ? stretch.slice(0, -1) : stretch
      if (text.includes(ENTRY_POINT)) places.push({ text: text.replace(/^\n/, ""), open: false, fenced: false })
    }
    for (const block of blocks) {
      bare(block.start, block.before)
      if (block.content.includes(ENTRY_POINT)) places.push({ text: block.content, open: block.open, fenced: true })
      at = block.end
      behind = block.behind
    }
    bare(lines.length, "")
    yield
    return { blocks, places }
  }

  private *from({ fenced, open, text }: Place, depth: number): Generator<Candidate | Steps.Rest> {
    const defines = Prose.defines(text)
    if (defines && fenced) yield { source: text, open }
    if (fenced && (yield* this.isModule(text))) return
    const plain = yield* Wrapping.withoutMagic(text)
    if (plain !== undefined && (yield* this.isModule(plain))) {
      yield { source: plain, open }
      return
    }
    for (const inner of this.inside(text)) {
      if (inner === Wrapping.AMBIGUOUS) return
      if (inner === undefined) yield
      else yield* this.within(inner, depth, open)
    }
    if (!defines) return
    const block = yield* Prose.indented(text)
    if (block !== undefined) yield { source: block, open }
    if (!fenced || open) {
      yield* Steps.map(Prose.regions(text, this.firstWrongLine), (source) => ({ source, open }))
    }
    if (!fenced) yield { source: text, open }
  }

  private within(inner: Wrapping.Inner, depth: number, open: boolean): Generator<Candidate | Steps.Rest> {
    return Steps.map(this.read(inner.text, depth + 1), (candidate) => ({
      ...candidate,
      open: candidate.open || inner.open || open
    }))
  }

  /** What stands in a wrapping that is no fence. */
  private *inside(text: string): Generator<Wrapping.Inner | typeof Wrapping.AMBIGUOUS | Steps.Rest> {
    for (const source of yield* Prefix.without(text, this.compiles)) yield { text: source, open: false }
    yield* Wrapping.between(text)
    yield
    yield* Wrapping.elements(text, this.compiles)
    yield
    yield* Embedded.texts(text)
  }
}
