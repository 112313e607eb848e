/** What a terminal is told, so that lines can be written again in their place. */

/** Terminals that know it show what lies between as one picture; others ignore it. */
export const BEGIN_FRAME = "\x1b[?2026h"
export const END_FRAME = "\x1b[?2026l"
export const CLEAR_TO_LINE_END = "\x1b[K"
export const CLEAR_TO_SCREEN_END = "\x1b[J"
export const HIDE_CURSOR = "\x1b[?25l"
export const SHOW_CURSOR = "\x1b[?25h"
