/** What a program on Node needs besides the library: an HTTP client with limits. */
export * as ConnectionPool from "./node/ConnectionPool.js"
