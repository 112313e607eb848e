import { spawnSync } from "node:child_process"
import * as os from "node:os"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { processOwner } from "../../../src/node/ProcessOwner.js"

const isGone = (id: string) => Effect.runPromise(processOwner.isGone(id))
/** Where this process counts its processes, as its own id has it. */
const here = processOwner.id.split(", ").at(-1)
const id = (pid: number, host = os.hostname(), namespace = here) =>
  `process ${pid} on ${host}, started 2026-01-01T00:00:00.000Z, ${namespace}`
const ended = spawnSync(process.execPath, ["--version"]).pid

describe("a process as the owner of a lock", () => {
  it("is not gone itself, nor while another of this machine runs", async () => {
    assert.isFalse(await isGone(processOwner.id))
    assert.isFalse(await isGone(id(process.ppid)))
    assert.isFalse(await isGone(id(1)))
  })

  it("is gone when there is no such process, or when this one has got its number", async () => {
    assert.isTrue(await isGone(id(ended)))
    assert.isTrue(await isGone(id(process.pid)))
  })

  it("is not known to be gone on another machine, or when the words are not its own", async () => {
    assert.isFalse(await isGone(id(ended, "elsewhere")))
    assert.isFalse(await isGone(id(ended, os.hostname(), "pid:[1]")))
    assert.isFalse(await isGone(id(process.pid, os.hostname(), "pid:[1]")))
    assert.isFalse(await isGone("unnamed"))
    assert.isFalse(await isGone(""))
  })
})
