import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/SummaryReporter.ts"],
    // One file after the other: tests over sockets and processes measure milliseconds, and have the machine to themselves.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
