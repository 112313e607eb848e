/**
 * The page as one file that needs no script, loads nothing, and may be read by eye, by keyboard, by ear and on paper.
 * Pure: the same run gives the same page.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { utf8ToBytes } from "@noble/hashes/utils.js"
import * as Encoding from "effect/Encoding"
import * as Timeline from "./chart/Timeline.js"
import { exact, html, Markup } from "./Markup.js"
import type { Run } from "./Run.js"
import * as Sections from "./Sections.js"
import { STYLE } from "./Style.js"

/** What a policy calls a text that is in the page itself. */
export const hashOf = (text: string): string => `'sha256-${Encoding.encodeBase64(sha256(utf8ToBytes(text)))}'`

const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'`

interface Skeleton {
  readonly page: Sections.Page
  /** What its head has besides. */
  readonly head: Markup
  /** What stands above the contents. */
  readonly above?: Markup | undefined
  readonly footer: Markup
}

export const skeleton = ({ above, footer, head, page }: Skeleton): string => {
  const [first, ...pieces] = page.pieces.map(({ content }) => content)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        ${head}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${page.title}</title>
        ${exact`<style>${new Markup(STYLE)}</style>`}
      </head>
      <body>
        ${Timeline.patterns} ${first} ${above} ${Sections.contents(page)}
        <main>${pieces.map((piece) => html`${piece} `)}</main>
        <footer>${footer}</footer>
      </body>
    </html> `.text
}

export const render = (run: Run): string =>
  skeleton({
    page: Sections.of(run),
    head: html`<meta http-equiv="Content-Security-Policy" content="${POLICY}" />`,
    footer: html`Made by algogen. Times are UTC; this page loads nothing and runs no script.`
  })
