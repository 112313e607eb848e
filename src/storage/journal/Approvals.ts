/**
 * Which answers have passed which checks, in files beside those of the runs: one a day for each version of the checks. They
 * spare work and nothing else, so they are not flushed, and what cannot be read or written is checked again.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
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

export const make = ({ folder, fs, path }: Folder): Writing => {
  /** Lines by the hashes of their answers, for each of the checks. */
  const known = new Map<string, Effect.Effect<Map<string, string>>>()
  let unwritten = new Map<string, Array<string>>()
  let size = 0

  const read = (checks: string) =>
    Effect.gen(function* () {
      const lines = new Map<string, string>()
      const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
      for (const name of names.filter((name) => approvedBy(name, checks)).sort()) {
        const see = (bytes: Uint8Array) => {
          const line = decoder.decode(bytes)
          const subject = Approval.subjectOf(line)
          if (subject !== undefined) lines.set(subject, line)
        }
        yield* Effect.ignore(Contents.scan(fs, path.join(folder, name), see))
      }
      return lines
    })

  /** Read once, however many ask for it together. */
  const linesOf = (checks: string): Effect.Effect<Map<string, string>> =>
    Effect.suspend(() => {
      const lines = known.get(checks)
      if (lines !== undefined) return lines
      return Effect.flatMap(Effect.cached(read(checks)), (reading) => {
        const lines = known.get(checks) ?? reading
        known.set(checks, lines)
        return lines
      })
    })

  /** What was cut off before stays a line of its own. */
  const append = (name: string, lines: ReadonlyArray<string>) =>
    fs.open(path.join(folder, name), { flag: "a", mode: PRIVATE_FILE }).pipe(
      Effect.flatMap((file) => file.writeAll(new TextEncoder().encode(`\n${lines.join("\n")}\n`))),
      Effect.scoped,
      Effect.ignore
    )

  const flush = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const texts = unwritten
    unwritten = new Map()
    size = 0
    return Effect.forEach(texts, ([checks, lines]) => append(approvalsOf(now, checks), lines), { discard: true })
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
