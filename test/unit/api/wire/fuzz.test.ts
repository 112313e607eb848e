/**
 * Thousands of streams and bodies of a grammar, each with the truth about it: nothing throws, no half is taken for whole,
 * no whole is thrown away, and no text that came is lost. Others with `WIRE_SEED`.
 */
import { Effect, Either } from "effect"
import { expect, it } from "vitest"
import type { Answer } from "../../../../src/domain/Answer.js"
import type { GenerationError } from "../../../../src/domain/GenerationError.js"
import { times } from "../../properties.js"
import { FULL, make, type Made } from "./grammar.js"
import { network, openRouter } from "./network.js"

const CASES = times(400)
const FIRST = Number(process.env["WIRE_SEED"] ?? 20_260_820)

/** What is wrong with an outcome, if anything is. */
const fault = (made: Made, outcome: Either.Either<Answer, GenerationError>): string | undefined => {
  const { breaks, damaged, isWeak, isWhole, said, text, torn } = made
  if (damaged === true) return Either.isRight(outcome) ? "a text of which a part is missing is an answer" : undefined
  if (Either.isRight(outcome)) {
    const { ending, text: got } = outcome.right
    if (said === "against") return "an answer that was said to be none is one"
    // One chunk with its finish reason is all that some servers send: nobody can tell it from the first of several.
    const isOnly = ending === "implied" && isWeak
    if (torn || (said === "silent" && breaks && !isOnly)) return "half of an exchange is taken for an answer"
    if (said === "silent" && ending !== "implied") return "nobody said that it is whole"
    if (isWhole && got !== FULL) return `another text: ${got}`
    if (!isWhole && got !== text) return `another half: ${got}`
    return said === "stated" && ending === "implied" && !isWeak ? "the server said that it is whole" : undefined
  }
  const { partial, reason } = outcome.left
  if (said === "stated") return `a whole answer is thrown away: ${reason.message}`
  if (said === "silent" && !breaks && !torn) return `an answer that ended properly is thrown away: ${reason.message}`
  if (text === "") return partial !== undefined && FULL.startsWith(partial.text) ? undefined : "what came is lost"
  return partial?.text === text ? undefined : `the text that came is lost: ${partial?.text}`
}

it("exchanges come to what is true of them", async () => {
  let now = make(FIRST)
  const { client } = network(() => {
    const { breaks, bytes, contentType, cuts } = now
    const edges = [0, ...cuts, bytes.length]
    let next = 1
    const body = new ReadableStream<Uint8Array>({
      pull: (own) => {
        const end = edges[next]
        if (end === undefined) return breaks ? own.error(new Error("read ECONNRESET")) : own.close()
        const part = bytes.slice(edges[next - 1], end)
        next += 1
        own.enqueue(part)
      }
    })
    return new Response(body, { headers: contentType === "" ? {} : { "content-type": contentType } })
  })
  const service = await Effect.runPromise(openRouter(client))
  const seen = new Map<string, number>()
  for (let seed = FIRST; seed < FIRST + CASES; seed += 1) {
    now = make(seed)
    const outcome = await Effect.runPromise(Effect.either(service.complete({ model: "m", messages: [] })))
    const kind = `${now.isWhole ? "whole" : "half"} ${now.said} ${Either.isRight(outcome) ? (outcome.right.ending ?? "ok") : outcome.left.reason._tag}`
    seen.set(kind, (seen.get(kind) ?? 0) + 1)
    const wrong = fault(now, outcome)
    if (wrong !== undefined) {
      expect.fail(
        `seed ${seed}: ${wrong}\n${JSON.stringify({ ...now, bytes: new TextDecoder().decode(now.bytes) }, null, 1)}`
      )
    }
  }
  // Every kind of truth was there.
  for (const kind of [
    "whole stated ok",
    "whole silent implied",
    "half silent implied",
    "half silent ConnectionFailed"
  ]) {
    expect(seen.get(kind), kind).toBeGreaterThan(CASES / 100)
  }
})
