/** What `algogen init` says where `algogen.json` is there already, which it leaves as it is. Pure. */
import * as Either from "effect/Either"
import type { ModelInfo } from "../../api/Catalog.js"
import * as Models from "../../api/Models.js"
import type * as Commands from "../Commands.js"
import * as ConfigFile from "../ConfigFile.js"

export interface Standing {
  /** The text of the file; one that makes no sense is told by the command that reads it. */
  readonly text: string
  readonly flags: Pick<Commands.Init, "models" | "tickers">
  /** Empty where the server has no list, or did not give it. */
  readonly listed: ReadonlyArray<ModelInfo>
  readonly isOpenRouter: boolean
}

type Asked = Pick<ConfigFile.ConfigFile, "models" | "tickers">

const OWN = new Set(["model", "ticker"])

const quoted = (word: string): string =>
  /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

const wordsOf = (asked: Asked): string =>
  Either.match(ConfigFile.toWords(asked, { flags: OWN, given: new Set() }), {
    onLeft: () => "",
    onRight: (words) => words.map(quoted).join(" ")
  })

/** Could a bare run find a model to ask? */
const isUsable = ({ models }: Asked, { isOpenRouter, listed }: Standing): boolean => {
  if (listed.length === 0) return true
  if (models === undefined) return isOpenRouter || Models.defaults(listed).length > 0
  const catalog = Models.index(listed)
  return models.some((model) => Models.has(catalog, typeof model === "string" ? model : model.id))
}

/** Which flags are not written, and the command that does what they say; one that can work where there are none. */
export const tell = (standing: Standing): { readonly notes: ReadonlyArray<string>; readonly next: string } => {
  const { flags, text } = standing
  const file = Either.getOrElse(ConfigFile.parse(text), (): ConfigFile.ConfigFile => ({}))
  const parts: ReadonlyArray<readonly [given: Asked, has: Asked]> = [
    [{ models: flags.models.map(ConfigFile.ofRequest) }, { models: file.models }],
    [{ tickers: flags.tickers }, { tickers: file.tickers }]
  ]
  const unwritten = parts.flatMap(([given, has]) => {
    const words = wordsOf(given)
    return words === "" || words === wordsOf(has) ? [] : [words]
  })
  const lacksModel = flags.models.length === 0 && !isUsable(file, standing)
  const notes = [
    `${ConfigFile.NAME} is there already and stays as it is.`,
    ...(unwritten.length === 0
      ? []
      : [
          `It does not get ${unwritten.join(" ")}: to have that in it, edit it, or delete it and run the same algogen init again.`
        ]),
    ...(lacksModel
      ? ["It names no model of this server: edit it, or delete it and run algogen init again, with --model."]
      : [])
  ]
  const command = ["algogen generate", ...(lacksModel ? ["--model ID"] : []), ...unwritten].join(" ")
  return { notes, next: lacksModel ? `${command}, with an ID that algogen models lists` : command }
}
