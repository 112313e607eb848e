/**
 * What the bundles have in place of undici: the part that sends requests. The whole of it takes four times as long to load,
 * most of that for fetch, WebSocket, caches and mocks. Using a name that is not here is an error of the build.
 */
import api from "undici/lib/api/index.js"
import Dispatcher from "undici/lib/dispatcher/dispatcher.js"

// As undici's own index does.
Object.assign(Dispatcher.prototype, api)

export { default as buildConnector } from "undici/lib/core/connect.js"
export { default as Agent } from "undici/lib/dispatcher/agent.js"
export { default as Client } from "undici/lib/dispatcher/client.js"
export { default as Pool } from "undici/lib/dispatcher/pool.js"
export { default as ProxyAgent } from "undici/lib/dispatcher/proxy-agent.js"
export { getGlobalDispatcher } from "undici/lib/global.js"
export { Dispatcher }
export default {}
