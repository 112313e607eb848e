/**
 * Fenced code blocks as CommonMark has them: backticks or tildes, longer fences around shorter ones, indented in lists,
 * quoted, with an info string, and open until the end when nobody closes them.
 */

export interface Block {
  /** The text of the block, then the same block up to later fences: the first one may belong to a docstring. */
  readonly variants: ReadonlyArray<string>
  readonly python: boolean
  readonly open: boolean
}

const OPENING = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})[ \t]*([^`\n]*)$/
/** Not CommonMark, but models write it: `Here is the code: ```python`. */
const LATE_OPENING = /^(.*\S[ \t]*)(`{3,})((?:python|py)\w*)[ \t]*$/i
const PYTHON = /^(?:\{?\.?(?:python|py|ipython)[\w.]*\b.*|)$/i

/** A closing fence may be indented by three columns more than its container, never by four. */
const MAX_CLOSING_INDENT = 3
/** How many later fences may be taken for the end of one block. */
const MAX_VARIANTS = 4

const widthOf = (prefix: string): number => prefix.replaceAll(/[^ \t]/g, " ").replaceAll("\t", "    ").length

const isClosing = (line: string, fence: string, indent: number): boolean => {
  const [, space = "", marks = ""] = /^([ \t>]*)(`{3,}|~{3,})[ \t]*$/.exec(line) ?? []
  return marks.startsWith(fence) && widthOf(space) <= indent + MAX_CLOSING_INDENT
}

/** Removes the indentation that all lines share; a single column that the fence does not share is a slip of the code. */
const dedent = (lines: ReadonlyArray<string>, fenceIndent: number): ReadonlyArray<string> => {
  let shared: string | undefined
  for (const line of lines) {
    if (line.trim() === "") continue
    const [indent = ""] = /^[ \t]*/.exec(line) ?? []
    let length = 0
    while (length < indent.length && indent[length] === (shared ?? indent)[length]) length++
    shared = indent.slice(0, length)
  }
  if (shared === undefined || shared === "" || (shared === " " && fenceIndent === 0)) return lines
  return lines.map((line) => (line.trim() === "" ? "" : line.slice(shared.length)))
}

const unquoted = (lines: ReadonlyArray<string>, depth: number): ReadonlyArray<string> =>
  depth === 0 ? lines : lines.map((line) => line.replace(new RegExp(`^(?:[ \\t]*>){0,${depth}} ?`), ""))

export const blocks = (text: string): ReadonlyArray<Block> => {
  const lines = text.split("\n")
  const found: Array<Block> = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ""
    const opening = OPENING.exec(line) ?? LATE_OPENING.exec(line)
    if (opening === null) continue
    const [, prefix = "", fence = "", info = ""] = opening
    const indent = OPENING.test(line) ? widthOf(prefix) : 0
    const depth = prefix.split(">").length - 1
    const ends: Array<number> = []
    for (let end = at + 1; end < lines.length && ends.length < MAX_VARIANTS; end++) {
      if (isClosing(lines[end] ?? "", fence, indent)) ends.push(end)
    }
    const open = ends.length === 0
    const body = (end: number): string => {
      const content = dedent(unquoted(lines.slice(at + 1, end), depth), indent).join("\n")
      return end < lines.length && end > at + 1 ? `${content}\n` : content
    }
    const variants = open ? [...gluedEnds(lines, at, fence, body), body(lines.length)] : ends.map(body)
    found.push({ variants, python: PYTHON.test(info.trim()), open })
    at = ends[0] ?? lines.length
  }
  return found
}

/** The closing fence stands behind the last line of code: `return "HOLD"` and three backticks. */
const gluedEnds = (
  lines: ReadonlyArray<string>,
  at: number,
  fence: string,
  body: (end: number) => string
): ReadonlyArray<string> =>
  lines
    .flatMap((line, index) => (index > at && line.trimEnd().endsWith(fence) && line.trim() !== fence ? [index] : []))
    .slice(0, MAX_VARIANTS)
    .map((end) => {
      const whole = body(end + 1).trimEnd()
      return `${whole.slice(0, whole.lastIndexOf(fence)).trimEnd()}\n`
    })

/** Blocks that belong together: helpers in one, the function in another. */
export const joined = (found: ReadonlyArray<Block>): ReadonlyArray<string> => {
  const python = found.filter((block) => block.python).map(({ variants }) => variants[0] ?? "")
  const last = python.findLastIndex((source) => source.includes("execute_trade"))
  if (python.length < 2) return []
  const own = python[last] ?? ""
  const pairs = python.slice(0, Math.max(0, last)).map((source) => [source, own].join("\n"))
  return [python.slice(0, last + 1).join("\n"), python.join("\n"), ...pairs.toReversed()]
}
