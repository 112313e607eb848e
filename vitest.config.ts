import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    reporters: ["default", "./test/SummaryReporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    poolOptions: { forks: { maxForks: 1, minForks: 1 } },
    projects: [
      // No socket, no process, no folder: files run side by side, and a maintainer runs them all day.
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], pool: "threads" } },
      // Tests over sockets and processes measure milliseconds, so each file has the machine to itself, after the others.
      {
        extends: true,
        test: { name: "system", include: ["test/system/**/*.test.ts"], pool: "forks", sequence: { groupOrder: 1 } }
      }
    ]
  }
})
