/** One slot of a run that goes on, until it is settled. */
import { describeRound } from "../../domain/Round.js"
import type { Score } from "../../domain/Score.js"
import type * as Leaderboard from "../../generation/Leaderboard.js"
import type * as Progress from "../../generation/Progress.js"
import * as Format from "../Format.js"
import * as FromReport from "../FromReport.js"
import type * as Run from "../Run.js"
import * as Written from "./Written.js"

export interface Asked {
  readonly model: string
  readonly ticker: string
  /** From 1. */
  readonly sample: number
}

interface Wait {
  readonly cause: string
  readonly since: number
  /** Infinite where the others are waited for. */
  readonly until: number
  readonly why: string
}

export interface Place {
  readonly asked: Asked
  /** Those that are over. */
  readonly attempts: Array<Run.Attempt>
  /** Of the first request. */
  since?: number | undefined
  /** Of the request that is under way, and of its first token. */
  sentAt?: number | undefined
  firstAt?: number | undefined
  /** For the next request, or for the first. */
  wait?: Wait | undefined
  written: Written.Written
  made?: { readonly code: string; readonly score: Score | undefined } | undefined
  file?: string | undefined
  failed?: { readonly status: "failed" | "skipped"; readonly because: string; readonly reason: string } | undefined
  /** Of its verdict. */
  overAt?: number | undefined
}

type Event = Extract<Progress.Event, { readonly index: number }>

export const make = (asked: Asked, now: number): Place => ({
  asked,
  attempts: [],
  wait: { cause: "first", since: now, until: now, why: "" },
  written: Written.nothing
})

/** From now on it waits for its turn. */
export const begin = (place: Place, now: number): void => {
  if (place.since === undefined && place.wait !== undefined) place.wait = { ...place.wait, since: now }
}

/** When the request went out is only said of the first one: a later one goes out when its wait is over, or writes earlier. */
const send = (place: Place, at: number): void => {
  place.since ??= at
  place.sentAt = at
  place.firstAt = undefined
  place.written = Written.nothing
}

/** The request that is under way, as far as it is. */
const current = (
  { attempts, firstAt, sentAt, wait }: Place,
  outcome: string,
  now: number
): ReadonlyArray<Run.Attempt> =>
  sentAt === undefined
    ? []
    : [
        {
          number: attempts.length + 1,
          cause: wait?.cause ?? "first",
          waitedMs: wait === undefined ? 0 : Math.max(0, sentAt - wait.since),
          startedAt: sentAt,
          durationMs: Math.max(0, now - sentAt),
          firstTokenMs: firstAt === undefined ? undefined : firstAt - sentAt,
          outcome
        }
      ]

const end = (place: Place, now: number): void => {
  place.overAt ??= now
  place.sentAt = undefined
  place.wait = undefined
}

export const hear = (place: Place, event: Event, now: number): void => {
  switch (event._tag) {
    case "ModelStarted":
      return send(place, now)
    case "Writing":
      if (place.sentAt === undefined) send(place, Math.min(now, place.wait?.until ?? now))
      place.firstAt ??= now
      place.written = Written.add(place.written, event.text, event.offset)
      return
    case "AttemptFailed":
      place.attempts.push(FromReport.attempt(event.attempt))
      place.since ??= event.attempt.startedAt
      place.sentAt = undefined
      place.wait =
        event.retryAt === undefined
          ? undefined
          : {
              cause: event.cause ?? "backoff",
              since: now,
              until: event.retryAt,
              why: event.attempt.message ?? event.attempt.outcome
            }
      return
    case "RoundPlayed":
      // The next round begins when the others have played this one.
      place.attempts.push(...current(place, "ok", now))
      place.sentAt = undefined
      place.wait = { cause: "improve", since: now, until: Number.POSITIVE_INFINITY, why: describeRound(event) }
      if (event.code !== undefined) place.made = { code: event.code, score: event.score }
      return
    case "Generated":
      place.attempts.push(...current(place, "ok", now))
      place.made = { code: event.code, score: event.score }
      return end(place, now)
    case "Saved":
      place.file = event.path
      return
    case "SaveFailed":
      place.failed = { status: "failed", because: "StoreError", reason: event.message }
      return
    case "Failed":
    case "Skipped":
      place.failed = {
        status: event._tag === "Failed" ? "failed" : "skipped",
        because: event.reason._tag,
        reason: event.reason.message
      }
      return end(place, now)
    case "Settled":
      // From here on the outcome says it all.
      place.written = Written.nothing
  }
}

const words = ({ since, wait, written }: Place, isSent: boolean, now: number): string => {
  if (isSent) {
    const lines = Written.lines(written)
    return lines === 0 ? "asked" : `writing, ${Format.count(lines, "line")}`
  }
  if (since === undefined || wait === undefined) return since === undefined ? "waiting for its turn" : "being checked"
  if (!Number.isFinite(wait.until)) return Format.cut(wait.why, 80)
  return `again in ${Format.duration(Math.max(0, wait.until - now))} at the earliest: ${Format.cut(wait.why, 80)}`
}

/** Until when it is drawn to wait. */
const nextOf = ({ until }: Wait, now: number): number => (Number.isFinite(until) ? Math.max(now, until) : now)

/** Its verdict is known, its file and its cost are not. */
const SAVING: Run.Doing = { words: "", tail: [], lines: 0 }

/** What it is doing, at this moment. */
const doing = (place: Place, now: number): Run.Doing => {
  const { since, wait, written } = place
  const isWaiting = place.sentAt === undefined
  return {
    words: words(place, !isWaiting, now),
    wait:
      isWaiting && wait !== undefined
        ? { cause: wait.cause, since: wait.since, until: since === undefined ? now : nextOf(wait, now) }
        : undefined,
    tail: isWaiting ? [] : Written.tail(written),
    lines: isWaiting ? 0 : Written.lines(written)
  }
}

/** `now` may be past the end of a wait whose request has not written anything: it counts as sent. */
export const slot = (
  place: Place,
  now: number,
  standing: Leaderboard.Standing | undefined,
  context: FromReport.Context
): Run.Slot => {
  const { failed, made, since, wait } = place
  if (since !== undefined && place.sentAt === undefined && wait !== undefined && wait.until <= now)
    send(place, wait.until)
  const attempts = [...place.attempts, ...current(place, "running", now)]
  return {
    ...place.asked,
    // With rounds to come, what is there may not be what stays.
    status: failed?.status ?? (made === undefined || place.overAt === undefined ? "open" : "ok"),
    reason: failed?.reason,
    because: failed?.because,
    code: made?.code,
    file: place.file,
    attempts,
    requests: attempts.length,
    durationMs: since === undefined ? 0 : (place.overAt ?? now) - since,
    resumed: false,
    checks: [],
    score: standing && FromReport.standingOf(standing, place.asked.ticker, context),
    doing: place.overAt === undefined ? doing(place, now) : SAVING
  }
}
