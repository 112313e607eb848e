/** The brackets that are open at a place of a text. */
import type { Token } from "./Token.js"

/** CPython's MAXLEVEL. */
const MAX_DEPTH = 200

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

export const isOpener = (text: string | undefined): boolean => text === "(" || text === "[" || text === "{"
export const isCloser = (text: string | undefined): boolean => text === ")" || text === "]" || text === "}"

/** Does a closing bracket end what an opening one began. */
export const isPair = (opener: string, closer: string): boolean => CLOSERS[opener] === closer

export class Brackets {
  private readonly open: Array<Token> = []

  get innermost(): Token | undefined {
    return this.open.at(-1)
  }

  get isInside(): boolean {
    return this.open.length > 0
  }

  wrongWith(symbol: string, line: number): readonly [code: string, message: string] | undefined {
    if (isOpener(symbol)) {
      return this.open.length < MAX_DEPTH ? undefined : ["too-deep", "too many nested brackets"]
    }
    if (!isCloser(symbol)) return undefined
    const { innermost: open } = this
    if (open === undefined) return ["unmatched-bracket", `unmatched '${symbol}'`]
    if (isPair(open.text, symbol)) return undefined
    const from = open.line === line ? "" : ` on line ${open.line}`
    return ["unmatched-bracket", `closing '${symbol}' does not match opening '${open.text}'${from}`]
  }

  take(token: Token): void {
    if (isOpener(token.text)) this.open.push(token)
    else if (isCloser(token.text)) this.open.pop()
  }
}
