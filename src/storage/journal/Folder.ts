/**
 * Where a journal's files lie: one for each run, in a folder of its own beside the algorithms, so that two writers never
 * meet. They hold prompts and answers in clear, so only their owner may read them. The single file that earlier versions
 * wrote is read as well.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { JournalError } from "../Journal.js"
import * as WholeFile from "../WholeFile.js"
import { fromPlatform, nameTaken, unreadable } from "../WriteFailure.js"

export const FOLDER_NAME = ".algogen-journal"

/** The journal of version 0.1. */
export const EARLIER_FILE_NAME = ".algogen-journal.jsonl"

/** For the owner and nobody else. */
export const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const OF_OTHERS = 0o077

const RUN = /^\d{4}-.*\.jsonl$/
const FINISHED = ".finished.jsonl"

/** Says its name: nothing of this run is left to be resumed. */
export const isFinished = (file: string): boolean => file.endsWith(FINISHED)
export const finishedName = (file: string): string => file.replace(/\.jsonl$/, FINISHED)

/** Names sort by the time at which the first answer came. */
const timeOf = (at: number): string => new Date(at).toISOString().replace(/[:.]/g, "-")

/** Files of answers that passed checks, by the day on which they did; see `Approvals`. */
const APPROVALS = /^checked-(\d{4}-\d\d-\d\d)-([0-9a-f]{16})\.jsonl$/
const dayOf = (at: number): string => timeOf(at).slice(0, 10)

/** So much of a fingerprint tells checks apart; each line is sealed with all of it. */
const markOf = (checks: string): string => checks.slice(0, 16)
export const approvalsOf = (at: number, checks: string): string => `checked-${dayOf(at)}-${markOf(checks)}.jsonl`
export const approvedBy = (name: string, checks: string): boolean => APPROVALS.exec(name)?.[2] === markOf(checks)

export type Folder = Effect.Effect.Success<ReturnType<typeof make>>

export const make = (directory: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* WholeFile.make
    const folder = path.join(directory, FOLDER_NAME)
    const earlier = path.join(directory, EARLIER_FILE_NAME)

    /** Names the file or folder that is in the way where there is one, else the one that should hold them all. */
    const explain = (error: PlatformError) =>
      Effect.gen(function* () {
        const named = error._tag === "SystemError" ? error.pathOrDescriptor : undefined
        const at = typeof named === "string" ? named : folder
        const isThere = yield* Effect.orElseSucceed(fs.exists(at), () => false)
        return yield* new JournalError({ path: isThere ? at : directory, reason: fromPlatform(error) })
      })
    const failing = <A, R>(self: Effect.Effect<A, PlatformError | JournalError, R>) =>
      Effect.catchTags(self, { BadArgument: explain, SystemError: explain })

    const isLink = (file: string) => Effect.map(Effect.option(fs.readLink(file)), Option.isSome)

    /** Makes the folder, and finds out whether it is one and can be written into. */
    const prepare = Effect.gen(function* () {
      yield* files.makeFolder(directory)
      yield* Effect.catchIf(
        fs.makeDirectory(folder, { mode: PRIVATE_FOLDER }),
        WholeFile.isBecause("AlreadyExists"),
        () => Effect.void
      )
      const taken = (by: string) => new JournalError({ path: folder, reason: nameTaken(by) })
      // A link would lead the answers out of the folder.
      if (yield* isLink(folder)) return yield* taken("symbolic link")
      const { mode, type } = yield* fs.stat(folder)
      if (type !== "Directory") return yield* taken("file")
      if ((mode & OF_OTHERS) !== 0) yield* Effect.ignore(fs.chmod(folder, PRIVATE_FOLDER))
      yield* fs.access(folder, { writable: true })
    }).pipe(failing)

    const everything = fs.readDirectory(folder).pipe(
      Effect.catchIf(WholeFile.isBecause("NotFound"), () => Effect.succeed<Array<string>>([])),
      Effect.mapError((error) => new JournalError({ path: folder, reason: unreadable(error) }))
    )

    /** The files of runs, the oldest first. */
    const names = Effect.map(everything, (found) => found.filter((name) => RUN.test(name)).sort())

    /** Removes files of approvals: of days before that of this moment, or all. */
    const forgetApprovals = (before?: number) =>
      Effect.flatMap(everything, (found) => {
        const isOld = (day: string | undefined) => day !== undefined && (before === undefined || day < dayOf(before))
        const old = found.filter((name) => isOld(APPROVALS.exec(name)?.[1]))
        return Effect.forEach(old, (name) => Effect.ignore(fs.remove(path.join(folder, name))), { discard: true })
      })

    /** What is in a file's place. Only a file is read: a pipe would keep its reader waiting, and a link leads elsewhere. */
    const inPlaceOf = (file: string) =>
      Effect.gen(function* () {
        if (yield* isLink(file)) return "symbolic link"
        const { mode, type } = yield* fs.stat(file)
        if (type !== "File") return type === "Directory" ? "directory" : "special file"
        if ((mode & OF_OTHERS) !== 0) yield* Effect.ignore(fs.chmod(file, PRIVATE_FILE))
        return "file"
      }).pipe(Effect.catchIf(WholeFile.isBecause("NotFound"), () => Effect.succeed("nothing")))

    const isFileOrFree = (file: string) =>
      inPlaceOf(file).pipe(
        Effect.map((found) => found === "file" || found === "nothing"),
        Effect.orElseSucceed(() => false)
      )

    /** A run does not fail because something else has its name. */
    const hasEarlier = inPlaceOf(earlier).pipe(
      Effect.map((found) => found === "file"),
      Effect.orElseSucceed(() => false)
    )

    /** Fails if something keeps the journal from being read as a whole. */
    const examine = inPlaceOf(earlier).pipe(
      Effect.mapError(unreadable),
      Effect.filterOrFail((found) => found === "file" || found === "nothing", nameTaken),
      Effect.mapError((reason) => new JournalError({ path: earlier, reason }))
    )

    /** Every file that may hold answers, the oldest first. */
    const list: Effect.Effect<ReadonlyArray<string>, JournalError> = Effect.gen(function* () {
      const runs = (yield* names).map((name) => path.join(folder, name))
      return (yield* hasEarlier) ? [earlier, ...runs] : runs
    })

    /** A name that nobody else has: not drawn from Random, since two processes may have the same seed. */
    const newName = Effect.map(Clock.currentTimeMillis, (now) =>
      path.join(folder, `${timeOf(now)}-${crypto.randomUUID()}.jsonl`)
    )

    /** Makes a run's file. Its name is on the disk as well when this returns. */
    const create = Effect.gen(function* () {
      const name = yield* newName
      const open = fs.open(name, { flag: "ax", mode: PRIVATE_FILE })
      const file = yield* Effect.catchIf(open, WholeFile.isBecause("NotFound"), () => Effect.zipRight(prepare, open))
      yield* files.flush(folder)
      yield* files.flush(directory)
      return { name, file }
    }).pipe(failing)

    /**
     * Removes the files of finished runs that are older and have not been written to since. What an unfinished run left may
     * be all that there is of an answer, so it stays until it is pruned by hand.
     */
    const sweep = (age: Duration.DurationInput) =>
      Effect.gen(function* () {
        yield* files.sweep(folder)
        const oldest = (yield* Clock.currentTimeMillis) - Duration.toMillis(age)
        yield* forgetApprovals(oldest)
        const old = (yield* names)
          .filter((name) => isFinished(name) && name < timeOf(oldest))
          .map((name) => path.join(folder, name))
        yield* Effect.forEach(old, (file) =>
          Effect.flatMap(fs.stat(file), ({ mtime }) =>
            Option.exists(mtime, (at) => at.getTime() < oldest) ? fs.remove(file) : Effect.void
          )
        )
      }).pipe(Effect.ignore)

    return {
      directory,
      folder,
      fs,
      files,
      path,
      prepare,
      examine,
      list,
      isFileOrFree,
      newName,
      create,
      sweep,
      forgetApprovals,
      failing
    }
  })
