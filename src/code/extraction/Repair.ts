/**
 * What a server, or a model that writes for a web page, did to all of an answer: what its characters stand for, and what is
 * glued to its beginning or its end. Read in this way where the text as it stands gives no module, and one of these at a time:
 * whatever comes of it has to pass all checks.
 */
import type { Rest } from "../Steps.js"
import * as Front from "./Front.js"

/** Characters that nobody sees: sent to keep a connection open, or before a fence. */
const INVISIBLE = /[\u200b\u2060\ufeff]/g

/** One blank before the first line and before no other: tokenizers put it before the first word. */
const withoutBlank = (text: string): string =>
  /^\n* \S/.test(text) && !/\n(?: {2})* \S/.test(text) ? text.replace(/^\n* /, "") : text

type Rewriting = (text: string) => string

const REWRITINGS: ReadonlyArray<Rewriting> = [(text) => text.replaceAll(INVISIBLE, ""), Front.removed, withoutBlank]

/** The texts that the answer may have been. */
export function* readings(answer: string): Generator<string | Rest> {
  const text = answer.includes("\r") ? answer.replaceAll(/\r\n?/g, "\n") : answer
  for (const rewrite of REWRITINGS) {
    const other = rewrite(text)
    if (other !== text) yield other
    yield
  }
}
