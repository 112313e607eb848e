/**
 * A journal on a seeded disk, and what may be expected of it. The model is a map: what was acknowledged last under a key is
 * found, and nothing else; of what was under way when the machine died either may be.
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect, Exit, Layer, Option, Scope } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import * as Dice from "../../system/world/Dice.js"
import * as Disk from "../../system/world/Disk.js"
import * as DiskFileSystem from "../../system/world/DiskFileSystem.js"
import * as Machine from "../../system/world/Machine.js"

export const OUT = "/out"

interface Said {
  readonly text: string
  readonly at: number
}

/** What is expected. */
export interface Model {
  readonly acknowledged: Map<string, Said>
  /** Under way when something died, or written in the same moment by another: any of them may be found instead. */
  readonly doubtful: Map<string, ReadonlyArray<Said>>
}

/** One append, by one of the writers. */
export interface Job {
  readonly writer: number
  readonly key: string
  readonly text: string
}

export const empty = (): Model => ({ acknowledged: new Map(), doubtful: new Map() })

interface Writer {
  readonly process: Machine.Process
  readonly journal: Journal.Service
  readonly close: Effect.Effect<void>
}

export interface Real {
  readonly time: () => number
  readonly pass: (millis: number) => void
  readonly isOpen: (writer: number) => boolean
  readonly open: (writer: number) => void
  readonly close: (writer: number) => void
  /**
   * Appends all of this at once, and says of which it was said that it is safe. The first writer may die before that, at
   * this call of the disk from now on.
   */
  readonly append: (jobs: ReadonlyArray<Job>, diesAt?: number) => ReadonlyArray<boolean>
  readonly prune: (writer: number, ageMs: number) => void
  /** The process ends; what it wrote is there. */
  readonly kill: (writer: number) => void
  /** The machine ends, and with it every process and a part of what was not flushed. */
  readonly cutPower: () => void
  /** Puts the beginning of a line at the end of the newest file, as a process leaves it that dies at this byte. */
  readonly tear: (bytes: number) => void
  /** What a new run finds under these keys. */
  readonly find: (keys: Iterable<string>) => ReadonlyMap<string, string>
}

const entry = (key: string, text: string): Journal.Entry => ({
  key,
  model: "x/y",
  ticker: "AAPL",
  messages: [{ role: "user", content: "Write" }],
  answer: new Answer({ text, model: "x/y" })
})

export const make = (seed: number): Real => {
  const dice = Dice.make(`journal ${seed}`)
  const machine = Machine.make(dice.fork("order"), dice.chance(0.5))
  let root = Disk.folder()
  const writers = new Map<number, Writer>()
  let calls = Number.POSITIVE_INFINITY
  let dying: Machine.Process | undefined

  const filesOf = (process: Machine.Process) => {
    const { fs } = DiskFileSystem.make(
      {
        root: () => root,
        machine,
        dice,
        capacity: () => Number.POSITIVE_INFINITY,
        fault: () => undefined,
        latency: () => 0,
        hasLinks: true,
        onCall: (_, __, moment) => {
          if (process !== dying || moment !== "before") return
          calls -= 1
          if (calls < 0) process.kill()
        }
      },
      process
    )
    return Layer.merge(Layer.succeed(FileSystem.FileSystem, fs), Path.layer)
  }

  /** Begins it, and hands back how to look what became of it so far. */
  const begin = <A, E>(process: Machine.Process, effect: Effect.Effect<A, E>) => {
    let exit: Exit.Exit<A, E> | undefined
    Effect.runFork(Effect.withClock(effect, process.clock), { scheduler: process.scheduler }).addObserver((end) => {
      exit = end
    })
    return { isOver: () => exit !== undefined || !process.isAlive(), exit: () => exit }
  }
  /** What became of it; nothing if its process died. */
  const run = <A, E>(process: Machine.Process, effect: Effect.Effect<A, E>): Exit.Exit<A, E> | undefined => {
    const { exit, isOver } = begin(process, effect)
    machine.run(isOver)
    return exit()
  }
  const must = <A>(exit: Exit.Exit<A, unknown> | undefined): A => {
    if (exit === undefined) throw new Error("the process died")
    return Exit.getOrElse(exit, (cause) => {
      throw new Error(`it failed: ${String(cause)}`)
    })
  }

  const start = (): Writer => {
    const process = machine.spawn()
    const opened = Effect.gen(function* () {
      const scope = yield* Scope.make()
      const layer = File.layer({ directory: OUT }).pipe(Layer.provide(filesOf(process)))
      const journal = yield* Effect.flatMap(Layer.buildWithScope(layer, scope), (context) =>
        Effect.provide(Journal.Journal, context)
      )
      return { process, journal, close: Scope.close(scope, Exit.void) }
    })
    return must(run(process, opened))
  }
  const use = (writer: number): Writer => {
    const found = writers.get(writer)
    if (found === undefined) throw new Error("it is not open")
    return found
  }
  const end = (writer: Writer) => {
    run(writer.process, writer.close)
    writer.process.kill()
  }

  return {
    time: machine.wall,
    pass: (millis) => {
      let isOver = false
      machine.after(millis, () => {
        isOver = true
      })
      machine.run(() => isOver)
    },
    isOpen: (writer) => writers.has(writer),
    open: (writer) => writers.set(writer, start()),
    close: (writer) => {
      end(use(writer))
      writers.delete(writer)
    },
    append: (jobs, diesAt) => {
      const users = jobs.map(({ writer }) => use(writer))
      dying = diesAt === undefined ? undefined : users[0]?.process
      calls = diesAt ?? Number.POSITIVE_INFINITY
      const begun = jobs.map(({ key, text, writer }) => {
        const { journal, process } = use(writer)
        return begin(process, journal.append(entry(key, text)))
      })
      machine.run(() => begun.every(({ isOver }) => isOver()))
      dying = undefined
      for (const [writer, { process }] of writers) if (!process.isAlive()) writers.delete(writer)
      return begun.map(({ exit }) => {
        const end = exit()
        return end !== undefined && Exit.isSuccess(end)
      })
    },
    prune: (writer, ageMs) => void must(run(use(writer).process, use(writer).journal.prune(ageMs))),
    kill: (writer) => {
      use(writer).process.kill()
      writers.delete(writer)
    },
    cutPower: () => {
      for (const { process } of writers.values()) process.kill()
      writers.clear()
      root = Disk.afterCut(root, Disk.some(dice))
    },
    tear: (bytes) => {
      const newest = Disk.files(root).findLast(([path]) => path.endsWith(".jsonl"))
      if (newest === undefined) return
      const [, file] = newest
      const line = Line.encode(new Record.Answered({ ...entry("torn", "never acknowledged"), at: 0 }))
      const torn = line.subarray(0, Math.min(bytes, line.length - 1))
      file.data = Buffer.concat([file.data, torn])
      file.flushed = file.data
    },
    find: (keys) => {
      const reader = start()
      const found = new Map<string, string>()
      for (const key of keys) {
        const answer = must(run(reader.process, reader.journal.lookup(key)))
        if (Option.isSome(answer)) found.set(key, answer.value.answer.text)
      }
      end(reader)
      return found
    }
  }
}
