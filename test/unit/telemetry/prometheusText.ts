/** Reads Prometheus text, version 0.0.4, and takes offence at everything that a server would refuse or misread. */
import { Array as Arr } from "effect"

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Its name and labels, and, without the boundary, what the buckets of one histogram have in common. */
  readonly key: string
  readonly bucketsOf: string
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string | undefined
  readonly samples: ReadonlyArray<Sample>
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/
const VALUE = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/
const SUFFIXES: Readonly<Record<string, ReadonlyArray<string>>> = {
  counter: [""],
  gauge: [""],
  summary: ["", "_sum", "_count"],
  histogram: ["_bucket", "_sum", "_count"]
}

const demand = (holds: boolean, complaint: string): void => {
  if (!holds) throw new Error(complaint)
}

const numberOf = (text: string): number => {
  demand(VALUE.test(text), `not a number: ${text}`)
  return Number(text.replace("Inf", "Infinity"))
}

/** Takes a quoted text apart: its value, and what follows. */
const quoted = (text: string): readonly [value: string, rest: string] => {
  const [whole, inner = ""] = /^"((?:[^"\\\n]|\\["\\n])*)"/.exec(text) ?? []
  if (whole === undefined) throw new Error(`not a quoted text: ${text}`)
  return [
    inner.replace(/\\(.)/gs, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
    text.slice(whole.length)
  ]
}

const labelsOf = (text: string): Readonly<Record<string, string>> => {
  const labels = new Map<string, string>()
  let rest = text
  while (rest !== "") {
    const name = LABEL.exec(rest)?.[0] ?? ""
    demand(name !== "" && rest[name.length] === "=", `not a label: ${rest}`)
    demand(!labels.has(name), `label ${name} twice: ${text}`)
    const [value, after] = quoted(rest.slice(name.length + 1))
    labels.set(name, value)
    demand(after === "" || (after.startsWith(",") && after.length > 1), `labels end badly: ${after}`)
    rest = after.slice(1)
  }
  return Object.fromEntries(labels)
}

const sampleOf = (line: string): Sample => {
  const name = NAME.exec(line)?.[0] ?? ""
  const [, labels, value = ""] = /^(?:\{([^\n]+)\})? (\S+)$/.exec(line.slice(name.length)) ?? []
  demand(name !== "" && value !== "", `not a sample: ${line}`)
  const known = labelsOf(labels ?? "")
  const sorted = Object.entries(known).sort()
  const bucketsOf = JSON.stringify(sorted.filter(([label]) => label !== "le"))
  return { name, labels: known, value: numberOf(value), key: JSON.stringify([name, sorted]), bucketsOf }
}

/** The registry is one for the process and only grows: most of its lines were read before. */
const read = new Map<string, Sample>()
const sampleAt = (line: string): Sample => {
  const sample = read.get(line) ?? sampleOf(line)
  read.set(line, sample)
  return sample
}

/** Of each combination of labels: boundaries that rise, counts that never fall, and infinity as the count of all. */
const checkHistogram = ({ name, samples }: Family): void => {
  for (const mine of Object.values(Arr.groupBy(samples, ({ bucketsOf }) => bucketsOf))) {
    const buckets = mine.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => numberOf(labels["le"] ?? ""))
    const counts = buckets.map(({ value }) => value)
    const one = (suffix: string) => {
      const [found, ...more] = mine.filter((sample) => sample.name === `${name}_${suffix}`)
      demand(found !== undefined && more.length === 0, `${name}_${suffix} is not there once`)
      return found?.value
    }
    one("sum")
    demand(bounds.at(-1) === Number.POSITIVE_INFINITY, `${name} has no +Inf`)
    demand(
      bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound)),
      `${name}: boundaries do not rise`
    )
    demand(
      counts.every((count, index) => index === 0 || count >= (counts[index - 1] ?? count)),
      `${name}: counts fall`
    )
    demand(counts.at(-1) === one("count"), `${name}: +Inf is not the count`)
  }
}

/** Families by name. */
export const parse = (text: string): ReadonlyMap<string, Family> => {
  demand(text === "" || text.endsWith("\n"), "the last line has no end")
  const families = new Map<string, Family & { readonly samples: Array<Sample> }>()
  const seen = new Set<string>()
  let help: readonly [name: string, text: string] | undefined
  let current = ""
  for (const line of text.split("\n").slice(0, -1)) {
    const [, kind, name = "", said = ""] = /^# (HELP|TYPE) (\S+) ([^\n]*)$/.exec(line) ?? []
    if (kind === "HELP") {
      demand(help === undefined && NAME.exec(name)?.[0] === name, `HELP out of place: ${line}`)
      demand(/^(?:[^\\]|\\[\\n])*$/.test(said), `HELP is badly escaped: ${line}`)
      help = [name, said]
    } else if (kind === "TYPE") {
      demand(NAME.exec(name)?.[0] === name && said in SUFFIXES, `not a type: ${line}`)
      demand(help === undefined || help[0] === name, `HELP of another name: ${line}`)
      demand(!families.has(name), `${name} twice`)
      families.set(name, { name, type: said, help: help?.[1], samples: [] })
      help = undefined
      current = name
    } else {
      const sample = sampleAt(line)
      const family = families.get(current)
      if (family === undefined) throw new Error(`a sample without a type: ${line}`)
      demand(
        SUFFIXES[family.type]?.some((suffix) => sample.name === current + suffix) === true,
        `not a sample of ${family.type} ${current}: ${line}`
      )
      demand(!seen.has(sample.key), `twice: ${line}`)
      seen.add(sample.key)
      demand(family.type !== "counter" || (current.endsWith("_total") && sample.value >= 0), `not a counter: ${line}`)
      family.samples.push(sample)
    }
  }
  for (const family of families.values()) {
    demand(family.samples.length > 0, `${family.name} is empty`)
    if (family.type === "histogram") checkHistogram(family)
  }
  return families
}
