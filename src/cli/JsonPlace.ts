/** Where a text stops being JSON, as an editor counts lines and columns. Pure, and linear in the text. */

const SPACE = /[ \t\n\r]*/y
const TOKEN =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** What may come next: a value, the end of a list or a value, a name or the end, a name, a colon, a comma or the end. */
type Wanted = "value" | "value or ]" | "name or }" | "name" | ":" | ", or end"

const matches = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** The first place at which the text cannot go on; its end where something is missing. */
const offsetOf = (text: string): number => {
  const open: Array<"[" | "{"> = []
  let wanted: Wanted = "value"
  let at = matches(SPACE, text, text.startsWith("\ufeff") ? 1 : 0)
  for (; at < text.length; at = matches(SPACE, text, at)) {
    const sign = text[at] ?? ""
    const closes = sign === (open.at(-1) === "[" ? "]" : "}") && open.length > 0
    if (closes && (wanted === ", or end" || wanted === "value or ]" || wanted === "name or }")) {
      open.pop()
      wanted = ", or end"
      at += 1
    } else if (wanted === ", or end" && sign === "," && open.length > 0) {
      wanted = open.at(-1) === "[" ? "value" : "name"
      at += 1
    } else if (wanted === ":" && sign === ":") {
      wanted = "value"
      at += 1
    } else if ((wanted === "value" || wanted === "value or ]") && (sign === "[" || sign === "{")) {
      open.push(sign)
      wanted = sign === "[" ? "value or ]" : "name or }"
      at += 1
    } else {
      const end = wanted === ":" || wanted === ", or end" ? at : matches(TOKEN, text, at)
      const isName: boolean = wanted === "name" || wanted === "name or }"
      if (end === at || (isName && sign !== '"')) return at
      wanted = isName ? ":" : ", or end"
      at = end
    }
  }
  return at
}

/** As in `column 14`, of a text that is a single line to its reader. */
export const columnOfError = (line: string): string => `column ${offsetOf(line) + 1}`

/** As in `line 3, column 14`. */
export const ofError = (text: string): string => {
  const before = text.slice(0, offsetOf(text)).split(/\r\n?|\n/)
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`
}
