/**
 * Files that take longest begin first, so that the last workers end together. What Vitest remembers of earlier runs would do
 * the same, but a fresh clone has none.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Seconds, roughly, by what the path ends with: above three for system tests, above one for unit tests. */
export const SECONDS: ReadonlyArray<readonly [file: string, seconds: number]> = [
  ["system/world/World.test.ts", 14],
  ["system/command/Bulk.test.ts", 28],
  ["system/promise/Journal.test.ts", 17],
  ["system/docs/Manual.test.ts", 26],
  ["system/command/Start.test.ts", 15],
  ["system/promise/Client.test.ts", 11],
  ["system/python/Python.test.ts", 24],
  ["system/durable/Kill.test.ts", 20],
  ["system/sockets/Connections.test.ts", 13],
  ["system/promise/Package.test.ts", 24],
  ["system/sockets/Outcomes.test.ts", 35],
  ["system/command/Rounds.test.ts", 19],
  ["system/load/Load.test.ts", 11],
  ["system/durable/Processes.test.ts", 18],
  ["system/trial/Python3.test.ts", 15],
  ["system/promise/Promise.test.ts", 18],
  ["system/sockets/Dialects.test.ts", 16],
  ["system/command/Generate.test.ts", 13],
  ["system/storage/JournalFile.test.ts", 10],
  ["system/command/Documents.test.ts", 4],
  ["system/durable/Durable.test.ts", 18],
  ["system/command/Kill.test.ts", 7],
  ["system/promise/Clone.test.ts", 27],
  ["system/command/Tools.test.ts", 15],
  ["system/trial/Escapes.test.ts", 14],
  ["system/command/Score.test.ts", 7],
  ["system/command/Init.test.ts", 7],
  ["system/code/cpython.test.ts", 12],
  ["system/code/growth.test.ts", 24],
  ["system/command/ReportPage.test.ts", 6],
  ["system/command/Usage.test.ts", 8],
  ["system/command/Profiles.test.ts", 3],
  ["system/command/Terminal.test.ts", 6],
  ["system/trial/Hostile.test.ts", 6],
  ["system/command/Heap.test.ts", 3],
  ["system/trial/LookAhead.test.ts", 4],
  ["system/simulator/Simulator.test.ts", 3],
  ["system/code/foreign.test.ts", 12],
  ["system/code/slices.test.ts", 6],
  // Read what all tests of the process have counted: the fewer, the better.
  ["unit/telemetry/Metrics.test.ts", 9],
  ["unit/telemetry/Prometheus.test.ts", 8],
  ["unit/code/pieces.test.ts", 3],
  ["unit/code/slices.test.ts", 1],
  ["unit/flow/FlowControl.test.ts", 2],
  ["unit/flow/TokenBucket.test.ts", 2],
  ["unit/api/wire/fixtures.test.ts", 2],
  ["unit/code/elements.test.ts", 2],
  ["unit/code/dresses.test.ts", 2],
  ["unit/code/fuzz.test.ts", 1],
  ["unit/code/Places.test.ts", 1],
  ["unit/api/wire/arbitraryBytes.test.ts", 1],
  ["unit/prompt/Strategy.test.ts", 1],
  ["unit/code/Snippets.test.ts", 1],
  ["unit/generation/Resume.test.ts", 1],
  ["unit/code/Corpus.test.ts", 1],
  ["unit/api/wire/wrapped.test.ts", 1]
]

const secondsOf = ({ moduleId }: TestSpecification): number =>
  SECONDS.find(([file]) => moduleId.endsWith(`/${file}`))?.[1] ?? 0

export default class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => secondsOf(other) - secondsOf(one))
  }
}
