/** The figures as tables: `docs/performance.md` between its markers, and the picture beside it. */
import fs from "node:fs"
import { fileURLToPath } from "node:url"
import { FIGURES, GOALS, LIMIT_GOALS } from "./Goals.mjs"
import * as Picture from "./Picture.mjs"
import { median, short, spread, table } from "./Statistics.mjs"

const file = (name) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url))
const MARKERS = ["<!-- figures: written by bench/peers/run.mjs -->", "<!-- end of the figures -->"]

const NOT_PEERS = /^(?:floor|algogen|plain-effect|node$|fetch$)/
const isPeer = (name) => !NOT_PEERS.test(name)

const isWrong = ({ correct, files, of }) => correct !== of || (files ?? of) !== of

/** The measurements of one contender, or none if any of them went wrong. */
const good = (results, experiment, name) => {
  const samples = results[experiment]?.[name]
  return samples === undefined || samples.some(({ error }) => error !== undefined) ? undefined : samples
}

/** Wrong answers are not compared, however fast they came. */
const values = (results, experiment, figure, name) => {
  const samples = good(results, experiment, name)
  return samples?.some(isWrong) ? undefined : samples?.map(figure.of)
}

const withUnit = (number, unit) => (unit === "x" ? number.toFixed(2) : `${short(number)} ${unit}`)

const cell = (results, { experiment, figure }, name) => {
  const numbers = name === undefined ? undefined : values(results, experiment, figure, name)
  return numbers === undefined ? "" : withUnit(median(numbers), figure.unit)
}

const peersOf = (results, { experiment, figure }) =>
  Object.keys(results[experiment] ?? {})
    .filter(isPeer)
    .flatMap((name) => {
      const numbers = values(results, experiment, figure, name)
      return numbers === undefined ? [] : [{ name, at: median(numbers) }]
    })
    .toSorted((a, b) => a.at - b.at)

const verdict = (isReached) => (isReached ? "reached" : "**missed**")

const goalRow = (results, goal) => {
  const { alone, atMost, belowPeers, experiment, figure, floor, ours, ratio, timesFloor, title } = goal
  const numbers = values(results, experiment, figure, ours)
  const [best] = alone ? [] : peersOf(results, goal)
  const peer = best === undefined ? "" : `${withUnit(best.at, figure.unit)} (${best.name})`
  const plain = alone ? "" : cell(results, goal, "plain-effect")
  const limit =
    timesFloor === undefined
      ? withUnit(atMost, ratio ? "x" : figure.unit)
      : `${timesFloor} x floor${belowPeers ? ", below every peer" : ""}`
  const before = [title, cell(results, goal, floor), peer, plain]
  if (numbers === undefined) {
    const isMeasured = results[experiment]?.[ours] !== undefined
    return [...before, isMeasured ? "failed" : "not measured", limit, isMeasured ? verdict(false) : ""]
  }
  const floors = timesFloor === undefined ? undefined : values(results, experiment, figure, floor)
  if (timesFloor !== undefined && floors === undefined) return [...before, spread(numbers), limit, ""]
  const times = floors === undefined ? undefined : median(numbers.map((number, round) => number / floors[round]))
  const isBelow = !belowPeers || best === undefined || median(numbers) < best.at
  const isReached = isBelow && (times === undefined ? median(numbers) <= atMost : times <= timesFloor)
  const said = times === undefined ? "" : `; ${times.toFixed(2)} x`
  return [...before, `${spread(numbers)}${said}`, limit, verdict(isReached)]
}

const limitFigures = (samples) => ({
  done: median(samples.map(({ correct }) => correct)),
  wall: median(samples.map(FIGURES.wall.of)),
  refused: median(samples.map(({ refused, served }) => refused / (refused + served)))
})

const limitCell = (results, experiment, name) => {
  const samples = good(results, experiment, name)
  if (samples === undefined) return ""
  const { done, refused, wall } = limitFigures(samples)
  return `${done}; ${wall.toFixed(1)} s; ${Math.round(100 * refused)} %`
}

const limitRow = (results, names, { experiment, refused, seconds, title }) => {
  const samples = good(results, experiment, "algogen-everything")
  const goal = `${seconds} s; ${100 * refused} %`
  const cells = names.map((name) => limitCell(results, experiment, name))
  if (samples === undefined) return [title, ...cells, goal, ""]
  const measured = limitFigures(samples)
  const isReached = measured.done === samples[0].of && measured.wall <= seconds && measured.refused <= refused
  return [title, ...cells, goal, verdict(isReached)]
}

const limitTable = (results) => {
  const names = [...new Set(LIMIT_GOALS.flatMap(({ experiment }) => Object.keys(results[experiment] ?? {})))].sort()
  if (names.length === 0) return []
  const order = [...names.filter((name) => name === "floor"), ...names.filter((name) => name !== "floor")]
  const rows = LIMIT_GOALS.map((goal) => limitRow(results, order, goal))
  return [table([["`Retry-After`", ...order, "at most", ""], ...rows])]
}

const RESUMED = { "CPU ms an answer": "cpu", "wall s": "wall", "peak MB": "peak" }

const DETAILS = [
  { experiment: "few", title: "6 in flight", figures: { "CPU ms": "cpu", "wall s": "wall", "peak MB": "peak" } },
  { experiment: "many", title: "256 in flight", figures: { "CPU ms": "cpu", "wall s": "wall", "peak MB": "peak" } },
  { experiment: "warm", title: "six requests, warm", figures: { "time by the slowest": "makespan" } },
  { experiment: "fresh", title: "six requests, fresh process", figures: { "time by the slowest": "makespan" } },
  {
    experiment: "command",
    title: "start",
    figures: { "ms to the first request, or to the end": "start", "ms to the first chat request": "firstAnswer" }
  },
  { experiment: "resume", title: "resume, the files are there", figures: RESUMED },
  { experiment: "resume-files", title: "resume, the files are gone", figures: RESUMED }
]

const rightCell = (samples) => {
  const of = samples[0].of
  const counts = samples.map(({ correct, files }) => Math.min(correct, files ?? correct))
  const [least] = counts.toSorted((a, b) => a - b)
  return least === of ? `all ${of}` : `**${least} of ${of}**`
}

const detail = (results, { experiment, figures, title }) => {
  const measured = Object.entries(results[experiment] ?? {})
  if (measured.length === 0) return []
  const keys = Object.values(figures)
  const numbersOf = (samples, key) => {
    const numbers = samples.map(FIGURES[key].of)
    return numbers.every(Number.isFinite) ? spread(numbers) : ""
  }
  const rows = measured.map(([name, samples]) => {
    const failed = samples.find(({ error }) => error !== undefined)
    const cells = keys.map((key) => (failed === undefined ? numbersOf(samples, key) : ""))
    return [name].concat(cells, failed === undefined ? rightCell(samples) : failed.error.split("\n")[0].slice(0, 80))
  })
  return [`### ${title}`, table([["", ...Object.keys(figures), "right answers"], ...rows])]
}

const sentence = ({ at, cores, load, minutes, node, rounds }) =>
  `${at}, ${rounds} ${rounds === 1 ? "round" : "rounds"} in ${minutes} min, Node ${node}, ${cores} cores, load ${load.toFixed(1)} at the end`

/** A line for each run of the benchmark from which there are figures. */
const runs = (measured) => {
  const names = new Map()
  for (const [name, run] of Object.entries(measured)) {
    names.set(sentence(run), [...(names.get(sentence(run)) ?? []), name])
  }
  const lines = [...names].map(([run, list]) => (names.size === 1 ? run : `${list.join(", ")}: ${run}`))
  const isBusy = Object.values(measured).some(({ cores, load }) => load > 2 * cores)
  const warning = isBusy ? " **The machine was busy with other things, so absolute figures say little.**" : ""
  return lines.length === 0 ? [] : [`Measured: ${lines.join("; ")}.${warning}`]
}

export const tables = ({ absent = {}, measured = {}, results }) => {
  const rows = GOALS.filter(({ experiment }) => results[experiment] !== undefined)
  const left = Object.entries(absent).map(([name, reason]) => `${name} (${reason})`)
  return [
    ...runs(measured),
    ...(left.length === 0 ? [] : [`Left out: ${left.join("; ")}.`]),
    table([
      ["", "floor", "best peer", "plain Effect", "algogen", "at most", ""],
      ...rows.map((goal) => goalRow(results, goal))
    ]),
    ...limitTable(results),
    ...DETAILS.flatMap((one) => detail(results, one))
  ].join("\n\n")
}

/** Everybody got every answer; at a limit that is not asked of the peers. */
export const allRight = (results) =>
  Object.entries(results).every(([experiment, contenders]) =>
    Object.entries(contenders).every(([name, samples]) =>
      samples.every(
        (sample) =>
          (LIMIT_GOALS.some((goal) => goal.experiment === experiment) && !name.startsWith("algogen")) ||
          (sample.error === undefined && !isWrong(sample))
      )
    )
  )

export const write = (measured) => {
  const page = file("performance.md")
  const [before, rest] = fs.readFileSync(page, "utf8").split(MARKERS[0])
  const after = rest.split(MARKERS[1])[1]
  fs.writeFileSync(page, `${before}${MARKERS[0]}\n\n${tables(measured)}\n\n${MARKERS[1]}${after}`)
  fs.writeFileSync(file("performance.svg"), Picture.draw(measured.results))
}
