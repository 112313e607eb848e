/** Sees what happens in a world, remembers what was promised, and says which rule was broken. */
import { Cause, Either, Exit, Option } from "effect"
import type { Event } from "../../../src/generation/Progress.js"
import type * as Report from "../../../src/generation/Report.js"
import * as Disk from "./Disk.js"
import type { Prepared } from "./Files.js"
import * as Kept from "./Kept.js"
import type { Machine } from "./Machine.js"
import * as Money from "./Money.js"
import * as Places from "./Places.js"
import * as Present from "./Present.js"
import { BROKEN_OFF, SPOILING } from "./Replies.js"
import * as Rules from "./Rules.js"
import type { Life, Scenario } from "./Scenario.js"
import type { Request, Server } from "./Server.js"
import * as Twin from "./Twin.js"

export interface Witness {
  readonly broken: ReadonlyArray<string>
  readonly complain: (sentence: string) => void
  readonly onBirth: (index: number, life: Life) => void
  readonly onRequest: (request: Request) => void
  readonly onEvent: (event: Event) => void
  readonly onInterruption: () => void
  readonly onJump: (byMs: number) => void
  /** `isAlone`: no twin is at work any more. */
  readonly onEnd: (
    exit: Exit.Exit<Report.GenerationReport, unknown>,
    handles: ReadonlyArray<string>,
    isAlone: boolean
  ) => void
  readonly onTwinEnd: (report: Report.GenerationReport, ticker: string) => void
  readonly onDeath: (isSudden: boolean) => void
}

interface World {
  readonly scenario: Scenario
  readonly machine: Machine
  readonly server: Server
  readonly prepared: Prepared
  readonly root: () => Disk.FolderNode
  readonly log: (line: () => string) => void
}

/** What saving may take after the deadline, in milliseconds, on a slow disk. */
const LAST_STEPS_MS = 60_000

/** No wait of the product is longer unless the server asked for it: half a minute of patience, a minute of flow control. */
const LONGEST_IDLE_MS = 130_000

export { describe } from "./Places.js"

export const make = ({ log, machine, prepared, root, scenario, server }: World): Witness => {
  const broken: Array<string> = []
  let lastActive = 0
  let waitsUntil = 0
  let present = Present.make(
    0,
    scenario.lives[0] ?? neverBorn(),
    0,
    [],
    Places.make(0, () => {})
  )

  const complain = (sentence: string) => {
    log(() => `BROKEN: ${sentence}`)
    broken.push(`life ${present.index}: ${sentence}`)
  }

  const kept = Kept.make(prepared, complain)

  const idle = () => {
    const since = Math.max(lastActive, waitsUntil, present.startedAt ?? present.bornAt)
    const isCalm = !present.isSetBack && present.startedAt !== undefined && !present.places.isFinished()
    if (isCalm && server.inFlight(present.index).length === 0 && machine.time() - since > LONGEST_IDLE_MS) {
      complain(`nothing went on for ${machine.time() - since} ms, though there was something to do`)
    }
    lastActive = machine.time()
  }

  const onRequest: Witness["onRequest"] = (request) => {
    const { index, life, startedAt, startedWall } = present
    const flying = server.inFlight(index).length
    if (flying > life.concurrency) complain(`${flying} requests are in flight, ${life.concurrency} are allowed`)
    if (startedAt === undefined) complain("a request is sent before the run has begun")
    else if (request.at > startedAt + life.deadlineMs || request.wall >= startedWall + life.deadlineMs) {
      complain(`request ${request.number} is sent after the deadline`)
    }
    if (present.interruptedAt !== undefined && request.at > present.interruptedAt) {
      complain(`request ${request.number} is sent after the interruption`)
    }
    const answers = kept.answersTo(request.question, life.resume ? undefined : index)
    // The answer of the latest counts, whatever it is worth: of another process, or of a life that could not read.
    const isBlind = (number: number) => Twin.isTwin(number) || !Present.canRead(scenario.lives[number] ?? life)
    const isShared = server.requests.some((one) => isBlind(one.life) && one.question === request.question)
    if (Present.canRead(life) && !isShared && answers > 0 && answers >= slotsAsking(request)) {
      complain(`${request.model} is asked again in request ${request.number}, though its answer is paid for and kept`)
    }
    const committed =
      life.budget === undefined ? 0 : Money.committed(server.requests.filter((one) => one.life === index))
    if (committed > (life.budget ?? 0) + Money.ROUNDING) {
      complain(`$${committed} are spent or under way of a budget of $${life.budget}`)
    }
    idle()
    waitsUntil = Math.max(
      waitsUntil,
      machine.time() +
        (request.reply.headAfter < 1e9 ? request.reply.headAfter : 0) +
        (request.reply.waitMs ?? 0) +
        60_000
    )
  }

  /** How many slots ask for this: as many as name its model, unless samples have words of their own. */
  const slotsAsking = ({ model }: Request): number =>
    scenario.models.filter((each) => each === model).length * scenario.samples

  const onEvent: Witness["onEvent"] = (event) => {
    present.places.onEvent(event)
    switch (event._tag) {
      case "RunStarted":
        present.startedAt = machine.time()
        present.startedWall = machine.wall()
        break
      case "Note": {
        const [, model] = /^(.*?)(?: #\d+)?: the answer could not be written to the journal/.exec(event.message) ?? []
        if (model !== undefined) present.unkept.add(model)
        break
      }
      case "Generated": {
        const number = Rules.answerIn(event.code)
        const request = server.requests[(number ?? 0) - 1]
        if (number === undefined || request === undefined) complain(`the module of ${event.model} is half of one`)
        else if (!present.unkept.has(event.model)) {
          const isSafe = Rules.journalled(Disk.afterCut(root(), Disk.worst)).has(number)
          if (isSafe) kept.acknowledge(number, request)
          else if (Present.canFlush(present, scenario))
            complain(`answer ${number} is shown before it is safe: a power cut now would lose it`)
        }
        break
      }
      case "Saved": {
        const node = Disk.at(root(), event.path)
        if (node?._tag !== "File" || Rules.answerInFile(Disk.text(node)) === undefined) {
          complain(`${event.path} is called saved and is not whole`)
        }
        break
      }
      default:
    }
  }

  const checkReport = ({ outcomes }: Report.GenerationReport) => {
    const { index, life } = present
    const slots = scenario.models.length * scenario.samples
    if (outcomes.length !== slots) complain(`${outcomes.length} outcomes are reported for ${slots} places`)
    outcomes.forEach((outcome, place) => {
      if (outcome.index !== place) complain(`the outcome of place ${outcome.index} is in place ${place}`)
      if (outcome.model !== scenario.models[Math.floor(place / scenario.samples)]) {
        complain(`the outcome in place ${place} is of another model`)
      }
      const path = Option.getOrUndefined(outcome.file)
      if (outcome.status === "ok") {
        const survivor = Disk.at(Disk.afterCut(root(), Disk.worst), path ?? "")
        const found = survivor?._tag === "File" ? Rules.answerInFile(Disk.text(survivor)) : undefined
        const meant = Option.match(outcome.algorithm, {
          onNone: () => undefined,
          onSome: ({ code }) => Rules.answerIn(code)
        })
        // A twin for the same ticker may have saved its own meanwhile.
        const isMeant = found !== undefined && (found === meant || life.twin !== undefined)
        if (path !== undefined && isMeant) kept.report(path, outcome.model, scenario.ticker)
        else if (Present.canFlush(present, scenario)) {
          complain(`the run is over and a power cut now would lose ${path ?? "the file"} of place ${place}`)
        }
      } else if (Option.isNone(outcome.reason)) complain(`place ${place} has no algorithm and no reason`)
      if (index === scenario.lives.length - 1 && outcome.status !== "ok") {
        const reason = Option.match(outcome.reason, { onNone: () => "nothing", onSome: ({ message }) => message })
        if (!isSpoilt(outcome) && !scenario.repeatsNames) {
          complain(`nothing goes wrong any more, and place ${place} still fails: ${reason}`)
        }
      }
    })
    const ofLife = server.requests.filter((request) => request.life === index)
    Money.check(outcomes, ofLife, life.budget, Present.isDoubtful(present)).forEach(complain)
  }

  const isSpoilt = ({ model, reason }: Report.Outcome): boolean => {
    const isBad = Option.exists(reason, ({ _tag }) => _tag === "BadCode")
    const isSpoiling = (kind: string) => SPOILING.has(kind) || (isBad && kind === BROKEN_OFF)
    return server.requests.some((request) => request.model === model && isSpoiling(request.reply.kind))
  }

  const onEnd: Witness["onEnd"] = (exit, handles, isAlone) => {
    const { index, life, startedAt } = present
    idle()
    // A name that another file has already is a failure, too; it is better than what would happen to that file.
    const hasFaults = life.faults.length > 0 || Number.isFinite(life.capacity) || scenario.repeatsNames
    if (Exit.isSuccess(exit)) checkReport(exit.value)
    else if (!Cause.isInterruptedOnly(exit.cause)) {
      const failure = Either.getOrUndefined(Either.flip(Cause.failureOrCause(exit.cause)))
      const isTyped = typeof failure === "object" && failure !== null && "_tag" in failure
      if (Cause.dieOption(exit.cause)._tag === "Some")
        complain(`the run died: ${Cause.pretty(exit.cause).slice(0, 300)}`)
      else if (!hasFaults || !isTyped) complain(`the run failed: ${Cause.pretty(exit.cause).slice(0, 300)}`)
    } else if (present.interruptedAt === undefined) complain("the run was interrupted, and nobody did that")
    if (startedAt !== undefined && machine.time() > startedAt + life.deadlineMs + LAST_STEPS_MS) {
      complain(`the run ends ${machine.time() - startedAt - life.deadlineMs} ms after its deadline`)
    }
    const flying = server.inFlight(index).filter(({ reply }) => reply.ending !== "stall" || reply.status !== 200)
    if (flying.length > 0) complain(`${flying.length} requests are still in flight when the run is over`)
    if (handles.length > 0) complain(`${handles.join(", ")} is still open when the run is over`)
    present.places.onEnd()
    const left = hasFaults || !isAlone ? [] : Rules.leftovers(root()).filter((path) => !present.leftovers.has(path))
    for (const path of left) complain(`${path} is left behind`)
  }

  return {
    broken,
    complain,
    onBirth: (index, life) => {
      const places = Places.make(scenario.models.length * scenario.samples, complain)
      present = Present.make(index, life, machine.time(), Rules.leftovers(root()), places)
      lastActive = machine.time()
      waitsUntil = 0
    },
    onRequest,
    onEvent,
    onEnd,
    onInterruption: () => {
      present.interruptedAt ??= machine.time()
      present.cuts.add(machine.time())
    },
    onJump: (byMs) => {
      if (byMs < 0) present.isSetBack = true
    },
    onTwinEnd: ({ outcomes }, ticker) => {
      for (const outcome of outcomes) {
        const path = Option.getOrUndefined(outcome.file)
        const node = path === undefined ? undefined : Disk.at(root(), path)
        if (path === undefined) continue
        if (node?._tag !== "File") complain(`${path} is gone, which the twin has saved`)
        else kept.report(path, outcome.model, ticker)
      }
    },
    onDeath: (isSudden) => {
      if (isSudden) kept.check("after the death", root())
      else {
        kept.check("after the run", root())
        kept.check("after the run and a power cut", Disk.afterCut(root(), Disk.worst))
      }
    }
  }
}

const neverBorn = (): never => {
  throw new Error("a world without lives")
}
