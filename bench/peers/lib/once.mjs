/** A program that asks one model once with a contender: what the start of the command is compared with. */
import { modelIds } from "./Work.mjs"

const [, , contender, url] = process.argv
const { prepare } = await import(contender)
const run = await prepare({ inFlight: 1 })
let isRight = false
const take = () => {
  isRight = true
}
await run({ url, inFlight: 1, models: modelIds(1), samples: 1, take, fail: () => undefined })
process.exit(isRight ? 0 : 1)
