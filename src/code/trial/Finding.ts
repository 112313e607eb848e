/**
 * Decides from the driver's output whether a trial passed. A module could give the driver answers of its own making, so a
 * pass is one legal order for each tick, counted here: forging them gains no more than `return "HOLD"` would. Pure; it
 * starts no process.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as CodeFailure from "../../domain/CodeFailure.js"
import * as Exam from "../../score/Exam.js"
import * as Marks from "../../score/Marks.js"
import type { Ending } from "./Child.js"
import { ticksOf, type Regime } from "./Market.js"
import { Passed, Skipped, type Result } from "./Trial.js"

const Ready = Schema.TaggedStruct("Ready", { sandboxed: Schema.Boolean })
const Unready = Schema.TaggedStruct("Unready", { reason: Schema.String })
const Loaded = Schema.TaggedStruct("Loaded", {})
/** Shares to buy, below zero to sell, 0 to hold, with spaces between them: one for each tick, as far as the play came. */
const Orders = Schema.TaggedStruct("Orders", {
  orders: Schema.String.pipe(Schema.pattern(/^-?\d{1,16}(?: -?\d{1,16})*$/))
})
const Done = Schema.TaggedStruct("Done", { seconds: Schema.Number })
const Fault = Schema.TaggedStruct("Fault", {
  code: Schema.Literal(
    "syntax-error",
    "no-function",
    "raised",
    "illegal-action",
    "cpu-limit",
    "memory-limit",
    "output-limit",
    "forbidden",
    "crashed"
  ),
  message: Schema.String,
  line: Schema.optionalWith(Schema.Int, { exact: true })
})
const decode = Schema.decodeUnknownEither(Schema.parseJson(Schema.Union(Ready, Unready, Loaded, Orders, Fault, Done)), {
  onExcessProperty: "error"
})

export interface Run {
  readonly interpreter: string
  /** The interpreter is older than the Python that modules are written for: what it cannot load may be sound. */
  readonly dated: boolean
  readonly regimes: ReadonlyArray<Regime>
  /** Its papers are the last of the regimes. */
  readonly exam?: Exam.Exam | undefined
  readonly nonce: string
  readonly output: string
  readonly ending: Ending
  readonly durationMs: number
}

const LEGAL = `return "BUY", "SELL", "HOLD", or a tuple such as ("BUY", 5) with a positive int`

/** How an older Python meets newer syntax, a newer annotation, and a newer name of the standard library. */
const NEWER = /^(SyntaxError|TypeError|AttributeError|ImportError|ModuleNotFoundError)\b/

/** A run that stopped without a fault of its own telling: what stopped it. */
const stopped = (ending: Ending): { readonly code: string; readonly message: string } => {
  switch (ending._tag) {
    case "TimedOut":
      return { code: "time-limit", message: "no answer within the time limit: the code waits for something" }
    case "Flooded":
      return { code: "output-limit", message: "prints more than a trial allows" }
    case "Killed":
      return ending.signal === "SIGKILL"
        ? { code: "cpu-limit", message: "used up its processor time" }
        : { code: "crashed", message: `the interpreter crashed (${ending.signal})` }
    case "Exited":
      return { code: "ended-early", message: "the module ended the process instead of answering" }
  }
}

export const finding = (run: Run): Either.Either<Result, CodeFailure.CodeFailure> => {
  const skipped = (reason: string) => Either.right(new Skipped({ reason: `${run.interpreter}: ${reason}` }))
  let sandboxed: boolean | undefined
  let seconds = 0
  /** The orders of each regime that is over. */
  const played: Array<ReadonlyArray<number>> = []
  /** Those of the one that is being played; undefined while the module loads. */
  let orders: ReadonlyArray<number> | undefined

  const refused = (code: string, message: string, line?: number) => {
    const where =
      orders === undefined
        ? "while the module loads"
        : `tick ${orders.length} of ${run.regimes[played.length]?.name ?? "?"}`
    return Either.left(CodeFailure.of("trial", code, `${where}: ${message}`, { line }))
  }

  for (const text of run.output.split("\n")) {
    if (!text.startsWith(`${run.nonce} `)) continue
    const message = Either.getOrUndefined(decode(text.slice(run.nonce.length + 1)))
    switch (message?._tag) {
      case "Ready":
        sandboxed ??= message.sandboxed
        break
      case "Unready":
        return skipped(message.reason)
      case "Loaded":
        orders ??= []
        break
      case "Orders":
        if (orders === undefined) break
        orders = [...orders, ...message.orders.split(" ").map(Number)]
        if (orders.length === run.regimes[played.length]?.prices.length) {
          played.push(orders)
          orders = undefined
        }
        break
      case "Done":
        seconds = message.seconds
        break
      case "Fault":
        if (run.dated && orders === undefined && NEWER.test(message.message)) {
          return skipped(`this Python may be too old for the module: ${message.message}`)
        }
        return refused(
          message.code,
          message.code === "illegal-action" ? `${message.message}; ${LEGAL}` : message.message,
          message.line
        )
    }
  }
  if (sandboxed === undefined) return skipped("the interpreter ended before the trial began")
  if (played.length < run.regimes.length) {
    const { code, message } = stopped(run.ending)
    return refused(code, message)
  }
  const { durationMs, exam, interpreter, regimes } = run
  const ticks = ticksOf(regimes)
  const msPerTick = seconds === 0 ? undefined : (seconds * 1000) / ticks
  const marks =
    exam === undefined ? { score: undefined } : Marks.of(exam, played.slice(regimes.length - Exam.all(exam).length))
  return Either.right(
    new Passed({ interpreter, ticks, sandboxed, durationMs, msPerTick, ...marks }, { disableValidation: true })
  )
}
