/**
 * The check of an answer as a service: from the text that a model sent to an accepted module, or the failure of the
 * candidate that came furthest. Pure and synchronous; what a program does when it runs is the trial's business.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { type CodeFailure, of, progress } from "../domain/CodeFailure.js"
import { sha256 } from "../domain/Hash.js"
import type { PythonModule } from "../domain/PythonModule.js"
import { REDACTED } from "../domain/Redaction.js"
import type { Candidate, Check } from "./extraction/Candidate.js"
import * as Effort from "./extraction/Effort.js"
import * as Extraction from "./extraction/Extraction.js"
import * as Repair from "./extraction/Repair.js"
import { CHECKS } from "./Fingerprint.js"
import type { Head } from "./Head.js"
import * as Packages from "./Packages.js"
import * as Guard from "./python/Guard.js"
import * as Policy from "./python/Policy.js"
import * as PythonCheck from "./python/PythonCheck.js"
import * as Structure from "./python/Structure.js"
import * as Target from "./python/Target.js"
import * as Steps from "./Steps.js"

export interface AcceptOptions {
  /**
   * Nothing but the end of the response says that the answer is complete: a block that nobody closed may be half of one,
   * and so may a function at the very end that can be left without a value.
   */
  readonly endingImplied?: boolean | undefined
  /** For which ticker it was asked: the head may be another for each. */
  readonly ticker?: string | undefined
}

export interface SlicedOptions extends AcceptOptions {
  /** What all but the first slice is run in: `Effect.interruptible` for an answer that is kept and can be checked again. */
  readonly region?: Steps.Region | undefined
}

export type Checked = Either.Either<PythonModule, CodeFailure>

export interface Service {
  /** From the text of an answer to the module in it. */
  readonly accept: (answer: string, options?: AcceptOptions) => Checked
  /**
   * The same, with rests in which the process can do something else: a crafted answer takes a second. Without it `accept` is
   * used. No run interrupts it, as the answer is paid for, and none waits for less than all of it: what may hang has to be run
   * in the `region`, and have a time of its own.
   */
  readonly acceptInSlices?: (answer: string, options?: SlicedOptions) => Effect.Effect<Checked>
  /**
   * Names what `accept` does: two that have the same name come to the same with every text. Undefined where they may not, or
   * where nobody knows; then nothing that was checked before counts.
   */
  readonly fingerprint?: ((options: AcceptOptions) => string | undefined) | undefined
  /** The same checks for a text that is a module already; `ticker` as in `AcceptOptions`. */
  readonly check: (source: string, ticker?: string) => Checked
}

export interface Options {
  /** The Python that will run the module (default 3.11): newer syntax is refused. */
  readonly target?: Target.Version
  /** Modules that may be imported besides those of `Contract.IMPORTS`; none of Python's own that reach files, processes or memory. */
  readonly imports?: ReadonlyArray<string> | undefined
  /** What stands before the code of every module for a ticker, and is part of it from then on. */
  readonly head?: ((ticker: string) => Head | undefined) | undefined
}

/** In a block that was never closed, a missing function is not a mistake but the part that was cut off. */
const cutOff = (failure: CodeFailure, { open }: Candidate): CodeFailure =>
  open && failure.code === Structure.NO_FUNCTION
    ? of(failure.stage, failure.code, failure.message, { truncated: true })
    : failure

const unclosed = (): CodeFailure =>
  of("syntax", "unclosed-block", "the answer ends before its block of code does", { truncated: true })

const AMBIGUOUS = "ambiguous"
const ambiguous = (): CodeFailure =>
  of("extract", AMBIGUOUS, "the fences in the answer can be read in two ways: put the module into one block, alone")

const unfinished = (): CodeFailure =>
  of("syntax", "unfinished-function", "the answer ends in a function that may go on", { truncated: true })

const heldKey = (source: string): CodeFailure => {
  const line = source.slice(0, source.indexOf(REDACTED)).split("\n").length
  return of("policy", "api-key", "the code held the API key of this run, in whole or in part", { line })
}

/** Throws a `TypeError` for imports that no module may have. */
export const make = (options: Options = {}): Service => {
  Packages.check(options.imports)
  const target = Target.of(options.target ?? "3.11")
  const policy = Policy.make(options.imports)
  const headOf = (ticker: string | undefined) => (ticker === undefined ? undefined : options.head?.(ticker))
  function* checking(source: string, ticker: string | undefined): Steps.Steps<Checked> {
    const head = headOf(ticker)
    if (head === undefined) return yield* PythonCheck.check(source, { target, policy })
    return Either.mapLeft(yield* PythonCheck.check(head.join(source), { target, policy }), head.locate)
  }

  /** A file never has the key: a program without it would be another program. */
  function* checkingAnswer(source: string, ticker: string | undefined): Steps.Steps<Checked> {
    return source.includes(REDACTED) ? Either.left(heldKey(source)) : yield* checking(source, ticker)
  }

  /** What speaks against the module being whole, where nobody says that it is. */
  const doubt = (answer: string, { open, source }: Candidate, module: PythonModule): CodeFailure | undefined => {
    if (open) return unclosed()
    const isLast = answer.trimEnd().endsWith(source.trimEnd())
    return isLast && PythonCheck.mayGoOn(module) ? unfinished() : undefined
  }

  function* best(
    answer: string,
    candidates: Iterable<Candidate | Steps.Rest>,
    judge: Check,
    { endingImplied = false }: AcceptOptions
  ): Steps.Steps<Checked> {
    let furthest: CodeFailure | undefined
    for (const candidate of candidates) {
      if (candidate === undefined) {
        yield
        continue
      }
      if (candidate.ambiguous === true) return Either.left(ambiguous())
      const result = yield* judge(candidate.source)
      if (Either.isRight(result)) {
        const doubtful = endingImplied ? doubt(answer, candidate, result.right) : undefined
        return doubtful === undefined ? result : Either.left(doubtful)
      }
      const failure = cutOff(result.left, candidate)
      if (furthest === undefined || progress(failure) > progress(furthest)) furthest = failure
      if (failure.stage === "policy") break
    }
    return Either.left(furthest ?? Extraction.noCode())
  }

  const reading = (answer: string, options: AcceptOptions): Steps.Steps<Checked> =>
    Effort.bounded(answer, function* (spend) {
      const judge = remembering((source) => checkingAnswer(source, options.ticker), spend)
      function* found(text: string, options: AcceptOptions): Steps.Steps<Checked> {
        const candidates = yield* Extraction.candidates(text, judge, spend)
        return Either.isLeft(candidates)
          ? Either.left(candidates.left)
          : yield* best(text, candidates.right, judge, options)
      }
      // What was taken away may have been said of half a module.
      const again = (text: string) => found(text, { ...options, endingImplied: true })
      const result = yield* found(answer, options)
      if (Either.isRight(result)) return result
      const failure = (yield* bare(answer, judge)) ?? result.left
      return mayBeOtherwise(failure) ? yield* repaired(answer, again, failure) : Either.left(failure)
    })

  const inSlices = Steps.sliced(Effect.unsafeMakeSemaphore(1))
  const acceptInSlices: Service["acceptInSlices"] = (answer, options = {}) =>
    inSlices(reading(answer, options), options.region)
  const fingerprint: Service["fingerprint"] = ({ endingImplied = false, ticker }) =>
    // A head is part of the module, and may be another in the next run.
    CHECKS === undefined || headOf(ticker) !== undefined
      ? undefined
      : sha256(JSON.stringify([CHECKS, endingImplied, target, options.imports?.toSorted()]))
  const accept: Service["accept"] = (answer, options = {}) => Steps.run(reading(answer, options))
  const service: Service = { accept, check: (source, ticker) => Steps.run(checking(source, ticker)) }
  // They belong to this `accept`: whatever puts another one into its place has neither its slices nor its name.
  const ofAccept = <A>(value: A): PropertyDescriptor => ({
    get(this: Service) {
      return this.accept === accept ? value : undefined
    }
  })
  return Object.defineProperties(service, {
    acceptInSlices: ofAccept(acceptInSlices),
    fingerprint: ofAccept(fingerprint)
  })
}

/** Is it the text that is wrong, and not that it ends too early, or what the module does. */
const mayBeOtherwise = ({ code, stage, truncated }: CodeFailure): boolean =>
  !truncated && stage !== "policy" && code !== AMBIGUOUS

/** Which failure there was is said of the answer as it stands, also where there is no time for all readings. */
function* repaired(
  answer: string,
  found: (text: string) => Steps.Steps<Checked>,
  failure: CodeFailure
): Steps.Steps<Checked> {
  const result = yield* Effort.bounded<PythonModule>(answer, function* () {
    for (const text of Repair.readings(answer)) {
      if (text === undefined) {
        yield
        continue
      }
      const result = yield* found(text)
      if (Either.isRight(result)) return result
    }
    return Either.left(failure)
  })
  return Either.isRight(result) ? result : Either.left(failure)
}

/** What is wrong with an answer that is a program as it stands, with the function missing or under another name. */
function* bare(answer: string, check: Check): Steps.Steps<CodeFailure | undefined> {
  if (!/^[ \t]*(?:async[ \t]+)?def[ \t]/m.test(answer)) return undefined
  const result = yield* check(answer)
  return Either.isLeft(result) && result.left.stage === "structure" ? result.left : undefined
}

/** Several readings of one answer come to the same text. */
const remembering = (check: Check, spend: Effort.Spend): Check => {
  const known = new Map<string, Checked>()
  return function* (source) {
    const before = known.get(source)
    if (before !== undefined) return before
    // What no module may have is refused by its length alone.
    if (source.length <= Guard.MAX_BYTES) spend(source.length)
    yield
    const result = yield* check(source)
    known.set(source, result)
    return result
  }
}

/** Without a layer these are the default checks. */
export class CodeCheck extends Context.Reference<CodeCheck>()("algogen/CodeCheck", {
  defaultValue: (): Service => make()
}) {}

/** Dies of what `make` throws. */
export const layerWith = (options: Options): Layer.Layer<CodeCheck> => Layer.sync(CodeCheck, () => make(options))

export const layer: Layer.Layer<CodeCheck> = layerWith({})
