/**
 * What an interrupted run of many costs that has nothing left to ask: the journal has every answer. Once in the folder in
 * which the run was cut short, where its files are, and once without them, so that each is written anew.
 */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { measure } from "../lib/Processes.mjs"

const NAME = "kept"
const CONTENDERS = ["algogen-everything", "algogen-streamed"]

export const resume = ({ models, samples }) => {
  const work = { name: NAME, models, samples }
  const of = models * samples
  let folder
  let world
  /** The journal is written once, by the same contender. Its answers differ, as those of models do. */
  const fill = async ({ dist, server }, contender) => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-resume-"))
    const filled = await server.world({ models, numbered: true })
    const setting = { dist, folder, inFlight: 256, measured: { ...work, url: filled.url } }
    const { correct, error, failure } = await measure(contender, setting)
    if (correct !== of) throw new Error(`the journal could not be filled: ${error ?? failure}`)
    return filled
  }

  const removeFiles = () => {
    const made = path.join(folder, NAME)
    for (const file of fs.readdirSync(made, { recursive: true })) {
      if (file.endsWith(".py")) fs.rmSync(path.join(made, file))
    }
  }

  const resumed = async ({ dist, profile }, contender) => {
    const { served: before } = await world.look()
    const measured = { ...work, url: world.url, resume: true }
    const result = await measure(contender, { dist, profile, folder, inFlight: 6, measured })
    const asked = (await world.look()).served - before
    if (asked > 0) throw new Error(`${asked} answers of the journal were asked for again`)
    return { ...result, of }
  }

  /** What it costs without the files, and again with those that were just written. */
  const both = async (tools, contender) => {
    try {
      world ??= await fill(tools, contender)
      removeFiles()
      return { gone: await resumed(tools, contender), there: await resumed(tools, contender) }
    } catch (error) {
      const result = { error: error.message, of }
      return { gone: result, there: result }
    }
  }

  let latest = {}
  const results = (kind) => Object.fromEntries(Object.entries(latest).map(([name, both]) => [name, both[kind]]))
  return [
    {
      name: "resume-files",
      contenders: CONTENDERS,
      round: async (tools, list) => {
        latest = {}
        for (const contender of list) latest[contender.name] = await both(tools, contender)
        return results("gone")
      },
      clean: () => folder && fs.rmSync(folder, { recursive: true, force: true })
    },
    { name: "resume", contenders: CONTENDERS, round: () => results("there") }
  ]
}
