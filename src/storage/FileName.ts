/**
 * Which file belongs to which slot of a request. A name is made from the model id. It has no folder in it, and differs from
 * every other name of the same request on every file system. Pure: what is in the folder already does not matter.
 */
import * as Brand from "effect/Brand"
import { shortHash } from "../domain/Hash.js"

/** The name of an algorithm's file, in a folder for its ticker or in none. The pattern allows no other path and no reserved name. */
export type FileName = string & Brand.Brand<"algogen/FileName">

export const FileName = Brand.refined<FileName>(
  (name) => /^((?!\.+\/)[A-Z0-9.^=_-]+\/)?generated_algo_\w*\.py$/.test(name) && name.length <= 255,
  (name) => Brand.error(`not the name of an algorithm's file: ${name}`)
)

/** File systems allow 255 bytes for a name, encrypted ones 143: with prefix, hash, sample and number this stays below both. */
const MAX_STEM = 90

const sanitise = (text: string): string => text.replace(/[^A-Za-z0-9_]/gu, "_")

const hashed = (model: string): string => `${sanitise(model).slice(0, MAX_STEM)}_${shortHash(model)}`

const plain = (model: string): string => (model.length > MAX_STEM ? hashed(model) : sanitise(model))

/** macOS and Windows take `A.py` and `a.py` for one file. */
const fold = (name: string): string => name.toLowerCase()

export interface Named {
  readonly model: string
  readonly sample: number
  readonly ticker: string
}

/**
 * Names slots, in the order of the request. When ids of different models come out alike, the later one carries a hash of
 * its id, which is the same in the next run. A model that is named twice is numbered like one with two samples.
 */
export const namer = (byTicker: boolean): ((slot: Named) => FileName) => {
  const models = new Map<string, string>()
  const taken = new Set<string>()
  /** The number to try next, by the name that was wanted. */
  const next = new Map<string, number>()
  return ({ model, sample, ticker }) => {
    const owner = models.get(fold(plain(model))) ?? model
    models.set(fold(plain(model)), owner)
    const stem = owner === model ? plain(model) : hashed(model)
    const folder = byTicker ? `${folderOf(ticker)}/` : ""
    const nameOf = (number: number) => `${folder}generated_algo_${stem}${number === 1 ? "" : `_s${number}`}`
    const wanted = Number.isSafeInteger(sample) && sample > 1 ? sample : 1
    let number = next.get(fold(nameOf(wanted))) ?? wanted
    while (taken.has(fold(nameOf(number)))) {
      number += 1
    }
    if (number !== wanted) next.set(fold(nameOf(wanted)), number)
    taken.add(fold(nameOf(number)))
    return FileName(`${nameOf(number)}.py`)
  }
}

/** One name for each slot of a request for one ticker. */
export const fileNames = (slots: ReadonlyArray<Pick<Named, "model" | "sample">>): ReadonlyArray<FileName> => {
  const nameOf = namer(false)
  return slots.map((slot) => nameOf({ ...slot, ticker: "" }))
}

/** A folder for each ticker. It has no characters of a path, and is one that Windows allows; tickers have no `_`. */
export const folderOf = (ticker: string): string =>
  ticker
    .replaceAll("/", "_")
    .replaceAll(":", "__")
    .replace(/^(?=(con|prn|aux|nul|com\d|lpt\d)(\.|$))/i, "_")
    .replace(/\.$/, "._")

/** The name for when this one belongs to the same model for another ticker. */
export const forTicker = (name: FileName, ticker: string): FileName =>
  FileName(`${name.slice(0, -".py".length)}_${sanitise(ticker)}.py`)

/** The name for when this one belongs to another model, or is taken in any other way. */
export const distinct = (name: FileName, owner: string): FileName =>
  FileName(`${name.slice(0, -".py".length)}_${shortHash(owner)}.py`)
