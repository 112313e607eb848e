interface Text {
  readonly type: "string"
  readonly default?: string
}
interface Amount {
  readonly type: "number"
  readonly default?: number
}
interface Several {
  readonly type: "string"
  readonly multiple: true
  readonly default: ReadonlyArray<string>
}
interface SeveralAmounts {
  readonly type: "number"
  readonly multiple: true
  readonly default: ReadonlyArray<number>
}
interface Switch {
  readonly type: "boolean"
  readonly default: boolean
}
export type Option = (Text | Amount | Several | SeveralAmounts | Switch) & {
  /** What it does; its default follows in brackets. */
  readonly help: string
  /** What its value is called in the help. */
  readonly word?: string
}
export type Options = Readonly<Record<string, Option>>

interface Kinds {
  readonly string: string
  readonly number: number
  readonly boolean: boolean
}
type Value<O extends Option> = O extends { readonly multiple: true }
  ? ReadonlyArray<Kinds[O["type"]]>
  : Kinds[O["type"]] | (O extends { readonly default: unknown } ? never : undefined)

export type Values<T extends Options> = { readonly [Name in keyof T]: Value<T[Name]> }

export function help(command: string, options: Options): string
export function parse<const T extends Options>(
  options: T,
  args: ReadonlyArray<string>
): { readonly values: Values<T>; readonly wrong?: never } | { readonly values?: never; readonly wrong: string }
export function read<const T extends Options>(command: string, options: T): Values<T>
