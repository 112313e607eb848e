/**
 * Which choice of a chunk or body is the answer, where there are several: one is asked for. Some servers have its parts in
 * several choices, or what the model says of its work in the first and the work in the second. Pure.
 */
import * as Lenient from "./Lenient.js"
import * as Parts from "./Parts.js"
import * as Piece from "./Piece.js"

type Fields = Readonly<Record<string, unknown>>

/** A choice, and what it says; of several with one index all that they say. */
export interface Chosen {
  readonly choice: Fields
  readonly piece: Piece.Piece
  readonly index: number
}

/** What a program begins with, or the block that it is in. */
const CODE = /^[ \t]*(?:```|~~~|(?:def|class|import|from)[ \t])/m

/** `wanted` is the index that text has come with: what has another one is another answer. */
export const of = (chunk: Fields, wanted: number | undefined): Chosen | undefined => {
  const { choices } = chunk
  if (!Array.isArray(choices)) return Lenient.isRecord(choices) ? chosen(choices) : undefined
  const [only] = choices
  if (choices.length === 1) return Lenient.isRecord(only) ? meant([chosen(only)], wanted) : undefined
  const all = choices
    .filter(Lenient.isRecord)
    .map(chosen)
    .toSorted((one, other) => one.index - other.index)
  return meant(
    [...new Set(all.map(({ index }) => index))].map((index) => joined(all, index)),
    wanted
  )
}

const chosen = (choice: Fields, place = 0): Chosen => ({
  choice,
  piece: Piece.ofChoice(choice),
  index: Lenient.numeric(choice["index"]) ?? place
})

const meant = (all: ReadonlyArray<Chosen>, wanted: number | undefined): Chosen | undefined => {
  if (wanted !== undefined) return all.find(({ index }) => index === wanted)
  const texts = all.filter(({ piece }) => piece.text.trim() !== "")
  return texts.find(({ piece }) => CODE.test(piece.text)) ?? texts[0] ?? all[0]
}

const joined = (all: ReadonlyArray<Chosen>, index: number): Chosen => {
  const same = all.filter((one) => one.index === index)
  const [first = { choice: {}, piece: Piece.ofChoice({}), index }] = same
  if (same.length < 2) return first
  const pieces = same.map(({ piece }) => piece)
  const texts = pieces.map(({ text }) => text)
  const piece = {
    ...first.piece,
    text: first.piece.snapshot ? Parts.apart(texts) : texts.join(""),
    reasoning: pieces.map(({ reasoning }) => reasoning).join(""),
    refusal: pieces.map(({ refusal }) => refusal).join(""),
    finish: pieces.findLast(({ finish }) => finish !== undefined && finish !== null)?.finish
  }
  return { ...first, piece }
}
