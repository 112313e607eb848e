/**
 * What one behavior is: a sentence for the table, and a pure function from a request to the script of its reply. Some
 * take a number, such as the seconds of a hint. How behaviors are named and counted is `Behavior`.
 */
import type * as Call from "./Call.js"
import * as Completion from "./Completion.js"
import * as Sse from "./Sse.js"
import type * as Wire from "./Wire.js"

export interface Reply {
  readonly description: string
  /** The number that is taken when the name comes without one; absent when it takes none. */
  readonly value?: number
  readonly script: (call: Call.Call, value: number) => Wire.Script
}

export type Table = Readonly<Record<string, Reply>>

export const fixed = (description: string, script: (call: Call.Call) => Wire.Script): Reply => ({ description, script })

export const tunable = (
  description: string,
  value: number,
  script: (call: Call.Call, value: number) => Wire.Script
): Reply => ({ description, value, script })

/** Says it in the way that the request asked for. */
export const say = (call: Call.Call, message: Completion.Message): Wire.Script =>
  call.stream ? Sse.streamed(call, message) : Completion.plain(call, message)

/** A behavior that is an answer. */
export const saying = (description: string, message: (call: Call.Call) => Completion.Message): Reply =>
  fixed(description, (call) => say(call, message(call)))

/** A behavior that is half an answer with this finish reason. */
export const half = (description: string, finish: string): Reply =>
  saying(description, (call) => Completion.half(call, finish))

/** A behavior that concerns streams only; without `stream` it is a good answer. */
export const streaming = (description: string, script: (call: Call.Call) => Wire.Script): Reply =>
  fixed(description, (call) => (call.stream ? script(call) : Completion.plain(call, Completion.answer(call))))
