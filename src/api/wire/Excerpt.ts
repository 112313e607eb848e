/** Foreign words made fit for logs, terminals and reports: one short line, without control characters. Pure. */

const MAX_LENGTH = 300

/** What is looked at of a longer text: enough for the head of an HTML page, and little enough for the expressions below. */
const SCANNED = 4_000

/** One line of at most 300 characters. */
export const line = (text: string): string => {
  const words = text
    .slice(0, SCANNED)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH - 1)}…` : words
}

/** The same for the body of a failure, where edge proxies put pages of HTML that say all they have to say in their text. */
export const page = (text: string): string => {
  const head = text.slice(0, SCANNED)
  if (!/<(?:!doctype|html|head|body)\b/i.test(head)) return line(head)
  return line(head.replace(/<(style|script)\b[^]*?<\/\1>/gi, " ").replace(/<[^<>]*>/g, " "))
}
