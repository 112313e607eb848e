/**
 * One seed, one world: the whole product over a simulated server, network, disk and clock, through several lives that end
 * as the seed says, until a last one brings everything to its end. The same seed replays it to the last step.
 */
import { Cause, Deferred, Effect, Exit, FiberId } from "effect"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as Dice from "./Dice.js"
import * as Disk from "./Disk.js"
import * as DiskFileSystem from "./DiskFileSystem.js"
import * as Faults from "./Faults.js"
import * as Files from "./Files.js"
import * as Machine from "./Machine.js"
import * as Program from "./Program.js"
import * as Scenario from "./Scenario.js"
import * as Server from "./Server.js"
import * as Twin from "./Twin.js"
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

/** The process of the product, in names of files: another one would print other names. It is there as long as the world is. */
const PROCESS = { pid: 4_711, kill: () => true }

const own = Object.getOwnPropertyDescriptors(process)

/** Names that are random for the product come from the seed as well; where it says so, a name may come twice. */
const withNames = <A>(dice: Dice.Dice, repeats: boolean, run: () => A): A => {
  const hex = (length: number) => Array.from({ length }, () => dice.below(16).toString(16)).join("")
  let last = ""
  const randomUUID = () => {
    if (last === "" || !repeats || !dice.chance(0.15)) last = `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
    return last
  }
  Object.defineProperty(globalThis.crypto, "randomUUID", { value: randomUUID, configurable: true })
  Object.defineProperties(process, {
    pid: { ...own.pid, value: PROCESS.pid },
    kill: { ...own.kill, value: PROCESS.kill }
  })
  try {
    return run()
  } finally {
    Object.defineProperties(process, { pid: own.pid, kill: own.kill })
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
      scenario.lives[Twin.lifeOf(life)]?.server ?? { trouble: 0, latency: () => 0, models: [], isSecretive: false },
    onRequest: (request) => {
      if (Twin.isTwin(request.life)) return
      witness.onRequest(request)
      onRequest()
    }
  })
  const witness = Witness.make({ scenario, machine, server, prepared, root: () => root, log })
  const endings: Array<string> = []
  let onRequest = () => {}

  for (const [index, life] of scenario.lives.entries()) {
    const process = machine.spawn()
    const counts = { step: 0, call: 0, event: 0, request: 0 }
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

    const { fs, open } = DiskFileSystem.make(
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
    const options: Program.Options = {
      stopWhen: life.ending._tag === "Stopped" ? Deferred.await(stop) : undefined,
      onProgress: ({ event }) =>
        Effect.sync(() => {
          if (!process.isAlive()) return
          log(() => Witness.describe(event))
          witness.onEvent(event)
          counts.event += 1
          reach("event", false)
        })
    }
    const client = server.client(process, index)
    const program = Program.make(scenario, life, options, { process, fs, client, seed: `${seed}/${index}` })

    let exit: Exit.Exit<GenerationReport, unknown> | undefined
    let isDead: "Killed" | "PowerCut" | undefined
    // Where a file is put by renaming, one that another process saves in the same moment may be replaced.
    const ticker = canLink ? (life.twin?.ticker ?? scenario.ticker) : scenario.ticker
    const onTwinEnd = (report: GenerationReport) => witness.onTwinEnd(report, ticker)
    const twin = Twin.start({
      scenario,
      life,
      index,
      ticker,
      machine,
      server,
      log,
      dice: dice.fork(`twin ${index}`),
      root: () => root,
      onEnd: onTwinEnd
    })
    witness.onBirth(index, life)
    const fiber = Effect.runFork(program, { scheduler: process.scheduler })
    fiber.addObserver((end) => {
      exit = end
      if (isDead === undefined) witness.onEnd(end, open(), twin.isOver())
      process.kill()
    })
    cut = (how) => {
      log(() => `the program: ${how}`)
      if (how === "Interrupted") {
        const interrupt = () => {
          if (exit !== undefined) return
          witness.onInterruption()
          fiber.unsafeInterruptAsFork(FiberId.none)
        }
        // Effect's `forEach` counts on the order of fibers while it starts some of them.
        if (scenario.isOrderly) interrupt()
        else machine.whenCalm(interrupt)
      } else {
        isDead = how
        process.kill()
        if (how === "PowerCut") twin.kill()
      }
    }
    machine.onStep(() => {
      counts.step += 1
      reach("step", false)
    })
    const jump = (byMs: number) => {
      log(() => `the clock jumps by ${byMs} ms`)
      machine.jump(byMs)
      witness.onJump(byMs)
    }
    for (const { at, byMs } of life.jumps) if ("ms" in at) process.after(at.ms, () => jump(byMs))
    onRequest = () => {
      counts.request += 1
      for (const { at, byMs } of life.jumps) {
        if ("request" in at && at.request === counts.request)
          process.after(own.below(2) * own.below(300), () => jump(byMs))
      }
    }
    if (life.ending._tag === "Stopped") {
      process.after(life.ending.afterMs, () => {
        witness.onInterruption()
        Deferred.unsafeDone(stop, Effect.void)
      })
    }

    const isOver = () => exit !== undefined || isDead !== undefined
    const cameToEnd = machine.run(() => isOver() && twin.isOver())
    process.kill()
    twin.kill()
    if (!cameToEnd) witness.complain(isOver() ? "the twin never ends" : "a run neither ends nor waits for anything")
    if (isDead !== undefined) {
      // The machine goes on when a process is killed, and writes behind its back what it was told to write.
      if (isDead === "PowerCut") root = Disk.afterCut(root, Disk.some(dice.fork(`power ${index}`)))
      endings.push(isDead)
    } else if (exit !== undefined) {
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
