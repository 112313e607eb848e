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
  /** Asking again is no use: a certificate that is not trusted, a proxy that refuses, a compression. */
  readonly permanent: boolean
  /** It failed before there was a connection: nothing was sent. */
  readonly unsent: boolean
}

export const of = (error: HttpClientError): NetworkFailure => {
  const causes = causesOf(error.cause)
  const codes = causes.map((cause) => Lenient.words(Lenient.at(cause, "code"))).filter((code) => code !== undefined)
  const messages = causes
    .map((cause) => Lenient.words(Lenient.at(cause, "message")))
    .filter((text) => text !== undefined)
  const code = codes.at(-1)
  const said = messages.at(-1) ?? error.reason
  const message = worded(code, said)
  const isCertificate = codes.some((each) => CERTIFICATE.test(each))
  const connectTimedOut = codes.includes("UND_ERR_CONNECT_TIMEOUT") || causes.some(isConnectTimeout)
  return {
    connectTimedOut,
    message: isCertificate ? `${message}; ${TRUST}` : message,
    permanent: isCertificate || PROXY_REFUSES.test(said) || ZSTD.test(said),
    unsent: connectTimedOut || isCertificate || PROXY.test(said) || causes.some(isBeforeSending)
  }
}

/** What the codes of Node, of the operating system and of undici mean. */
const MEANINGS: ReadonlyArray<readonly [code: RegExp, meaning: string]> = [
  [/^ECONNREFUSED$/, "the server refuses connections"],
  [/^ENOTFOUND$/, "there is no host of this name"],
  [/^EAI_AGAIN$/, "the host's name could not be looked up; check the network"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection broke off"],
  [/^(EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/, "the host cannot be reached; check the network"],
  [/^ETIMEDOUT$/, "the connection timed out"],
  [/^(EMFILE|ENFILE)$/, "too many files and connections are open; use a lower concurrency"],
  [
    /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/,
    "the server does not speak TLS there; try http://"
  ],
  [/^(ERR_SSL_|EPROTO$)/, "no encrypted connection could be made"],
  [/^HPE_/, "the answer is not HTTP"]
]

/** What happened, and in parentheses how the system calls it. Of what OpenSSL says nothing helps but the code. */
const worded = (code: string | undefined, said: string): string => {
  if (code === undefined) return said
  const [, meaning] = MEANINGS.find(([known]) => known.test(code)) ?? []
  const original = said.includes("SSL routines") ? code : said.includes(code) ? said : `${code}: ${said}`
  return meaning === undefined ? original : `${meaning} (${original})`
}

/** What Node calls a certificate that it does not accept: `CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`, .. */
const CERTIFICATE = /CERT|^(INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/

const TRUST = "the certificate is not trusted; if it is your company's own, set NODE_EXTRA_CA_CERTS to its CA file"

/** What comes compressed so will come so again. */
const ZSTD = /compressed with zstd/

/** What undici says of a proxy that opens no tunnel, or wants to know who asks; and of one that refuses to. */
const PROXY = /^Proxy (response|Authentication Required) \(/
const PROXY_REFUSES = /^Proxy (response|Authentication Required) \(4\d\d\)/

/** Looking the host up, connecting, or agreeing on encryption; what fails later may have reached the server. */
const isBeforeSending = (cause: unknown): boolean =>
  /^(connect|getaddrinfo)$/.test(Lenient.words(Lenient.at(cause, "syscall")) ?? "") ||
  UNSENT.test(Lenient.words(Lenient.at(cause, "code")) ?? "")

const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/

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
