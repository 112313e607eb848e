/**
 * What one behaviour is: a sentence for the table, and a pure function from a request to the script of its reply. Some
 * take a number, such as the seconds of a hint. How behaviours are named and counted is `Behavior`.
 */
import type * as Completion from "./Completion.js"
import type * as Wire from "./Wire.js"

export interface Reply {
  readonly description: string
  /** The number that is taken when the name comes without one; absent when it takes none. */
  readonly value?: number
  readonly script: (call: Completion.Call, value: number) => Wire.Script
}

export type Table = Readonly<Record<string, Reply>>

export const fixed = (description: string, script: (call: Completion.Call) => Wire.Script): Reply => ({
  description,
  script
})

export const tunable = (
  description: string,
  value: number,
  script: (call: Completion.Call, value: number) => Wire.Script
): Reply => ({ description, value, script })
