/**
 * A build of algogen, wired as the README shows it. Works with every build that has `dist/index.js` and `dist/node.js`;
 * where a build lacks something newer, the nearest thing that it has is used. Effect is the copy that the build finds.
 */
import path from "node:path"
import { pathToFileURL } from "node:url"
import { TICKER } from "./Work.mjs"

export const load = async (root) => {
  const door = (name) => pathToFileURL(path.join(root, "dist", `${name}.js`)).href
  const beside = (specifier) => import(import.meta.resolve(specifier, door("index")))
  const [index, node, Effect, Layer, Either, Option, NodeContext] = await Promise.all([
    import(door("index")),
    import(door("node")),
    beside("effect/Effect"),
    beside("effect/Layer"),
    beside("effect/Either"),
    beside("effect/Option"),
    beside("@effect/platform-node/NodeContext")
  ])
  return { ...index, ...node, Effect, Layer, Either, Option, NodeContext, beside }
}

/** As many connections as requests in flight. Builds without that setting get undici's Agent in place of their pool. */
const httpClient = async (algogen, inFlight) => {
  const { ConnectionPool, Effect, Layer } = algogen
  if (ConnectionPool.layerWith !== undefined) {
    return ConnectionPool.layerWith({ connections: Math.max(10, inFlight), idle: Math.max(5, inFlight) })
  }
  if (inFlight <= ConnectionPool.MAX_CONNECTIONS) return ConnectionPool.layer
  const NodeHttpClient = await algogen.beside("@effect/platform-node/NodeHttpClient")
  const { Agent } = await algogen.beside("@effect/platform-node/Undici")
  const agent = Effect.acquireRelease(
    Effect.sync(() => new Agent({ connections: inFlight })),
    (made) => Effect.promise(() => made.destroy())
  )
  return Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher, Layer.scoped(NodeHttpClient.Dispatcher, agent))
}

/**
 * A batch of algogen as a contender. `services` makes of the build and a folder the layers besides the API, as a list;
 * `flow` says whether requests go through `FlowControl`, `listens` whether the events have a listener.
 */
export const contender =
  ({ flow = false, listens = false, services }) =>
  async (setting) => {
    const algogen = await load(setting.dist)
    const { Effect, FlowControl, Generation, Layer, NodeContext, OpenRouter, Option } = algogen
    const client = await httpClient(algogen, setting.inFlight)
    const api = OpenRouter.layer({ baseUrl: setting.url, stream: setting.stream })
    const gated = flow ? Layer.provideMerge(FlowControl.layer({ concurrency: setting.inFlight }), api) : api

    return async ({ folder, models, samples, take }) => {
      let heard = 0
      const onProgress = () => {
        heard += 1
        return Effect.void
      }
      const live = Layer.mergeAll(gated, ...services(algogen, folder)).pipe(Layer.provide([client, NodeContext.layer]))
      const { algorithms } = await Generation.generateAlgorithms({
        models,
        samples,
        ticker: TICKER,
        concurrency: setting.inFlight,
        deadline: "1 hour",
        onProgress: listens ? onProgress : undefined
      }).pipe(Effect.provide(live), Effect.runPromise)
      for (const algorithm of algorithms) if (Option.isSome(algorithm)) take(algorithm.value.code)
      if (listens && heard < algorithms.length) throw new Error(`the listener was called ${heard} times only`)
    }
  }
