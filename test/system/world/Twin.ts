/**
 * A second process of the same program that works in the same folder while a life goes on, for the same ticker or another
 * one. Nothing goes wrong with it by itself; it ends by itself, or with the power.
 */
import { Effect, Exit } from "effect"
import type { GenerationReport } from "../../../src/generation/Report.js"
import type { Dice } from "./Dice.js"
import type * as Disk from "./Disk.js"
import * as DiskFileSystem from "./DiskFileSystem.js"
import type { Machine } from "./Machine.js"
import * as Program from "./Program.js"
import type { Life, Scenario } from "./Scenario.js"
import type { Server } from "./Server.js"

/** Added to the number of a life, it is the number of its twin. */
const TWIN = 100

export const lifeOf = (number: number): number => number % TWIN
export const isTwin = (number: number): boolean => number >= TWIN

export interface Twin {
  readonly isOver: () => boolean
  readonly kill: () => void
}

interface World {
  readonly scenario: Scenario
  readonly life: Life
  readonly index: number
  readonly ticker: string
  readonly machine: Machine
  readonly server: Server
  readonly dice: Dice
  readonly root: () => Disk.FolderNode
  readonly log: (line: () => string) => void
  readonly onEnd: (report: GenerationReport) => void
}

const nobody: Twin = { isOver: () => true, kill: () => {} }

export const start = ({ dice, index, life, log, machine, onEnd, root, scenario, server, ticker }: World): Twin => {
  const { twin } = life
  if (twin === undefined) return nobody
  const process = machine.spawn()
  let isOver = false
  const { fs } = DiskFileSystem.make(
    {
      root,
      machine,
      dice,
      hasLinks: scenario.hasLinks,
      capacity: () => life.capacity,
      latency: () => dice.below(life.diskLatencyMs + 1),
      fault: () => undefined,
      onCall: (call, path, moment) => {
        if (moment === "after") log(() => `disk of the twin: ${call} ${path}`)
      }
    },
    process
  )
  const program = Program.make(
    { ...scenario, ticker },
    { ...life, resume: twin.resume },
    {},
    { process, fs, client: server.client(process, index + TWIN), seed: `${scenario.seed}/twin ${index}` }
  )
  process.after(twin.afterMs, () => {
    log(() => `the twin begins, for ${ticker}`)
    Effect.runFork(program, { scheduler: process.scheduler }).addObserver((exit) => {
      log(() => `the twin is over`)
      isOver = true
      if (Exit.isSuccess(exit)) onEnd(exit.value)
      process.kill()
    })
  })
  return {
    isOver: () => isOver,
    kill: () => {
      isOver = true
      process.kill()
      server.hangUp(index + TWIN)
    }
  }
}
