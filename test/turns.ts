/**
 * Between tests the event loop has its turn. Simulated runs only keep promises, so that a file of them would hold it for longer
 * than Vitest waits to be told of a test.
 */
import { setImmediate } from "node:timers/promises"
import { beforeEach } from "vitest"

beforeEach(() => setImmediate())
