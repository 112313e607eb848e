/**
 * Indentation as CPython measures it: twice, with tabs that reach the next multiple of 8 and with tabs that are one
 * column wide. Where the two measures disagree about a block, tabs and spaces are mixed.
 */

/** CPython's MAXINDENT less one. */
const MAX_LEVELS = 99
const TAB = 8

export interface Width {
  readonly column: number
  readonly characters: number
  /** Where the indentation ends in the text. */
  readonly end: number
}

export const measure = (text: string, from: number): Width => {
  let column = 0
  let characters = 0
  let end = from
  for (; end < text.length; end++) {
    const char = text[end]
    if (char === " ") column++
    else if (char === "\t") column = (Math.floor(column / TAB) + 1) * TAB
    else if (char === "\f") column = 0
    else break
    characters = char === "\f" ? 0 : characters + 1
  }
  return { column, characters, end }
}

/** One level opened, some closed, or what is wrong with the line. */
export type Change =
  | { readonly _tag: "Opened" }
  | { readonly _tag: "Closed"; readonly levels: number }
  | { readonly _tag: "Wrong"; readonly code: string; readonly message: string }

const wrong = (code: string, message: string): Change => ({ _tag: "Wrong", code, message })
const mixed = wrong("mixed-tabs", "tabs and spaces are mixed in the indentation: use 4 spaces per level")

interface Level {
  readonly column: number
  readonly characters: number
}

const FLAT: Level = { column: 0, characters: 0 }

/** The open levels of a module, told line by line how far each is indented. */
export class Levels {
  private readonly open: Array<Level> = []
  private before: Level | undefined

  get depth(): number {
    return this.open.length
  }

  private get top(): Level {
    return this.open[this.open.length - 1] ?? FLAT
  }

  /** The line has nothing but a backslash: what is before it, if anything is, is the indentation of the next. */
  continued({ column }: Width): void {
    if (column > 0) this.before ??= { column, characters: column }
  }

  blank(): undefined {
    this.before = undefined
  }

  next(width: Width): Change {
    const { characters, column } = this.before ?? width
    this.before = undefined
    if (column > this.top.column) {
      if (characters <= this.top.characters) return mixed
      if (this.depth >= MAX_LEVELS) return wrong("too-deep", "too many levels of indentation")
      this.open.push({ column, characters })
      return { _tag: "Opened" }
    }
    const before = this.depth
    while (column < this.top.column) this.open.pop()
    if (column !== this.top.column) {
      return wrong("bad-indentation", "this line's indentation matches no enclosing block")
    }
    return characters === this.top.characters ? { _tag: "Closed", levels: before - this.depth } : mixed
  }
}
