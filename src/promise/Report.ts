/** A run's report as plain values: what `JSON.stringify` would make of it. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Algorithm } from "../domain/Algorithm.js"
import * as Report from "../generation/Report.js"
import type * as Results from "./Results.js"

const encode = Schema.encodeSync(Algorithm)

export const make = (report: Report.GenerationReport, hasFiles: boolean): Results.Report => {
  const { results, ...rest } = Report.toJson(report)
  const plain: Results.Report = {
    ...rest,
    algorithms: report.algorithms.map(
      Option.match({
        onNone: () => null,
        onSome: (algorithm) => ({ ...encode(algorithm), sample: algorithm.sample })
      })
    ),
    // Each algorithm stands in the list above.
    outcomes: results.map((result) =>
      Object.assign(result, { code: undefined, file: hasFiles ? result.file : undefined })
    )
  }
  // Without the fields that are undefined.
  return JSON.parse(JSON.stringify(plain))
}
