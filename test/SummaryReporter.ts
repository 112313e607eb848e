/** Ends a test run with one plain line for whoever reads it by machine: `N passed, N failed`, and the skipped ones. */
import type { Reporter, TestModule } from "vitest/node"

export default class SummaryReporter implements Reporter {
  private line = ""

  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const states = modules.flatMap((module) => Array.from(module.children.allTests(), (test) => test.result().state))
    const count = (state: string) => states.filter((other) => other === state).length
    // A file that does not load, a suite that cannot be set up, or an error outside of any test, is a failure too.
    const suites = modules.flatMap((module) => [module, ...Array.from(module.children.allSuites())])
    const failed = count("failed") + suites.filter((suite) => suite.errors().length > 0).length + errors.length
    const skipped = count("skipped") === 0 ? "" : `, ${count("skipped")} skipped`
    this.line = `${count("passed")} passed, ${failed} failed${skipped}`
  }

  /** The default reporter, which comes first, prints its own summary here. */
  onFinished(): void {
    process.stdout.write(`${this.line}\n`)
  }
}
