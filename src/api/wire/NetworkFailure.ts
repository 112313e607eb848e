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
  const codes = causes.map(codeOf).filter((code) => code !== undefined)
  const messages = causes
    .map((cause) => Lenient.words(Lenient.at(cause, "message")))
    .filter((text) => text !== undefined)
  const code = codes.at(-1)
  const said = messages.at(-1) ?? error.reason
  const message = worded(code, said)
  const isCertificate = codes.some((each) => CERTIFICATE.test(each))
  const known = new Set(codes.map((each) => meaningOf(each)?.[2]))
  const connectTimedOut = codes.includes("UND_ERR_CONNECT_TIMEOUT") || causes.some(isConnectTimeout)
  return {
    connectTimedOut,
    message: isCertificate ? `${message}; ${TRUST}` : message,
    permanent: isCertificate || known.has("permanent") || PROXY_REFUSES.test(said) || ZSTD.test(said),
    unsent:
      connectTimedOut ||
      isCertificate ||
      known.has("unsent") ||
      codes.some((each) => OF_SOCKS.test(each)) ||
      UNSENT.test(said) ||
      causes.some(isConnecting)
  }
}

/**
 * What the codes of Node, of the operating system and of undici mean, and what is known with them. OpenSSL's alerts are the server's words.
 * Only those of the handshake tell that nothing was sent: with TLS 1.3 the others may answer to a request.
 */
const MEANINGS: ReadonlyArray<readonly [pattern: RegExp, meaning: string, known?: "unsent" | "permanent"]> = [
  [/^ECONNREFUSED$/, "the server refuses connections", "unsent"],
  [/^ENOTFOUND$/, "there is no host of this name", "unsent"],
  [/^EAI_AGAIN$/, "the host's name could not be looked up; check the network", "unsent"],
  [
    /^UND_ERR_SOCKS5_(REPLY_)?VERSION$/,
    "the proxy does not speak SOCKS5; name it with http:// if it is one for HTTP",
    "permanent"
  ],
  [/^UND_ERR_SOCKS5_AUTH_/, "the proxy wants a user and a password that it knows", "permanent"],
  [/^UND_ERR_SOCKS5_/, "the proxy could not reach the server"],
  [/^ERR_PROXY_TUNNEL$/, "the proxy opens no tunnel", "unsent"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection broke off"],
  [/^(EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/, "the host cannot be reached; check the network"],
  [/^ETIMEDOUT$/, "the connection timed out"],
  [/^(EMFILE|ENFILE)$/, "too many files and connections are open; use a lower concurrency"],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    "the server does not speak TLS there; try http://",
    "unsent"
  ],
  [
    /^ERR_SSL_(SSLV3_ALERT_HANDSHAKE_FAILURE|TLSV1_ALERT_(PROTOCOL_VERSION|INSUFFICIENT_SECURITY|NO_APPLICATION_PROTOCOL|INAPPROPRIATE_FALLBACK)|TLSV1_(ALERT_)?UNRECOGNIZED_NAME|UNSUPPORTED_PROTOCOL|NO_(CIPHERS|PROTOCOLS)_AVAILABLE|(DH|EE)_KEY_TOO_SMALL|UNSAFE_LEGACY_RENEGOTIATION_DISABLED)$/,
    "no encrypted connection could be made",
    "unsent"
  ],
  [
    /^ERR_SSL_\w+_ALERT_\w*CERTIFICATE/,
    "the server wants a certificate from its clients, which this program cannot show",
    "permanent"
  ],
  [/^(ERR_SSL_|EPROTO$)/, "no encrypted connection could be made"],
  [/^HPE_/, "the answer is not HTTP"]
]

const meaningOf = (code: string) => MEANINGS.find(([pattern]) => pattern.test(code))

/** Node's own client says `EPROTO` for all that OpenSSL says, and the rest in words: `..:SSL routines:..:wrong version number:..` */
const codeOf = (cause: unknown): string | undefined => {
  const code = Lenient.words(Lenient.at(cause, "code"))
  if (code !== "EPROTO") return code
  const [, reason] = /:SSL routines:[^:]*:([\w ]+)/.exec(Lenient.words(Lenient.at(cause, "message")) ?? "") ?? []
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(" ", "_")}`
}

/** What happened, and in parentheses how the system calls it. Of what OpenSSL says nothing helps but the code. */
const worded = (code: string | undefined, said: string): string => {
  if (code === undefined) return said
  const [, meaning] = meaningOf(code) ?? []
  const original = said.includes("SSL routines") ? code : said.includes(code) ? said : `${code}: ${said}`
  return meaning === undefined ? original : `${meaning} (${original})`
}

/** What Node calls a certificate that it does not accept: `CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`, .. An alert is about ours. */
const CERTIFICATE =
  /^(?!.*_ALERT_).*CERT|^(INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/

const TRUST = "the certificate is not trusted; if it is your company's own, set NODE_EXTRA_CA_CERTS to its CA file"

/** What comes compressed so will come so again. */
const ZSTD = /compressed with zstd/

/** What is said of a proxy that opens no tunnel, or wants to know who asks, or has no address; and of a handshake that was cut off. */
const UNSENT =
  /^Proxy (response|Authentication Required) \(|^the proxy '[^]*' is not a valid address|^Client network socket disconnected before secure TLS/

/** A proxy of SOCKS speaks of the way to the server alone. */
const OF_SOCKS = /^UND_ERR_SOCKS5/

/** A proxy that refuses to open a tunnel, or that is none. */
const PROXY_REFUSES = /^Proxy (response|Authentication Required) \(4\d\d\)|^the proxy '[^]*' is not a valid address/

/** Looking the host up, or connecting; what fails later may have reached the server. */
const isConnecting = (cause: unknown): boolean =>
  /^(connect|getaddrinfo)$/.test(Lenient.words(Lenient.at(cause, "syscall")) ?? "")

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
