/**
 * What is found in each of many answers, and what each of the readers makes of it by itself: `test/golden/answers`. Where it is
 * meant to change, run this file with `-u`, and read the difference: a module must come out byte for byte, or not at all.
 */
import { describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import type { Candidate } from "../../../src/code/extraction/Candidate.js"
import * as Extraction from "../../../src/code/extraction/Extraction.js"
import * as Steps from "../../../src/code/Steps.js"
import type { CodeFailure } from "../../../src/domain/CodeFailure.js"
import { CORPUS, golden, judge, shown } from "./answers.js"
import { withoutRests } from "./steps.js"

const { accept } = make()

const told = ({ code, line, message, stage, truncated }: CodeFailure): string =>
  `${stage} ${code}${line === undefined ? "" : `, line ${line}`}${truncated ? ", cut off" : ""}: ${message}`

/** What is found only where nothing but its end says that an answer is complete. */
const UNENDED = new Set(["unclosed-block", "unfinished-function"])

describe("in each of many answers", () => {
  it("the same module is found", () =>
    golden(
      "verdicts",
      CORPUS.map((answer) => {
        const implied = accept(answer, { endingImplied: true })
        if (Either.isRight(implied)) return `${shown(answer)}\n  ${shown(implied.right.source)}\n  ok`
        const verdict = UNENDED.has(implied.left.code) ? accept(answer) : implied
        const found = Either.match(verdict, { onLeft: told, onRight: ({ source }) => shown(source) })
        return [shown(answer), found, ...(verdict === implied ? [] : [told(implied.left)])].join("\n  ")
      })
    ))

  it("the same candidates are found in the same order, at the same cost", () =>
    golden(
      "candidates",
      CORPUS.map((answer) => {
        let spent = 0
        const spend = (characters: number): void => void (spent += characters)
        const said = Either.match(Steps.run(Extraction.candidates(answer, judge, spend)), {
          onLeft: told,
          onRight: (found) =>
            withoutRests<Candidate>(found)
              .map(({ ambiguous, open, source }) => `${open ? "open " : ""}${ambiguous ? "ambiguous" : shown(source)}`)
              .join("\n  ")
        })
        return `${shown(answer)}\n  ${said}\n  ${spent}`
      })
    ))
})
