/** The prompt that the flags ask for, checked before anything is sent. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { BarSize, Series } from "../market/Bars.js"
import * as Arena from "../prompt/Arena.js"
import * as Prompt from "../prompt/Prompt.js"
import * as Template from "../prompt/Template.js"
import { wrongUsage } from "./Failure.js"
import * as OwnKey from "./OwnKey.js"

interface Flags extends OwnKey.Flags {
  readonly prompt: string | undefined
  readonly system: string | undefined
  readonly bar: BarSize | undefined
  readonly arena: boolean
  readonly imports: ReadonlyArray<string>
}

export const layer = (flags: Flags, data: ReadonlyArray<Series> | undefined) =>
  Effect.gen(function* () {
    const find = yield* OwnKey.finder(flags)
    for (const [flag, text = ""] of [["--prompt", flags.prompt] as const, ["--system", flags.system] as const]) {
      const variable = find(text)
      if (variable !== undefined) return yield* wrongUsage(`the text for '${flag}': ${OwnKey.complaint(variable)}`)
    }
    const prompt = yield* template("--prompt", flags.prompt)
    const system = yield* template("--system", flags.system)
    const arena = flags.arena ? Arena.prompt(data !== undefined) : undefined
    return Prompt.layer(Prompt.make({ prompt: prompt ?? arena, system, data, bar: flags.bar, imports: flags.imports }))
  })

const template = (flag: string, text: string | undefined) =>
  text === undefined
    ? Effect.succeed(undefined)
    : Either.mapLeft(Template.parse(text), (message) => wrongUsage(`the text for '${flag}', ${message}`))
