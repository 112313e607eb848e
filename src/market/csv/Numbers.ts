/** Numbers as price files write them: 1234.5, 1,234.50, 1.234,50, $187.15, 12.5M, and the many words for nothing. */

const NOTHING = new Set(["", "-", "--", ".", "nan", "null", "none", "na", "n/a", "#n/a", "nat"])

/** Currencies, and the spaces and apostrophes that separate thousands. */
const DECORATION = /[\s\u00a0\u202f'’$€£¥₹]/g

const SCALES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 }

/** Thousands are grouped by three, in India by two but for the last; anything else is no number rather than a wrong one. */
const GROUPED: Readonly<Record<Mark, RegExp>> = {
  ".": /^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/,
  ",": /^[+-]?\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d*)?$/
}

const PLAIN_GROUPS = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

/** What stands before the decimals. */
export type Mark = "." | ","

/** The mark of a file by a part of its prices: the later of two kinds, or a comma that cannot separate thousands. */
export const markOf = (samples: ReadonlyArray<string>, separator: string): Mark => {
  let isDoubtful = false
  for (const sample of samples) {
    const [dot, comma] = [sample.lastIndexOf("."), sample.lastIndexOf(",")]
    if (dot !== -1 && comma !== -1) return dot > comma ? "." : ","
    if (dot !== -1 && sample.indexOf(".") === dot) return "."
    if (comma !== -1 && !GROUPED["."].test(sample.replaceAll(DECORATION, ""))) return ","
    isDoubtful ||= comma !== -1
  }
  // Files are separated by semicolons where commas are needed for decimals.
  return isDoubtful && separator !== "," ? "," : "."
}

/** NaN for nothing, undefined for what is no number. */
export const parse = (text: string, mark: Mark): number | undefined => {
  // What nearly all are, at a fraction of the cost.
  const quick =
    mark === "." && text !== "" ? Number(PLAIN_GROUPS.test(text) ? text.replaceAll(",", "") : text) : Number.NaN
  if (Number.isFinite(quick) && text.trim() !== "") return quick
  const bare = text.trim().toLowerCase()
  if (NOTHING.has(bare) || /^[+-]?inf(inity)?$/.test(bare)) return Number.NaN
  const [, digits = "", unit = ""] = /^(.*?)([kmb]?)$/.exec(bare.replaceAll(DECORATION, "")) ?? []
  const other = mark === "." ? "," : "."
  if (digits.includes(other) && !GROUPED[mark].test(digits)) return undefined
  const value = digits.replaceAll(other, "").replace(mark, ".")
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(value) ? Number(value) * (SCALES[unit] ?? 1) : undefined
}
