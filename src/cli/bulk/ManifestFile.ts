/**
 * The manifest as a file, to which whole lines are only ever added, those of a moment together, with one flush. At the end of
 * a run, what it has replaced of other runs is taken out. Processes may share the file.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Chunk from "effect/Chunk"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as WholeFile from "../../storage/WholeFile.js"
import * as WriteFailure from "../../storage/WriteFailure.js"
import { line } from "../documents/Json.js"
import { type Failure, wrongUsage } from "../Failure.js"
import * as Manifest from "./Manifest.js"

export interface ManifestFile {
  readonly path: string
  /** Returns at once: the line is written soon, and before the scope closes. */
  readonly add: (line: Manifest.Line) => void
}

/** For so long lines are gathered that are written and flushed together. */
const GATHERING = "50 millis"

/** How the lines are had that could not be written. */
const RESUME = "the same command with --resume"
export const FOLLOW = "algogen generate with this --batch and the same --db and --out"

/** The folder has to be there. Fails if the file cannot be written. */
export const make = (folder: string, remedy = RESUME): Effect.Effect<ManifestFile, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const file = path.join(folder, Manifest.NAME)
    const unwritable = (error: unknown, orElse = "") =>
      WriteFailure.sentence(file, WriteFailure.fromNode(error), orElse)
    let size = yield* Effect.tryPromise({
      try: () => begin(file),
      catch: (error) => wrongUsage(unwritable(error, "or choose another folder"))
    })
    const queue = yield* Queue.unbounded<Option.Option<string>>()
    let unwritten = ""
    const missing = (error: unknown) => {
      const lines = unwritten.split("\n").length - 1
      const [jobs, have] = lines === 1 ? ["1 job", "has"] : [`${lines} jobs`, "have"]
      return (
        `${unwritable(error)}. ${jobs} of this run ${have} no line in it; what was saved is there all the same, ` +
        `and ${remedy} writes the lines.`
      )
    }
    const write = Effect.tryPromise({ try: () => append(file, unwritten), catch: missing }).pipe(
      Effect.tap(() => {
        size += Buffer.byteLength(unwritten)
        unwritten = ""
      })
    )
    const untidy = (error: unknown) =>
      `${unwritable(error)}. All lines are in it; some that this run replaces are still there, and the next run takes them out.`
    const ending = yield* Deferred.make<void>()
    const gather = Effect.raceFirst(Effect.sleep(GATHERING), Deferred.await(ending))
    const isNew = size === 0
    const writing = Effect.gen(function* () {
      for (let more = true; more;) {
        const first = yield* Queue.take(queue)
        yield* gather
        const taken = Chunk.prepend(yield* Queue.takeAll(queue), first)
        const added = Chunk.compact(taken)
        more = added.length === taken.length
        unwritten += Chunk.join(added, "")
        // What could not be written is tried again with what comes next, and at the end.
        yield* more ? Effect.ignore(write) : write
      }
      yield* Effect.tryPromise({ try: () => tidyUp(file, isNew, size), catch: untidy })
    })
    // A daemon, so that an interruption does not stop it before it has written everything.
    const fiber = yield* Effect.forkDaemon(writing)
    yield* Effect.addFinalizer(() =>
      Deferred.succeed(ending, undefined).pipe(
        Effect.zipRight(Queue.offer(queue, Option.none())),
        Effect.zipRight(Effect.catchAll(Fiber.join(fiber), Console.error))
      )
    )
    return { path: file, add: (said) => void Queue.unsafeOffer(queue, Option.some(`${line(said)}\n`)) }
  })

/** Makes the file, or ends its last line, which a killed run may have left unfinished. How many bytes has it then? */
const begin = async (file: string): Promise<number> => {
  const handle = await fs.open(file, "a+")
  try {
    await endLine(handle)
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** Ends the last line, if it is not. */
const endLine = async (handle: fs.FileHandle): Promise<void> => {
  const { size } = await handle.stat()
  if (size === 0) return
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer.toString() !== "\n") await handle.appendFile("\n")
}

const append = async (file: string, text: string): Promise<void> => {
  if (text === "") return
  const handle = await fs.open(file, "a+")
  try {
    // Where the disk was full, a part of a line may be there from the last time.
    await endLine(handle)
    await handle.appendFile(text)
    await handle.sync()
    const [own, current] = await Promise.all([handle.stat(), fs.stat(file)])
    if (own.ino === current.ino) return
  } finally {
    await handle.close()
  }
  // Another process has tidied up in between.
  return append(file, text)
}

/** `ours`: the bytes that the file has if no other run wrote to it while this one did. */
const tidyUp = async (file: string, isNew: boolean, ours: number): Promise<void> => {
  const isShared = (await fs.stat(file)).size !== ours
  if (isShared || !isNew) await tidy(file, isShared)
}

/** Leaves the file as it is if another process adds to it meanwhile: the next run tidies up. */
const tidy = async (file: string, isShared: boolean): Promise<void> => {
  const { compare, disputed, holds, see } = Manifest.currency()
  const { size } = await fs.stat(file)
  for await (const each of await linesOf(file)) see(each)
  if (isShared && disputed.size > 0) {
    const found = new Map<string, string>()
    for (const name of disputed) found.set(name, await sha256Of(path.resolve(path.dirname(file), name)))
    for await (const each of await linesOf(file)) compare(each, found)
  }
  const tidied = path.join(path.dirname(file), WholeFile.temporaryName())
  try {
    const handle = await fs.open(tidied, "wx")
    try {
      let text = ""
      for await (const each of await linesOf(file)) {
        if (holds(each)) text += `${each}\n`
        if (text.length < CHUNK) continue
        await handle.appendFile(text)
        text = ""
      }
      await handle.appendFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const [less, now] = await Promise.all([fs.stat(tidied), fs.stat(file)])
    if (less.size < size && now.size === size) await fs.rename(tidied, file)
  } finally {
    await fs.rm(tidied, { force: true })
  }
}

/** Characters that are written at a time. */
const CHUNK = 1_000_000

/** Of a file that is not there, nothing that a line could say. */
const sha256Of = (file: string): Promise<string> =>
  fs.readFile(file).then(
    (bytes) => createHash("sha256").update(bytes).digest("hex"),
    () => ""
  )

const linesOf = async (file: string) => (await fs.open(file)).readLines()
