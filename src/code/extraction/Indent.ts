/**
 * What stands before each line of a block and is not the module's: the indentation of a list, the marks of a quotation. It is
 * taken from all lines alike or from none, so that what is left is the module or does not compile.
 */
import * as Steps from "../Steps.js"

/** A few characters of each line are looked at. */
const STRETCH = 16 * Steps.STRETCH

export const isBlank = (line = ""): boolean => line.trim() === ""
export const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? ""

export const widthOf = (line: string): number => indentOf(line).length

/** The indentation that all lines share which have more than that. */
const sharedBy = (lines: ReadonlyArray<string>): string => {
  let shared: string | undefined
  for (const line of lines) {
    if (isBlank(line)) continue
    const indent = indentOf(line)
    let length = 0
    while (length < indent.length && indent[length] === (shared ?? indent)[length]) length++
    shared = indent.slice(0, length)
    if (shared === "") break
  }
  return shared ?? ""
}

/**
 * Whether blank lines were indented with the others. They were not where one is too short for it; nobody knows where all of them
 * are as wide as the code around them would be without its indentation.
 */
const indentsBlanks = (lines: ReadonlyArray<string>, shared: string): boolean | undefined => {
  const blanks = [...lines.keys()].filter((index) => lines[index] !== "" && isBlank(lines[index] ?? ""))
  if (blanks.length === 0) return true
  if (blanks.some((index) => !lines[index]?.startsWith(shared))) return false
  const before = widthsOf(lines)
  const after = widthsOf(lines.toReversed()).toReversed()
  const areWide = blanks.every((index) => {
    const width = lines[index]?.length ?? 0
    const isAround = (wanted: number): boolean => before[index] === wanted || after[index] === wanted
    return width > shared.length && !isAround(width) && isAround(width + shared.length)
  })
  return areWide ? undefined : true
}

/** For each line the indentation of the last one before it that is not blank. */
const widthsOf = (lines: ReadonlyArray<string>): ReadonlyArray<number> => {
  let width = 0
  return lines.map((line) => (width = isBlank(line) ? width : widthOf(line)))
}

const without = (lines: ReadonlyArray<string>, shared: string): ReadonlyArray<string> => {
  const indented = indentsBlanks(lines, shared)
  if (indented === undefined) return lines
  return lines.map((line) => {
    if (isBlank(line)) return indented ? line.slice(shared.length) : line
    return line.slice(shared.length)
  })
}

/** Without the indentation that all lines share. A single column that the fence does not share is a slip of the code. */
export const removed = (lines: ReadonlyArray<string>, fenceIndent: number): ReadonlyArray<string> => {
  const shared = sharedBy(lines)
  return shared === "" || (shared === " " && fenceIndent === 0) ? lines : without(lines, shared)
}

/** The same, and no more than the fence itself is indented. */
export const removedUpTo = (lines: ReadonlyArray<string>, fenceIndent: number): ReadonlyArray<string> => {
  const shared = fenceIndent === 0 ? "" : sharedBy(lines).slice(0, fenceIndent)
  return shared === "" ? lines : without(lines, shared)
}

const QUOTED = /^[ \t]*>/

/** The line behind the last of those that are quoted, from `from` on. */
export function* endOfQuote(lines: ReadonlyArray<string>, from: number): Steps.Steps<number> {
  let end = from
  while (end < lines.length && QUOTED.test(lines[end] ?? "")) if (++end % STRETCH === 0) yield
  return end
}

export const isQuoted = (text: string): boolean => text.startsWith(">") && !/\n(?![ \t]*>|$)/.test(text)

/** Without one mark of quotation before each line, and without the space behind it where every line has one. */
export function* unquoted(lines: ReadonlyArray<string>): Steps.Steps<ReadonlyArray<string>> {
  const rest: Array<string> = []
  for (const line of lines) {
    rest.push(line.replace(QUOTED, ""))
    if (rest.length % STRETCH === 0) yield
  }
  yield
  const spaced = rest.every((line) => line === "" || line.startsWith(" "))
  return spaced ? rest.map((line) => line.slice(1)) : rest
}
