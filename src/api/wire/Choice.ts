/**
 * Which choice of a chunk or body is the answer, where there are several: one is asked for. Some servers have its parts in
 * several choices, or what the model says of its work in the first and the work in the second. Pure.
 */
import * as Lenient from "./Lenient.js"
import * as Parts from "./Parts.js"
import * as Piece from "./Piece.js"

/** A choice, and what it says; of several with one index all that they say. */
export interface Chosen {
  readonly choice: Lenient.Fields
  readonly piece: Piece.Piece
  readonly index: number
  /** Others with another index were in the same chunk. */
  readonly beside: boolean
}

/** What the indexes so far tell, beside the text that came with them. */
export interface Seen {
  text: string
  /** The index that text came with first. */
  choice?: number | undefined
  /** An index says which answer it is of, as one came again, or two in one chunk. Some servers count chunks with it. */
  choicesApart?: true | undefined
  /** How long the text was before another index came. */
  choiceSize?: number | undefined
  /** The index that came then. */
  choiceBetween?: number | "several" | undefined
}

/** What a program begins with, or the block that it is in. */
const CODE = /^[ \t]*(?:```|~~~|(?:def|class|import|from)[ \t])/m

/** As many answers of one chunk are looked at. */
const MOST = 16

export const of = (chunk: Lenient.Fields, seen: Seen): Chosen | undefined => {
  const { choices } = chunk
  if (!Array.isArray(choices)) return Lenient.isRecord(choices) ? chosen(choices) : undefined
  const [only] = choices
  const all = choices.length === 1 && Lenient.isRecord(only) ? [chosen(only)] : joined(choices)
  // A lone one is all that there is, be its index what it may, until indexes are known to tell answers apart.
  return meant(all, all.length > 1 || seen.choicesApart === true ? seen.choice : undefined)
}

/** Before the text of a choice is added: takes in what its index tells. Is it of the answer. */
export const note = (seen: Seen, { beside, index, piece }: Chosen): boolean => {
  if (seen.choicesApart === true) return true
  if (beside) seen.choicesApart = true
  if (piece.text === "") return true
  seen.choice ??= index
  if (index !== seen.choice) {
    seen.choiceSize ??= seen.text.length
    seen.choiceBetween = (seen.choiceBetween ?? index) === index ? index : "several"
    return true
  }
  if (seen.text === "") return true
  seen.choicesApart = true
  return seen.choiceSize === undefined || keep(seen, index, seen.choiceSize)
}

/** What came between was of another answer, or else is the first of them, wherever it was said first. */
const keep = (seen: Seen, index: number, size: number): boolean => {
  const { choiceBetween: other, text } = seen
  const isFirst = !(typeof other === "number" && other < index)
  if (!isFirst) seen.choice = other
  seen.text = isFirst ? text.slice(0, size) : text.slice(size)
  return isFirst
}

const chosen = (choice: Lenient.Fields, place = 0): Chosen => ({
  choice,
  piece: Piece.ofChoice(choice),
  index: indexOf(choice, place),
  beside: false
})

const indexOf = (choice: Lenient.Fields, place: number): number => Lenient.numeric(choice["index"]) ?? place

const meant = (all: ReadonlyArray<Chosen>, wanted: number | undefined): Chosen | undefined => {
  if (wanted !== undefined) return all.find(({ index }) => index === wanted)
  // Nearly every chunk has one.
  if (all.length < 2) return all[0]
  const texts = all.filter(({ piece }) => piece.text.trim() !== "")
  return texts.find(({ piece }) => CODE.test(piece.text)) ?? texts[0] ?? all[0]
}

/** One for each index, in their order. */
const joined = (choices: ReadonlyArray<unknown>): ReadonlyArray<Chosen> => {
  const groups = new Map<number, Array<Chosen>>()
  choices.forEach((choice, place) => {
    if (!Lenient.isRecord(choice)) return
    const index = indexOf(choice, place)
    const group = groups.get(index)
    if (group !== undefined) group.push(chosen(choice, place))
    else if (groups.size < MOST) groups.set(index, [chosen(choice, place)])
  })
  return [...groups.values()]
    .map((group) => merged(group, groups.size > 1))
    .toSorted((one, other) => one.index - other.index)
}

const merged = (same: ReadonlyArray<Chosen>, beside: boolean): Chosen => {
  const [first = chosen({})] = same
  if (same.length < 2) return { ...first, beside }
  const pieces = same.map(({ piece }) => piece)
  const texts = pieces.map(({ text }) => text)
  const piece = {
    ...first.piece,
    text: first.piece.snapshot ? Parts.apart(texts) : texts.join(""),
    reasoning: pieces.map(({ reasoning }) => reasoning).join(""),
    refusal: pieces.map(({ refusal }) => refusal).join(""),
    finish: pieces.findLast(({ finish }) => finish !== undefined && finish !== null)?.finish
  }
  return { ...first, piece, beside }
}
