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
    const { url } = await server.world({ models })
    const setting = { dist, folder, inFlight: 256, measured: { ...work, url } }
    const { correct, error, failure } = await measure(contender, setting)
    if (correct !== models * samples) throw new Error(`the journal could not be filled: ${error ?? failure}`)
    return url
  }
  let url
  return {
    name: "resume",
    contenders: ["algogen-everything", "algogen-streamed"],
    round: async (tools, list) => {
      const results = {}
      for (const contender of list) {
        const work = { name: NAME, models, samples }
        try {
          url ??= await fill(tools, contender, work)
          const made = path.join(folder, NAME)
          for (const file of fs.readdirSync(made, { recursive: true })) {
            if (file.endsWith(".py")) fs.rmSync(path.join(made, file))
          }
          const setting = { dist: tools.dist, folder, inFlight: 6, measured: { ...work, url, resume: true } }
          results[contender.name] = { ...(await measure(contender, setting)), of: models * samples }
        } catch (error) {
          results[contender.name] = { error: error.message, of: models * samples }
        }
      }
      return results
    },
    clean: () => folder && fs.rmSync(folder, { recursive: true, force: true })
  }
}
