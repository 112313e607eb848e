/** Which tests a mutant is shown to, and in which order: those that find it soonest for what they cost come first. */
import { basename, dirname } from "node:path"

export interface Test {
  readonly file: string
  /** Seconds. */
  readonly cost: number
}

const stem = (file: string): string =>
  basename(file)
    .replace(/(?:\.test)?\.ts$/, "")
    .toLowerCase()

const folder = (file: string): string => dirname(file).replace(/^(?:src|test\/unit|test\/system)\/?/, "")

/** How likely a test is to be the one that is about this file: from its name and its folder, which mirror `src`. */
export const nearness = (file: string, test: string): number => {
  const [from, to] = [folder(file), folder(test)]
  const isNamed = stem(file) === stem(test)
  if (isNamed && from === to) return 1
  if (isNamed) return 0.6
  if (from === to) return 0.4
  return from.split("/")[0] === to.split("/")[0] ? 0.25 : 0.1
}

/** Starting costs something too. */
const START = 0.2

/** The tests in their order, as many as may be run for so many seconds, and at least one. */
export const chosen = (file: string, tests: ReadonlyArray<Test>, patience: number): ReadonlyArray<Test> => {
  const worth = (test: Test) => nearness(file, test.file) / (test.cost + START)
  const inOrder = tests.toSorted((a, b) => worth(b) - worth(a))
  let spent = 0
  return inOrder.filter(({ cost }, index) => {
    if (index > 0 && spent + cost > patience) return false
    spent += cost
    return true
  })
}

/** Tests that measure time against length, which other programs on the machine change. */
export const APART = /^test\/unit\/code\/growth/

interface Row {
  readonly room: RegExp
  readonly tests: ReadonlyArray<string>
  readonly built?: boolean
}

/** What only sockets, processes and folders can show. The world is slow, and finds what was not flushed. */
const SYSTEM: ReadonlyArray<Row> = [
  {
    room: /^src\/storage\//,
    tests: ["storage/Journal", "storage/JournalFile", "storage/AlgorithmStore", "storage/NativeFiles", "world/World"]
  },
  {
    room: /^src\/(?:node|api)\//,
    tests: [
      "storage/NativeFiles",
      "sockets/Connections",
      "sockets/ShortWay",
      "sockets/UndiciClient",
      "sockets/Proxy",
      "sockets/Retries"
    ]
  },
  { room: /^src\/api\//, tests: ["sockets/Dialects", "sockets/Outcomes"] },
  { room: /^src\/code\/trial\//, tests: ["trial/Monty", "trial/Python3", "trial/Child"] },
  { room: /^src\/code\/python\//, tests: ["code/cpython"] },
  { room: /^src\/score\//, tests: ["trial/ArenaRules", "trial/Ledger", "trial/LookAhead"] },
  { room: /^src\/durable\//, tests: ["durable/Durable", "durable/Answers"], built: true },
  { room: /^src\/flow\/sharedQuota\//, tests: ["flow/Redis"] },
  { room: /^src\/(?:flow|generation)\//, tests: ["world/World"] },
  { room: /^src\/telemetry\//, tests: ["telemetry/Otlp"] },
  { room: /^src\/promise/, tests: ["promise/Promise", "promise/Client", "promise/Journal"], built: true },
  { room: /^src\/cli\/live\//, tests: ["view/Server"] },
  { room: /^src\/cli\/bulk\//, tests: ["command/Bulk"], built: true },
  { room: /^src\/cli\/setup\/|^src\/cli\/commands\/Init/, tests: ["command/Init"], built: true },
  {
    room: /^src\/cli\/(?:Completions|CommandRows|FlagRows)/,
    tests: ["command/Completions", "command/Usage"],
    built: true
  },
  { room: /^src\/cli\/(?:ConfigFile|Configured)/, tests: ["command/Config"], built: true },
  { room: /^src\/cli\/(?:documents|folder)\//, tests: ["command/Documents", "command/Tools"], built: true },
  {
    room: /^src\/cli\/commands\/(?:Score|Compare)|^src\/cli\/Arena/,
    tests: ["command/Score", "command/Arena"],
    built: true
  },
  { room: /^src\/cli\/Data|^src\/market\//, tests: ["command/Data"], built: true },
  { room: /^src\/cli\/view\//, tests: ["command/Terminal"], built: true },
  {
    room: /^src\/cli\/(?:ReportPage|commands\/(?:Report|View))|^src\/report\//,
    tests: ["command/ReportPage"],
    built: true
  },
  { room: /^src\/(?:cli\/|bin)/, tests: ["command/Usage", "command/Tools", "command/Generate"], built: true }
]

/** Steps of the second stage: the tests that run on the sources, then those that run the built command. */
export const systemTests = (file: string, built: boolean): ReadonlyArray<string> =>
  SYSTEM.filter((row) => row.room.test(file) && (row.built ?? false) === built).flatMap(({ tests }) =>
    tests.map((name) => `test/system/${name}.test.ts`)
  )
