/** What each way in which a request ends says of the server's limits: what counts as its failure, and what does not. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Exit, FiberId } from "effect"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import {
  BadCode,
  ConnectionFailed,
  CutOff,
  EmptyAnswer,
  GenerationError,
  MalformedAnswer,
  RateLimited,
  type Reason,
  Refused,
  Rejected,
  ServerFailed,
  TimedOut
} from "../../../../src/domain/GenerationError.js"
import * as Signal from "../../../../src/flow/pure/Signal.js"

const limited = (scope: (typeof RateLimited.Type)["scope"], hinted: boolean) =>
  new RateLimited({ status: 429, scope, message: "", hinted })
const failure = CodeFailure.of("syntax", "invalid", "")

const RETRY_AT = 5_000

const table: ReadonlyArray<readonly [reason: Reason, outcome: Signal.Signal]> = [
  [new ServerFailed({ status: 503, message: "" }), { _tag: "Failed", until: RETRY_AT, late: false }],
  [
    new ServerFailed({ status: 503, message: "", because: "loading" }),
    { _tag: "Failed", until: RETRY_AT, late: false, because: "loading" }
  ],
  [
    new RateLimited({ status: 429, scope: "model", message: "", hinted: false, crowded: true }),
    { _tag: "Limited", scope: "model", upstream: false, until: undefined, crowded: true }
  ],
  [new TimedOut({ clock: "attempt", limitMs: 1 }), { _tag: "Failed", until: RETRY_AT, late: true }],
  [new TimedOut({ clock: "connect", limitMs: 1 }), { _tag: "Failed", until: RETRY_AT, late: false }],
  [new ConnectionFailed({ message: "" }), { _tag: "Failed", until: RETRY_AT, late: false }],
  [new MalformedAnswer({ message: "" }), { _tag: "Failed", until: RETRY_AT, late: false }],
  [limited("model", true), { _tag: "Limited", scope: "model", upstream: false, until: RETRY_AT }],
  [limited("account", false), { _tag: "Limited", scope: "account", upstream: false, until: undefined }],
  [limited("free-per-minute", true), { _tag: "Limited", scope: "free-per-minute", upstream: false, until: RETRY_AT }],
  [limited("free-per-day", true), { _tag: "Rejected" }],
  [new Rejected({ status: 400, message: "", fallbackModels: [] }), { _tag: "Rejected" }],
  [new CutOff({}), { _tag: "Answered" }],
  [new EmptyAnswer({ message: "" }), { _tag: "Answered" }],
  [new Refused({ message: "" }), { _tag: "Answered" }],
  [new BadCode({ failure }), { _tag: "Answered" }]
]

describe("a request", () => {
  for (const [reason, outcome] of table) {
    it(`that ends with ${reason._tag}${reason._tag === "RateLimited" ? ` (${reason.scope})` : ""} is ${outcome._tag}`, () => {
      deepStrictEqual(Signal.of(Exit.fail(new GenerationError({ model: "x/1", reason, retryAt: RETRY_AT }))), outcome)
    })
  }

  it("that is answered, cancelled or dies is what it is", () => {
    deepStrictEqual(
      [Exit.succeed("text"), Exit.interrupt(FiberId.none), Exit.die("broken")].map((exit) => Signal.of(exit)),
      [{ _tag: "Answered" }, { _tag: "Cancelled" }, { _tag: "Failed", until: undefined, late: false }]
    )
  })
})
