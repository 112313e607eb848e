/** What stands glued to the first line of the code, so that the line is neither a sentence nor Python. */

/** The words of those who speak, and of what they give, with a colon; marks of chat templates; the end of a mark that was torn. */
const FRONT =
  /^(?:\s*(?:(?:assistant|ai|bot|model|python3?|answer|response|reply|output|result|code)[ \t]*[:：]|<[|｜][^<>\n]{1,40}[|｜]>|<?\/?think(?:ing)?>))+[ \t]*/i

/** The text without it. */
export const removed = (text: string): string => text.replace(FRONT, "")
