/**
 * Measures algogen beside other clients and beside what is written by hand, and writes `docs/performance.md`. Every round
 * measures everybody once, in changing order. `npm install` in this folder brings the other clients.
 */
import path from "node:path"
import * as Options from "../options/Options.mjs"
import * as Answers from "./experiments/answers.mjs"
import * as Command from "./experiments/command.mjs"
import * as Limits from "./experiments/limits.mjs"
import * as Makespan from "./experiments/makespan.mjs"
import * as Resume from "./experiments/resume.mjs"
import * as Contenders from "./lib/Contenders.mjs"
import * as Page from "./lib/Page.mjs"
import { startServer } from "./lib/Processes.mjs"
import * as Results from "./lib/Results.mjs"

const FULL = {
  few: { models: 100, samples: 10, warm: { models: 100, samples: 15 } },
  many: { models: 100, samples: 50, warm: { models: 100, samples: 3 } },
  warm: { repeat: 5, warm: { models: 100, samples: 15 } },
  limits: { requests: Limits.REQUESTS },
  command: { repeat: 2 },
  resume: { models: 100, samples: 100 }
}
const QUICK = {
  few: { models: 20, samples: 2, warm: { models: 20, samples: 1 } },
  many: { models: 50, samples: 6, warm: undefined },
  warm: { repeat: 2, warm: { models: 20, samples: 1 } },
  limits: { requests: 20 },
  command: { repeat: 1 },
  resume: { models: 20, samples: 5 }
}

const values = Options.read("npm run bench:peers --", {
  quick: { type: "boolean", default: false, help: "one round of small sizes, printed and not written" },
  rounds: { type: "number", help: "measurements of everybody (5, with --quick 1)" },
  minutes: { type: "number", default: 11, help: "begins no round that would end later" },
  only: { type: "string", word: "A,B", help: `experiments: ${Object.keys(FULL).join(", ")}, fresh` },
  contenders: { type: "string", word: "A,B", help: "by the names of their files in contenders/" },
  ...Contenders.OPTIONS,
  page: {
    type: "boolean",
    default: false,
    help: "measures nothing: writes the page from the last figures, in results.json"
  },
  print: { type: "string", word: "FILE", help: "measures nothing: prints the tables of such a file" }
})
const print = (line) => process.stdout.write(`${line}\n`)
const say = (line) => process.stderr.write(`${line}\n`)

const experimentsFor = (sizes) => {
  const only = values.only?.split(",")
  const all = {
    few: [Answers.few(sizes.few)],
    many: [Answers.many(sizes.many)],
    warm: [Makespan.warm(sizes.warm)],
    fresh: [Makespan.fresh()],
    limits: Limits.limits(sizes.limits),
    command: [Command.command(sizes.command)],
    resume: Resume.resume(sizes.resume)
  }
  return Object.entries(all).flatMap(([name, list]) => (only === undefined || only.includes(name) ? list : []))
}

/** Everybody has another place in each round. */
const turned = (list, round) => {
  const by = round % Math.max(1, list.length)
  return [...list.slice(by), ...list.slice(0, by)]
}

const chosen = (experiment, present) =>
  experiment.contenders.flatMap((name) => {
    if (experiment.own?.includes(name)) return values.contenders === undefined ? [{ name }] : []
    return present.has(name) ? [present.get(name)] : []
  })

/** Experiments that mostly wait, so many processes at the same time: with more they keep each other from two processors. */
const TOGETHER = 6

const roundTogether = async (tools, experiments, present, add) => {
  const jobs = experiments.flatMap((one) => chosen(one, present).map((contender) => ({ one, contender })))
  while (jobs.length > 0) {
    const batch = jobs.splice(0, TOGETHER)
    const ready = []
    // Two at a time, so that none waits long for the others.
    while (ready.length < batch.length) {
      const pair = batch.slice(ready.length, ready.length + 2)
      ready.push(...(await Promise.all(pair.map(({ contender, one }) => one.launch(tools, contender)))))
    }
    const results = await Promise.all(ready.map((go) => go()))
    for (const [at, { contender, one }] of batch.entries()) add(one, { [contender.name]: results[at] })
  }
}

const measureAll = async () => {
  const began = performance.now()
  const { absent, present } = await Contenders.load({ dist: values.dist, only: values.contenders?.split(",") })
  for (const [name, reason] of Object.entries(absent)) say(`${name} is left out: ${reason}`)
  const experiments = experimentsFor(values.quick ? QUICK : FULL)
  const server = await startServer()
  const tools = { server, dist: path.resolve(values.dist), profile: values.profile && path.resolve(values.profile) }
  const results = {}
  const add = ({ name }, round) => {
    for (const [contender, result] of Object.entries(round)) {
      results[name] ??= {}
      results[name][contender] ??= []
      results[name][contender].push(result)
      if (result.error !== undefined) say(`${name}, ${contender}: ${result.error.slice(0, 400)}`)
    }
  }
  const rounds = values.rounds ?? (values.quick ? 1 : 5)
  let done = 0
  /** Another round like those before would take too long. */
  const isLate = () => ((performance.now() - began) * (done + 1)) / done > values.minutes * 60_000
  for (let round = 0; round < rounds && !(round > 0 && isLate()); round += 1) {
    for (const experiment of experiments.filter((one) => one.round !== undefined)) {
      const at = performance.now()
      add(experiment, await experiment.round(tools, turned(chosen(experiment, present), round)))
      say(`round ${round + 1}: ${experiment.name} ${((performance.now() - at) / 1000).toFixed(0)} s`)
    }
    const at = performance.now()
    const waiting = experiments.filter((one) => one.launch !== undefined)
    await roundTogether(tools, waiting, present, add)
    done += 1
    if (waiting.length > 0) say(`round ${round + 1}: limits ${((performance.now() - at) / 1000).toFixed(0)} s`)
  }
  for (const { clean } of experiments) clean?.()
  server.stop()
  const measured = Results.circumstances(began, done)
  return {
    measured: Object.fromEntries(Object.keys(results).map((name) => [name, measured])),
    absent,
    results
  }
}

if (values.page) Page.write(Results.read())
else if (values.print !== undefined) print(Page.tables(Results.read(values.print)))
else {
  const { results, ...about } = await measureAll()
  const isTrial = values.quick || values.contenders !== undefined
  print(Page.tables(isTrial ? { results, ...about } : Results.merge(results, about)))
  if (!Page.allRight(results)) process.exitCode = 1
}
