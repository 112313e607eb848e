/** Foreign words made fit for logs, terminals and reports: one short line of text, without control characters. Pure. */

const MAX_LENGTH = 300

/** What is looked at of a longer text: enough for the head of an HTML page, and little enough for the expressions below. */
const SCANNED = 4_000

/** Above this share of characters that no text has, it is no text: a compressed body, an image. */
const MAX_STRANGE = 0.1

/** What a name looks like: one line already. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/

/** One line of at most 300 characters; empty where the text is none. */
export const line = (text: string): string => {
  if (text.length <= MAX_LENGTH && PLAIN.test(text)) return text
  const head = text.slice(0, SCANNED)
  const strange = head.match(/[^\P{Cc}\t\n\r\v\f]|[\p{Co}\p{Cs}\uFFFD]/gu)?.length ?? 0
  if (strange > 3 && strange > head.length * MAX_STRANGE) return ""
  const words = head.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\s\uFFFD]+/gu, " ").trim()
  // Not in the middle of a character that takes two places.
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : words
}

const MARKUP = /^\s*<(?:!|\?|[a-z])[^<>]*>|<(?:!doctype|html|head|body)\b/i

/** Is it a page of HTML or XML. */
export const isPage = (text: string): boolean => {
  const head = text.slice(0, SCANNED)
  return MARKUP.test(head) && /<\/[a-z]|<(?:!doctype|html)/i.test(head)
}

/** The same for the body of a failure, where edge proxies put pages of HTML that say all they have to say in their text. */
export const page = (text: string): string => {
  const head = text.slice(0, SCANNED)
  if (!isPage(head)) return line(head)
  return line(
    head
      .replace(/<(style|script|svg)\b[^]*?(?:<\/\1>|$)/gi, " ")
      .replace(/<!--[^]*?-->/g, " ")
      .replace(/<[^<>]*(?:>|$)/g, " ")
      .replace(/&(?:nbsp|amp|lt|gt|quot|#39|#x27);/gi, (entity) => ENTITIES.get(entity.toLowerCase()) ?? " ")
  )
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&#x27;", "'"]
])
