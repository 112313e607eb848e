/** What a line of text is: a sentence, a title, Markdown, or a line of code. */

/** Words as people write them, with the quotes and stops around them; numbers count too. */
const WORD = /^["'“‘«(*_[]*[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}’'/.%-]*["'”’»)*_\]]*[.,:;!?。：！？，、；…)"'”*_]*$/u
const STOP = /[.:!?。：！？…]["'”)\]*_`]*$/
/** Lower-case words with which a line of Python begins, and a line of prose seldom. */
const KEYWORD =
  /^(?:import|from|def|class|return|if|elif|else|for|while|try|except|finally|with|async|await|global|nonlocal|del|assert|pass|break|continue|yield|raise|lambda|match|case|print)\b/
const TARGET = "\\*?\\(?\\*?[\\p{L}_][\\p{L}\\p{N}_.]*(?:\\[[^\\]]*\\])*\\)?"
/** Assignments, calls and decorators, be they broken or whole, and strings. */
export const CODE = new RegExp(
  `^(?:${TARGET}(?:[ \\t]*,[ \\t]*${TARGET})*,?[ \\t]*(?::[^=]*)?(?:[-+*/|&^%@]|//|\\*\\*|<<|>>)?=(?!=)|[\\p{L}\\p{N}_.]+\\(.*\\)?[ \\t]*(?:#.*)?$|@\\w|[rRuUbBfF]{0,2}["']{3})`,
  "u"
)
/** What Markdown leaves. */
const MARKUP =
  /^(?:[-*+>•–—→][ \t]|#{1,6}[ \t]|\d+[.)][ \t]|(?:`{3,}|~{3,})[\w{}.:/ -]*$|---|===|\*\*|\||\[[^\]]*\]\(|\[\d+\]:?[ \t]+https?:|(?=\w)(?:python3?|py)?(?:copy(?: code)?|edit|run|download)*$|(?:file(?:name)?:[ \t]*|<file_sep>)?[\w./-]{1,60}\.py:?$|>>>\w{1,20}$|:{3,}(?:\w{1,20}(?:\{[^}]*\})?)?$|\[source,[^\]]*\]$)/i
/** No line of Python begins with a symbol that is neither ASCII nor part of a name. */
const SYMBOL = /^[^\x20-\x7e\p{ID_Start}]/u
/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u
const TAG = /<[/!|｜]?[A-Za-z｜][^<>\n]{0,100}>/g

const LEADING_TAGS = /^(?:<[!/|｜]?[A-Za-z｜][^<>\n]{0,100}>\s*)+/

/** How many words make a sentence that has no stop, and how much of any sentence is words. */
const MIN_WORDS = 3
const MIN_SHARE = 0.6

export const isComment = (line: string | undefined): boolean => line?.startsWith("#") === true

/** The words in a line that is mostly words, 0 in any other. */
export const wordsIn = (line: string): number => {
  const parts = line.trim().split(/[ \t]+/)
  const words = parts.filter((part) => WORD.test(part)).length
  return words < parts.length * MIN_SHARE ? 0 : words
}

/** Quoted code and addresses are words in a sentence. */
export const plain = (line: string): string => line.replaceAll(/`[^`]*`|https?:\S+/g, "code")

export const isSentence = (tagged: string): boolean => {
  const whole = tagged.replace(LEADING_TAGS, "") || tagged
  if (CODE.test(whole) || isComment(whole)) return false
  if (UNSPACED.test(whole)) return !KEYWORD.test(whole)
  const line = plain(whole)
  const words = wordsIn(line)
  return KEYWORD.test(line)
    ? words > MIN_WORDS && /[.!]$/.test(line)
    : words >= MIN_WORDS || (words > 0 && STOP.test(line))
}

/** A word or two. */
export const isTitle = (line: string): boolean =>
  !KEYWORD.test(line) && !CODE.test(line) && /^[\p{L}\p{M}][\p{L}\p{M}\p{N} .'’-]*$/u.test(line)

export const isMarkup = (line: string): boolean => {
  if (MARKUP.test(line) || SYMBOL.test(line)) return true
  if (!line.startsWith("<")) return false
  const rest = line.replaceAll(TAG, "").trim()
  return rest !== line.trim() && (rest === "" || isSentence(rest))
}
