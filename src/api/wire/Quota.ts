/** How long a quota that is used up holds, by the words of a server: a minute, or a day and more. Pure. */

/** One of nothing, which no patience fills, whatever the delay beside it. What remains of one is nothing every minute. */
const NOTHING =
  /\bquota\b[^\n]{0,200}(?<!\b(?:remaining|left|available)[ _-](?:\w+ )?)\blimit: ?0\b(?!\.\d| ?(?:left|remaining))/i

/** A day or more, or hours that no run lasts. */
const LONG =
  /\b(?:daily|per[- ]day|[TR]PD)\b|\b(?:weekly|monthly) (?:[\w()-]+ ){0,2}(?:limit|quota|allowance|allocation|cap)\b|\b(?:calls?|requests?|tokens?|messages?) ?(?:\/|per|an?|each) ?(?:day|week|month)\b|\bfree allocated quota exceeded|\b(?:calls?|requests?|tokens?|messages?) in the (?:last|past) (?:24 hours|day|week|month)\b|\b(?:quota|limit|allowance|credits?|requests?|messages?) for today\b|\b(?:[2-9]|\d\d+)-hour limit\b|(?:[2-9]|\d\d+) ?(?:个)?小时的?(?:使用)?(?:上限|限额|额度|配额)|[今当每本][日天周月][^。，,\n]{0,12}(?:额度|次|配额|限)/i

/** What is over soon. */
const SHORT =
  /(?<!\bin )\b(?:per|an?|each|every)[- ](?:second|sec|minute|min|hour)\b|\/ ?(?:s|sec|second|min|minute|hour)\b|\bhourly\b|\b(?:[TR]P[MS]|QPS)\b|每(?:秒|分|小时)/i

/** What another plan has to offer. */
const OFFER = new RegExp(
  [
    "\\b(?:paid|pro|plus|premium|team|business|enterprise|higher|other|larger) (?:plan|tier|account|subscription|user|customer)s? (?:\\w+ )?(?:includes?|gets?|offers?|comes?|have|has|allows?|gives?|provides?)\\b",
    "\\b(?:upgrad|unlock)\\w*\\b(?=[^.,;:\\n]{0,200}\\d)"
  ]
    .map((words) => `${words}(?:[^.;\\n]|\\.(?=\\d))*`)
    .join("|"),
  "gi"
)

const USED_UP = /\b(?:exceed\w*|reached|hit|used up|exhausted)\b|用完|用尽|耗尽|超过|超出|已达/i

export const isOfNothing = (said: string): boolean => NOTHING.test(said)

/**
 * Is it one of a day or more that is used up. The sentence that says so goes before a list of what limits there are, and in
 * a sentence that names several periods the first one counts.
 */
export const isLong = (said: string): boolean => {
  const sentences = said
    .replace(OFFER, " ")
    .split(/[.!?;](?=\s|$)|[。！；\n]/)
    .filter((sentence) => LONG.test(sentence) || SHORT.test(sentence))
  const sentence = sentences.find((each) => USED_UP.test(each)) ?? sentences[0] ?? ""
  const [long, short] = [LONG, SHORT].map((period) => period.exec(sentence)?.index ?? Number.POSITIVE_INFINITY)
  return (long ?? 0) < (short ?? 0)
}
