/** What a program on Node needs besides the library: an HTTP client with limits, and itself as a journal's owner. */
export * as ConnectionPool from "./node/ConnectionPool.js"
export { processOwner } from "./node/ProcessOwner.js"
