/** Batches that outlive any process; the only room that knows the engine and the drivers of databases. */
export * as Durable from "./durable/Durable.js"
