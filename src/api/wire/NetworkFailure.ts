/**
 * A failure of the network in words. The platform's errors hold the request and with it the key, so nothing of them is
 * taken over but what the socket said. Pure.
 */
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as Lenient from "./Lenient.js"

export interface NetworkFailure {
  /** The HTTP client gave up connecting. */
  readonly connectTimedOut: boolean
  readonly message: string
}

export const of = (error: HttpClientError): NetworkFailure => {
  const causes = causesOf(error.cause)
  const codes = causes.map((cause) => Lenient.words(Lenient.at(cause, "code"))).filter((code) => code !== undefined)
  const messages = causes
    .map((cause) => Lenient.words(Lenient.at(cause, "message")))
    .filter((text) => text !== undefined)
  const code = codes.at(-1)
  const said = messages.at(-1) ?? error.reason
  return {
    connectTimedOut: codes.includes("UND_ERR_CONNECT_TIMEOUT") || causes.some(isConnectTimeout),
    message: code === undefined || said.includes(code) ? said : `${code}: ${said}`
  }
}

/** The same alarm by the operating system; of a connection that is open already it says `read` or `write`. */
const isConnectTimeout = (cause: unknown): boolean =>
  Lenient.at(cause, "code") === "ETIMEDOUT" && Lenient.at(cause, "syscall") === "connect"

/** Deeper than any client wraps, and an end for causes that go round in a circle. */
const MAX_DEPTH = 5

/** From the outermost to what the socket said: fetch wraps that, and of several addresses tried the first speaks. */
const causesOf = (outermost: unknown): ReadonlyArray<unknown> => {
  const causes: Array<unknown> = []
  let cause = outermost
  while (Lenient.isRecord(cause) && causes.length < MAX_DEPTH) {
    causes.push(cause)
    cause = Lenient.at(cause, "cause") ?? Lenient.at(cause, "errors", 0)
  }
  return causes
}
