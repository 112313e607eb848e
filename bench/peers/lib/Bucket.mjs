/** A token bucket, as a server's limit and as the pace of a client that has been told it. Times are milliseconds. */

/** Waits until the next token, as headers: whole seconds as most servers send them, or the exact time beside those. */
const hintsFor = (hints, wait) => {
  const seconds = { "retry-after": String(Math.ceil(wait / 1000)) }
  return hints === "both" ? { ...seconds, "retry-after-ms": String(Math.ceil(wait)) } : seconds
}

/** Says for a request at this time `undefined` if it is let in, else the headers of the refusal. */
export const make = ({ burst, hints, perSecond }) => {
  const perMs = perSecond / 1000
  let tokens = burst
  let last
  return (at) => {
    tokens = Math.min(burst, tokens + (last === undefined ? 0 : (at - last) * perMs))
    last = at
    if (tokens < 1) return hintsFor(hints, (1 - tokens) / perMs)
    tokens -= 1
    return undefined
  }
}

/** When a request may go, for a client that sends just as fast as the bucket lets it. */
export const pace = ({ burst, perSecond }) => {
  const gap = 1000 / perSecond
  let start
  let sent = 0
  return (at) => {
    start ??= at
    const due = start + Math.max(0, sent - burst + 1) * gap
    sent += 1
    return Math.max(0, due - at)
  }
}
