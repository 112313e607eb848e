export * as Bulk from "./Bulk.js"
export * as DryRun from "./DryRun.js"
export * as Sources from "./Sources.js"
