import { defineConfig } from "vitest/config"

/** Real sockets, processes and files: what measures milliseconds gets the machine to itself, one file after the other. */
const live = ["command", "durable", "promise", "simulator", "sockets", "terminal", "trial"].map(
  (folder) => `test/${folder}/**/*.test.ts`
)

export default defineConfig({
  test: {
    reporters: ["default", "./test/SummaryReporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: "virtual", include: ["test/**/*.test.ts"], exclude: live } },
      {
        extends: true,
        test: {
          name: "live",
          include: live,
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 1 }
        }
      }
    ]
  }
})
