/**
 * One seed, one world: the whole product over a simulated server, network, disk and clock, through several lives that end
 * as the seed says, until a last one brings everything to its end. The same seed replays it to the last step.
 */
import { Path } from "@effect/platform"
import { FileSystem } from "@effect/platform"
import * as HttpClient from "@effect/platform/HttpClient"
import { Cause, Context, Deferred, Effect, Exit, FiberId, Layer, Logger, Random, Redacted } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Generation from "../../../src/generation/Generation.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import * as FileJournal from "../../../src/storage/journal/File.js"
import * as Dice from "./Dice.js"
import * as Disk from "./Disk.js"
import * as DiskFileSystem from "./DiskFileSystem.js"
import * as Faults from "./Faults.js"
import * as Files from "./Files.js"
import * as Machine from "./Machine.js"
import { FOLDER } from "./Rules.js"
import * as Scenario from "./Scenario.js"
import * as Server from "./Server.js"
import * as Witness from "./Witness.js"

export interface Result {
  readonly seed: number
  /** The rules that were broken, as sentences. */
  readonly broken: ReadonlyArray<string>
  readonly log: ReadonlyArray<string>
  readonly steps: number
  readonly requests: number
  /** How the lives ended. */
  readonly endings: ReadonlyArray<string>
}

/** Names that are random for the product come from the seed as well; where it says so, a name may come twice. */
const withNames = <A>(dice: Dice.Dice, repeats: boolean, run: () => A): A => {
  const hex = (length: number) => Array.from({ length }, () => dice.below(16).toString(16)).join("")
  let last = ""
  const randomUUID = () => {
    if (last === "" || !repeats || !dice.chance(0.15)) last = `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
    return last
  }
  Object.defineProperty(globalThis.crypto, "randomUUID", { value: randomUUID, configurable: true })
  try {
    return run()
  } finally {
    Reflect.deleteProperty(globalThis.crypto, "randomUUID")
  }
}

export const run = (seed: number, isTold = false): Result => {
  const dice = Dice.make(`world ${seed}`)
  const scenario = Scenario.draw(seed, dice.fork("scenario"))
  return withNames(dice.fork("names"), scenario.repeatsNames, () => live(scenario, dice, isTold))
}

const live = (scenario: Scenario.Scenario, dice: Dice.Dice, isTold: boolean): Result => {
  const { seed } = scenario
  const machine = Machine.make(dice.fork("order"), scenario.isOrderly)
  const lines: Array<string> = []
  const log = (line: () => string) => {
    if (isTold) lines.push(`${String(machine.time()).padStart(7)} ms  ${line()}`)
  }
  if (isTold) lines.push(...Scenario.describe(scenario))

  let root = Disk.folder()
  const user = Disk.folder()
  root.names.set("home", Disk.folder())
  const home = root.names.get("home")
  if (home?._tag === "Folder") home.names.set("user", user)
  const prepared = Files.prepare(scenario, root)

  const server = Server.make({
    machine,
    dice: dice.fork("server"),
    log,
    conditions: (life) =>
      scenario.lives[life]?.server ?? { trouble: 0, latency: () => 0, models: [], isSecretive: false },
    onRequest: (request) => witness.onRequest(request)
  })
  const witness = Witness.make({ scenario, machine, server, prepared, root: () => root, log })
  const endings: Array<string> = []

  for (const [index, life] of scenario.lives.entries()) {
    const process = machine.spawn()
    const counts = { step: 0, call: 0, event: 0 }
    const own = dice.fork(`disk ${index}`)
    const faultAt = Faults.counter(life.faults)
    // A disk that refuses links leaves a moment between looking and renaming, in which a neighbour could come.
    const canLink = scenario.hasLinks && !life.faults.some(({ call }) => call === "link" || call === "any")
    let cut: (how: "Killed" | "PowerCut" | "Interrupted") => void = () => {}

    const reach = (of: Scenario.Moment["of"], isBefore: boolean) => {
      const { ending } = life
      if (!("at" in ending)) return
      const { at } = ending
      if (at.of === of && at.nth === counts[of] && (of !== "call" || at.isBefore === isBefore)) cut(ending._tag)
    }

    const { fs, handles } = DiskFileSystem.make(
      {
        root: () => root,
        machine,
        dice: own,
        hasLinks: scenario.hasLinks,
        capacity: () => life.capacity,
        latency: () => own.below(life.diskLatencyMs + 1),
        fault: (call, path) => {
          const code = faultAt(call)
          if (code !== undefined) log(() => `${call} ${path} fails with ${code}`)
          return code
        },
        onCall: (call, path, moment) => {
          if (moment === "before") {
            counts.call += 1
            if (scenario.neighbour?.atCall === counts.call && canLink) {
              const isThere = Files.intrude(scenario, scenario.neighbour.place, root, prepared)
              if (isThere) log(() => "a neighbour saves a file")
            }
          } else {
            log(() => `disk ${counts.call}: ${call} ${path}`)
          }
          reach("call", moment === "before")
        }
      },
      process
    )

    const stop = Deferred.unsafeMake<void>(FiberId.none)
    let isReady = false
    const asking = Generation.generateAlgorithms({
      ...optionsOf(scenario, life),
      stopWhen: life.ending._tag === "Stopped" ? Deferred.await(stop) : undefined,
      onProgress: ({ event }) =>
        Effect.sync(() => {
          if (!process.isAlive()) return
          log(() => Witness.describe(event))
          witness.onEvent(event)
          counts.event += 1
          reach("event", false)
        })
    })
    const opening = Effect.sync(() => {
      isReady = true
    })
    const program = Effect.zipRight(opening, asking).pipe(
      Effect.provide(layersOf(scenario, life, fs, server.client(process, index))),
      Effect.withClock(process.clock),
      Effect.withRandom(Random.make(`${seed}/${index}`)),
      Effect.provide(Logger.replace(Logger.defaultLogger, Logger.none))
    )

    let exit: Exit.Exit<GenerationReport, unknown> | undefined
    let isDead: "Killed" | "PowerCut" | undefined
    witness.onBirth(index, life)
    const fiber = Effect.runFork(program, { scheduler: process.scheduler })
    fiber.addObserver((end) => {
      exit = end
    })
    cut = (how) => {
      // How layers are put together is Effect's business.
      if (how === "Interrupted" && !isReady) return
      log(() => `the program: ${how}`)
      if (how === "Interrupted") {
        witness.onInterruption()
        fiber.unsafeInterruptAsFork(FiberId.none)
      } else {
        isDead = how
        process.kill()
      }
    }
    machine.onStep(() => {
      counts.step += 1
      reach("step", false)
    })
    for (const { atMs, byMs } of life.jumps) {
      process.after(atMs, () => {
        log(() => `the clock jumps by ${byMs} ms`)
        machine.jump(byMs)
        witness.onJump()
      })
    }
    if (life.ending._tag === "Stopped") {
      process.after(life.ending.afterMs, () => {
        witness.onInterruption()
        Deferred.unsafeDone(stop, Effect.void)
      })
    }

    const cameToEnd = machine.run(() => exit !== undefined || isDead !== undefined)
    process.kill()
    if (!cameToEnd) witness.complain("a run neither ends nor waits for anything")
    if (isDead !== undefined) {
      // The machine goes on when a process is killed, and writes behind its back what it was told to write.
      if (isDead === "PowerCut") root = Disk.afterCut(root, Disk.some(dice.fork(`power ${index}`)))
      endings.push(isDead)
    } else if (exit !== undefined) {
      witness.onEnd(exit, handles.open())
      endings.push(
        Exit.isSuccess(exit) ? life.ending._tag : Cause.isInterruptedOnly(exit.cause) ? "Interrupted" : "Failed"
      )
    }
    witness.onDeath(isDead !== undefined)
    server.hangUp(index)
    if (witness.broken.length > 0) break
    machine.after(own.below(5_000), () => {})
  }
  return { seed, broken: witness.broken, log: lines, steps: machine.steps(), requests: server.requests.length, endings }
}

const optionsOf = ({ models, samples, ticker }: Scenario.Scenario, life: Scenario.Life): Generation.Options => ({
  models,
  samples,
  ticker,
  resume: life.resume,
  concurrency: life.concurrency,
  deadline: life.deadlineMs,
  requestTimeout: life.requestTimeoutMs,
  maxRetries: life.maxRetries,
  patience: life.patience,
  repairs: life.repairs,
  budget: life.budget
})

const layersOf = (
  { isOpenRouter, isSimulated }: Scenario.Scenario,
  { stream, withFlowControl }: Scenario.Life,
  fs: FileSystem.FileSystem,
  client: HttpClient.HttpClient
) => {
  const files = Layer.merge(Layer.succeed(FileSystem.FileSystem, fs), Path.layer)
  const api = OpenRouter.layer({
    apiKey: Redacted.make("sk-or-v1-0123456789"),
    baseUrl: isOpenRouter ? undefined : "http://localhost:8000/v1",
    stream
  }).pipe(
    Layer.map((context) =>
      Context.add(context, OpenRouter.OpenRouter, {
        ...Context.get(context, OpenRouter.OpenRouter),
        simulated: isSimulated
      })
    ),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
  const kept = Layer.merge(FileSystemStore.layer({ directory: FOLDER }), FileJournal.layer({ directory: FOLDER })).pipe(
    Layer.provide(files)
  )
  const flow = withFlowControl ? FlowControl.layer() : Layer.empty
  return Layer.provideMerge(Layer.merge(kept, flow), api)
}
