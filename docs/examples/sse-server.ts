/** Serves `sse-route.ts` on port 3000, or on the one in PORT. All requests share the connections and one `FlowControl`. */
import { createServer } from "node:http"
import { HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { FileSystemStore, FlowControl, OpenRouter } from "algogen"
import { ConnectionPool } from "algogen/node"
import { Layer } from "effect"
import { router } from "./sse-route.js"

const api = Layer.provideMerge(FlowControl.layer(), OpenRouter.layerConfig(OpenRouter.config))
const live = Layer.merge(api, FileSystemStore.layer({ directory: "generated" })).pipe(
  Layer.provide([ConnectionPool.layer, NodeContext.layer])
)
const port = Number(process.env["PORT"] ?? 3000)

const server = HttpServer.serve(router).pipe(
  HttpServer.withLogAddress,
  Layer.provide([NodeHttpServer.layer(createServer, { port }), live])
)

NodeRuntime.runMain(Layer.launch(server))
