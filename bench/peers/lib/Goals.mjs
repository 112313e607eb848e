/** What is to be reached, row by row: which figure of which experiment, of whom, and at most how much. */
import { SLOWEST } from "../experiments/makespan.mjs"
import { median } from "./Statistics.mjs"

const cpu = { unit: "ms", of: ({ cpuMs, of }) => cpuMs / of }
const peak = { unit: "MB", of: ({ peakMb }) => peakMb }
const wall = { unit: "s", of: ({ walls }) => median(walls) / 1000 }
const makespan = { unit: "x", of: ({ walls }) => median(walls) / SLOWEST }
const start = { unit: "ms", of: ({ starts }) => median(starts.map(({ ms }) => ms)) }
const firstAnswer = { unit: "ms", of: ({ starts }) => median(starts.map(({ answerMs }) => answerMs)) }

export const FIGURES = { cpu, peak, wall, makespan, start, firstAnswer }

const resumed = (experiment, title) =>
  [
    { title: `${title}, held`, figure: wall, ours: "algogen-everything", atMost: 5 },
    { title: "the same, streamed", figure: wall, ours: "algogen-streamed", atMost: 5 },
    { title: "peak memory of that, held", figure: peak, ours: "algogen-everything", atMost: 250 },
    { title: "the same, streamed", figure: peak, ours: "algogen-streamed", atMost: 250 }
  ].map((goal) => Object.assign(goal, { experiment, alone: true }))

/** `timesFloor` is a multiple of that floor, measured in the same round; `below` the peers means each of them. */
export const GOALS = [
  {
    title: "CPU an answer, 6 in flight, warm, everything on",
    experiment: "few",
    figure: cpu,
    floor: "floor-flushed",
    ours: "algogen-everything",
    timesFloor: 2
  },
  {
    title: "the same with store and journal in memory",
    experiment: "few",
    figure: cpu,
    floor: "floor",
    ours: "algogen-memory",
    timesFloor: 6
  },
  {
    title: "the same bare: no check, nothing kept",
    experiment: "few",
    figure: cpu,
    floor: "floor",
    ours: "algogen-bare",
    timesFloor: 2.5,
    belowPeers: true
  },
  {
    title: "CPU an answer, many at 256 in flight, everything on",
    experiment: "many",
    figure: cpu,
    floor: "floor-flushed",
    ours: "algogen-everything",
    timesFloor: 2
  },
  {
    title: "the same bare",
    experiment: "many",
    figure: cpu,
    floor: "floor",
    ours: "algogen-bare",
    timesFloor: 2.5,
    belowPeers: true
  },
  {
    title: "peak memory of those, held",
    experiment: "many",
    figure: peak,
    floor: "floor",
    ours: "algogen-everything",
    atMost: 250
  },
  {
    title: "peak memory of those, streamed",
    experiment: "many",
    figure: peak,
    floor: "floor",
    ours: "algogen-streamed",
    atMost: 200
  },
  {
    title: "six requests of 50 to 300 ms, warm: time by the slowest",
    experiment: "warm",
    figure: makespan,
    floor: "floor",
    ours: "algogen-everything",
    atMost: 1.06
  },
  {
    title: "the same in a fresh process",
    experiment: "fresh",
    figure: makespan,
    floor: "floor",
    ours: "algogen-everything",
    atMost: 1.2
  },
  {
    title: "command: from its start to the first request (the floor is `fetch`)",
    experiment: "command",
    figure: start,
    floor: "fetch",
    ours: "algogen-command",
    atMost: 160
  },
  {
    title: "command: `--help` (the floor is `node -e 0`)",
    experiment: "command",
    figure: start,
    floor: "node",
    ours: "algogen-help",
    atMost: 135,
    alone: true
  },
  ...resumed("resume", "resume of 10,000 answers whose files are there"),
  ...resumed("resume-files", "resume of 10,000 answers whose files are gone"),
  {
    title: "peak memory, 20,000 jobs by 2,000, held",
    experiment: "scale",
    figure: peak,
    ours: "algogen-everything",
    atMost: 2,
    ratio: true
  },
  {
    title: "the same, streamed",
    experiment: "scale",
    figure: peak,
    ours: "algogen-streamed",
    atMost: 1.3,
    ratio: true
  }
]

/** A server's limit: all of them, in so many seconds, with so many refusals. */
export const LIMIT_GOALS = [
  { experiment: "seconds-6", title: "whole seconds, 6 in flight, 200 models", seconds: 11, refused: 0.05 },
  { experiment: "seconds-6-two", title: "the same, 2 models x 100", seconds: 11, refused: 0.05 },
  { experiment: "seconds-64", title: "whole seconds, 64 in flight, 200 models", seconds: 11, refused: 0.1 },
  { experiment: "seconds-64-two", title: "the same, 2 models x 100", seconds: 11, refused: 0.1 },
  { experiment: "both-6", title: "whole seconds and `retry-after-ms`, 6 in flight", seconds: 11, refused: 0.05 }
]
