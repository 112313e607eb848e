/**
 * What models say to themselves before they answer: thinking blocks of any spelling, channels, and the markers of a
 * conversation that leak into the text.
 */

const TAGS = "think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad|inner_monologue"
const CLOSED = new RegExp(`^[ \\t]*<(${TAGS})>(?:(?!<\\1>)[^])*?</\\1>[ \\t]*\\n?`, "gim")
const OPENING_LOST = new RegExp(`^[^]*</(?:${TAGS})>[ \\t]*\\n?`, "i")
const NEVER_CLOSED = new RegExp(`^[ \\t]*<(?:${TAGS})>[^]*$`, "im")
const CHANNEL = /(?:assistantfinal|<\|channel\|>\s*final(?:\s*<\|constrain\|>\s*\w+)?\s*(?:<\|message\|>)?)/g
const MARKER = "(?:<\\|[\\w ]+\\|>|</?s>|<(?:end|start)_of_turn>|\\[/?INST\\])"
const MARKERS_BEFORE = new RegExp(`^\\s*(?:${MARKER}[ \\t]*\\n?)+`)
const MARKER_AFTER = new RegExp(`${MARKER}$`)

export interface Kept {
  readonly kept: string
  /** A thinking block was never closed: the answer ended inside it. */
  readonly open: boolean
}

export const drop = (text: string): Kept => {
  const channels = [...text.matchAll(CHANNEL)]
  const channel = channels[channels.length - 1]
  const final = channel === undefined ? text : text.slice(channel.index + channel[0].length)
  const closed = final.replace(CLOSED, "")
  const open = NEVER_CLOSED.test(closed)
  const kept = closed.replace(OPENING_LOST, "").replace(NEVER_CLOSED, "").replace(MARKERS_BEFORE, "")
  return { kept: withoutMarkersAfter(kept), open }
}

const withoutMarkersAfter = (text: string): string => {
  let kept = text
  for (let end = kept.trimEnd(); MARKER_AFTER.test(end); end = kept.trimEnd()) kept = end.replace(MARKER_AFTER, "")
  return kept
}
