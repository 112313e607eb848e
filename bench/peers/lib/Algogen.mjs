/** A build of algogen, wired as the README shows it. Effect is the copy that the build finds. */
import path from "node:path"
import { pathToFileURL } from "node:url"
import { requestsOf, TICKER } from "./Work.mjs"

const load = async (root) => {
  const door = (name) => pathToFileURL(path.join(root, "dist", `${name}.js`)).href
  const beside = (specifier) => import(import.meta.resolve(specifier, door("index")))
  const [index, node, Effect, Layer, Either, Option, Stream, NodeContext] = await Promise.all([
    import(door("index")),
    import(door("node")),
    ...["Effect", "Layer", "Either", "Option", "Stream"].map((name) => beside(`effect/${name}`)),
    beside("@effect/platform-node/NodeContext")
  ])
  return { ...index, ...node, Effect, Layer, Either, Option, Stream, NodeContext }
}

/** Gives every algorithm and every failure of a held run to the work. */
const held = async ({ Effect, Generation, Option }, work, live, listens) => {
  let heard = 0
  const listen = () => {
    heard += 1
    return Effect.void
  }
  const { outcomes } = await Generation.generateAlgorithms({
    models: work.models,
    samples: work.samples,
    ticker: TICKER,
    concurrency: work.inFlight,
    deadline: "1 hour",
    resume: work.resume === true,
    onProgress: listens ? listen : undefined
  }).pipe(Effect.provide(live), Effect.runPromise)
  for (const { algorithm, reason } of outcomes) {
    if (Option.isSome(algorithm)) work.take(algorithm.value.code)
    else work.fail(new Error(Option.isSome(reason) ? reason.value.message : "no reason"))
  }
  if (listens && heard < outcomes.length) throw new Error(`the listener was called ${heard} times only`)
}

/** The same as requests that are made when they are taken, and outcomes that are dropped when they have been seen. */
const streamed = async ({ Effect, Generation, Option, Stream }, work, live) => {
  const requests = {
    *[Symbol.iterator]() {
      for (const request of requestsOf(work)) yield { ...request, ticker: TICKER }
    }
  }
  await Generation.stream({ requests, concurrency: work.inFlight, resume: work.resume === true }).pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        if (event._tag !== "Settled") return
        const { algorithm, reason } = event.outcome
        if (Option.isSome(algorithm)) work.take(algorithm.value.code)
        else work.fail(new Error(Option.isSome(reason) ? reason.value.message : "no reason"))
      })
    ),
    Effect.provide(live),
    Effect.runPromise
  )
}

/**
 * A batch of algogen as a contender. `services` makes of the build and a folder the layers besides the API, as a list;
 * `flow` says whether requests go through `FlowControl`, `listens` whether the events have a listener.
 */
export const contender =
  ({ flow = false, isStream = false, listens = false, services }) =>
  async ({ dist, inFlight }) => {
    const algogen = await load(dist)
    const { ConnectionPool, FlowControl, Layer, NodeContext, OpenRouter } = algogen
    // As many connections as requests in flight.
    const connections = { connections: Math.max(10, inFlight), idle: Math.max(5, inFlight) }
    // A build from before the pool had options is measured with what it has.
    const client = ConnectionPool.layerWith?.(connections) ?? ConnectionPool.layer
    return (work) => {
      const api = OpenRouter.layer({ baseUrl: work.url })
      const gated = flow ? Layer.provideMerge(FlowControl.layer({ concurrency: inFlight }), api) : api
      const live = Layer.mergeAll(gated, ...services(algogen, work.folder)).pipe(
        Layer.provide([client, NodeContext.layer])
      )
      return isStream ? streamed(algogen, work, live) : held(algogen, work, live, listens)
    }
  }

/** Files and journal in a folder: what the command has. */
export const onDisk = ({ FileJournal, FileSystemStore }, directory) => [
  FileSystemStore.layer({ directory }),
  FileJournal.layer({ directory })
]
