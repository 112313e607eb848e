/** What an interrupted run of many costs that has nothing left to ask: the journal has every answer. */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { measure } from "../lib/Processes.mjs"

const NAME = "kept"

export const resume = ({ models, samples }) => {
  let folder
  /** The journal is written once, by the same contender, and the files that it made are taken away again. */
  const fill = async ({ dist, server }, contender, work) => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-resume-"))
    const world = await server.world({ models })
    const setting = { dist, folder, inFlight: 256, measured: { ...work, url: world.url } }
    const { correct, error, failure } = await measure(contender, setting)
    if (correct !== models * samples) throw new Error(`the journal could not be filled: ${error ?? failure}`)
    return world
  }
  let world
  return {
    name: "resume",
    contenders: ["algogen-everything", "algogen-streamed"],
    round: async (tools, list) => {
      const results = {}
      for (const contender of list) {
        const work = { name: NAME, models, samples }
        try {
          world ??= await fill(tools, contender, work)
          const made = path.join(folder, NAME)
          for (const file of fs.readdirSync(made, { recursive: true })) {
            if (file.endsWith(".py")) fs.rmSync(path.join(made, file))
          }
          const { served: before } = await world.look()
          const measured = { ...work, url: world.url, resume: true }
          const result = await measure(contender, { dist: tools.dist, folder, inFlight: 6, measured })
          const asked = (await world.look()).served - before
          if (asked > 0) throw new Error(`${asked} answers of the journal were asked for again`)
          results[contender.name] = { ...result, of: models * samples }
        } catch (error) {
          results[contender.name] = { error: error.message, of: models * samples }
        }
      }
      return results
    },
    clean: () => folder && fs.rmSync(folder, { recursive: true, force: true })
  }
}
