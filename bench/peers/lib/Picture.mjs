/** The figures that say most as bars, for light and dark pages: an SVG without scripts. */
import { FIGURES } from "./Goals.mjs"
import { median, short } from "./Statistics.mjs"

const WIDTH = 720
const LABEL = 190
const BAR = 14
const ROW = 20
const HEAD = 34

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .other { fill: #8c959f }
  .ours { fill: #1a7f64 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .other { fill: #6e7681 }
    .ours { fill: #3fb68b }
  }`

const PANELS = [
  {
    title: "CPU an answer, 6 in flight (ms)",
    experiment: "few",
    figure: FIGURES.cpu,
    names: ["floor", "algogen-bare", "plain-effect", "openai", "ai", "openrouter", "langchain", "httpx"]
  },
  {
    title: "CPU an answer, each flushed to a journal and a file (ms)",
    experiment: "few",
    figure: FIGURES.cpu,
    names: ["floor-flushed", "algogen-everything"]
  },
  {
    title: "Peak memory of many answers at 256 in flight (MB)",
    experiment: "many",
    figure: FIGURES.peak,
    names: ["floor", "httpx", "openai", "plain-effect", "algogen-streamed", "algogen-everything"]
  },
  {
    title: "200 requests where 20 a second are let in, 6 in flight (s)",
    experiment: "seconds-6",
    figure: FIGURES.wall,
    names: ["floor", "algogen-everything", "langchain", "plain-effect"],
    complete: true
  }
]

const LABELS = {
  floor: "by hand, on undici",
  "floor-flushed": "by hand",
  "plain-effect": "plain Effect",
  openrouter: "@openrouter/sdk",
  langchain: "@langchain/openrouter",
  httpx: "httpx (Python)",
  "algogen-bare": "algogen, nothing kept",
  "algogen-everything": "algogen, everything on",
  "algogen-streamed": "algogen, streamed"
}

const barsOf = (results, { complete = false, experiment, figure, names }) =>
  names.flatMap((name) => {
    const samples = results[experiment]?.[name] ?? []
    const isGood = samples.every(({ correct, error, of }) => error === undefined && (!complete || correct === of))
    return samples.length > 0 && isGood ? [{ name, value: median(samples.map(figure.of)) }] : []
  })

const panel = (bars, title, top) => {
  const widest = Math.max(...bars.map(({ value }) => value))
  const scale = (WIDTH - LABEL - 60) / widest
  const rows = bars.map(({ name, value }, at) => {
    const y = top + HEAD + at * ROW
    const width = Math.max(1, value * scale).toFixed(1)
    const kind = name.startsWith("algogen") ? "ours" : "other"
    return [
      `<text x="${LABEL - 8}" y="${y + 11}" text-anchor="end">${LABELS[name] ?? name}</text>`,
      `<rect class="${kind}" x="${LABEL}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
      `<text x="${(LABEL + Number(width) + 6).toFixed(1)}" y="${y + 11}">${short(value)}</text>`
    ].join("")
  })
  return [`<text class="title" x="0" y="${top + 20}">${title}</text>`, ...rows].join("\n")
}

export const draw = (results) => {
  const panels = []
  let top = 0
  for (const one of PANELS) {
    const bars = barsOf(results, one)
    if (bars.length === 0) continue
    panels.push(panel(bars, one.title, top))
    top += HEAD + bars.length * ROW + 12
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img">
<title>algogen beside other clients</title>
<style>${STYLE}
</style>
${panels.join("\n")}
</svg>
`
}
