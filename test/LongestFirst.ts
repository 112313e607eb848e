/**
 * Files that take longest begin first, so that the last workers end together. What Vitest remembers of earlier runs would do
 * the same, but a fresh clone has none.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Seconds, roughly, by what the path ends with: above three for system tests, above one for unit tests. */
export const SECONDS: ReadonlyArray<readonly [file: string, seconds: number]> = [
  ["system/world/World.test.ts", 18],
  ["system/command/Bulk.test.ts", 26],
  ["system/promise/Journal.test.ts", 16],
  ["system/docs/Manual.test.ts", 16],
  ["system/command/Start.test.ts", 16],
  ["system/promise/Client.test.ts", 15],
  ["system/python/Python.test.ts", 15],
  ["system/durable/Kill.test.ts", 14],
  ["system/sockets/Connections.test.ts", 14],
  ["system/promise/Package.test.ts", 14],
  ["system/sockets/Outcomes.test.ts", 14],
  ["system/command/Rounds.test.ts", 13],
  ["system/load/Load.test.ts", 13],
  ["system/durable/Processes.test.ts", 12],
  ["system/trial/Python3.test.ts", 12],
  ["system/promise/Promise.test.ts", 11],
  ["system/sockets/Dialects.test.ts", 10],
  ["system/command/Generate.test.ts", 10],
  ["system/storage/JournalFile.test.ts", 8],
  ["system/command/Documents.test.ts", 8],
  ["system/durable/Durable.test.ts", 7],
  ["system/command/Kill.test.ts", 7],
  ["system/promise/Clone.test.ts", 6],
  ["system/command/Tools.test.ts", 6],
  ["system/trial/Escapes.test.ts", 6],
  ["system/command/Score.test.ts", 6],
  ["system/command/Init.test.ts", 6],
  ["system/code/cpython.test.ts", 6],
  ["system/code/growth.test.ts", 5],
  ["system/command/ReportPage.test.ts", 5],
  ["system/command/Usage.test.ts", 4],
  ["system/command/Profiles.test.ts", 4],
  ["system/command/Terminal.test.ts", 4],
  ["system/trial/Hostile.test.ts", 4],
  ["system/command/Heap.test.ts", 4],
  ["system/trial/LookAhead.test.ts", 3],
  ["system/simulator/Simulator.test.ts", 3],
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
