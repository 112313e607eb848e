/**
 * Which answers have passed which checks, in files beside those of the runs: one a day for each version of the checks. They
 * spare work and nothing else, so they are not flushed, and what cannot be read or written, or not in time, is checked
 * again.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { sha256 } from "../../domain/Hash.js"
import type { Approvals } from "../Journal.js"
import * as Approval from "./Approval.js"
import * as Contents from "./Contents.js"
import { approvalsOf, approvedBy, type Folder, PRIVATE_FILE } from "./Folder.js"

export interface Writing extends Approvals {
  /** Writes what is not written yet. */
  readonly flush: Effect.Effect<void>
}

const decoder = new TextDecoder()

/** So many are lost when a process is killed, and have to be checked again. */
const TOGETHER = 64

/** Many times what it takes; a disk that is slower has stopped. */
const LIMIT = "2 seconds"

export const make = ({ folder, fs, isFileOrFree, path }: Folder): Writing => {
  /** Lines by the hashes of their answers, for each of the checks. */
  const known = new Map<string, Effect.Effect<Map<string, string>>>()
  /** Something took too long, and is not waited for a second time. */
  let isGivenUp = false
  let unwritten = new Map<string, Array<string>>()
  let size = 0

  /**
   * In a daemon, so that the limit holds even if the fiber that waits for it cannot be interrupted or has been. A call that
   * hangs may be uninterruptible, and is then abandoned.
   */
  const inTime = (work: Effect.Effect<void>): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (isGivenUp) return Effect.void
      const giveUp = () => {
        isGivenUp = true
      }
      return Effect.disconnect(work).pipe(
        Effect.timeoutTo({ duration: LIMIT, onSuccess: () => {}, onTimeout: giveUp }),
        Effect.interruptible,
        Effect.forkDaemon,
        Effect.flatMap(Fiber.await),
        Effect.asVoid
      )
    })

  /** What was read when the time is over counts. */
  const read = (checks: string, lines: Map<string, string>) =>
    Effect.gen(function* () {
      const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
      for (const name of names.filter((name) => approvedBy(name, checks)).sort()) {
        const file = path.join(folder, name)
        if (!(yield* isFileOrFree(file))) continue
        const see = (bytes: Uint8Array) => {
          const line = decoder.decode(bytes)
          const subject = Approval.subjectOf(line)
          if (subject !== undefined) lines.set(subject, line)
        }
        yield* Effect.ignore(Contents.scan(fs, file, see))
      }
    })

  /** Read once, however many ask for it together. */
  const linesOf = (checks: string): Effect.Effect<Map<string, string>> =>
    Effect.suspend(() => {
      const lines = known.get(checks)
      if (lines !== undefined) return lines
      const found = new Map<string, string>()
      // Apart from the first fiber that asks: when that is interrupted, others still wait.
      return Effect.flatMap(Effect.forkDaemon(Effect.as(inTime(read(checks, found)), found)), (reading) => {
        const lines = known.get(checks) ?? Fiber.join(reading)
        known.set(checks, lines)
        return Effect.tap(lines, (read) => Effect.sync(() => known.set(checks, Effect.succeed(read))))
      })
    })

  /** What was cut off before stays a line of its own. */
  const append = (file: string, lines: ReadonlyArray<string>) =>
    fs.open(file, { flag: "a", mode: PRIVATE_FILE }).pipe(
      Effect.flatMap((opened) => opened.writeAll(new TextEncoder().encode(`\n${lines.join("\n")}\n`))),
      Effect.scoped,
      Effect.ignore,
      Effect.whenEffect(isFileOrFree(file))
    )

  const flush = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const texts = unwritten
    unwritten = new Map()
    size = 0
    if (texts.size === 0) return Effect.void
    const write = ([checks, lines]: [string, Array<string>]) =>
      append(path.join(folder, approvalsOf(now, checks)), lines)
    return inTime(Effect.forEach(texts, write, { discard: true }))
  })

  const add = (checks: string, line: string) => {
    const lines = unwritten.get(checks) ?? []
    unwritten.set(checks, lines)
    lines.push(line)
    size += 1
    return size < TOGETHER ? Effect.void : flush
  }

  return {
    find: (checks, answer) =>
      Effect.map(linesOf(checks), (lines) =>
        Option.flatMap(Option.fromNullable(lines.get(sha256(answer))), (line) => Approval.parse(checks, answer, line))
      ),
    keep: (checks, answer, approval) =>
      Option.match(Approval.print(checks, answer, approval), {
        onNone: () => Effect.void,
        onSome: (line) => {
          const later = known.get(checks) ?? Effect.succeed(undefined)
          return Effect.zipRight(
            Effect.map(later, (lines) => lines?.set(sha256(answer), line)),
            Effect.suspend(() => add(checks, line))
          )
        }
      }),
    flush
  }
}
