/**
 * Which proxy a request goes through, by the variables that curl knows: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`, in either case of letters, the lower one first. This machine's own addresses are reached directly.
 */
import { BlockList, isIP } from "node:net"
import { unescape } from "node:querystring"

export interface Settings {
  readonly http: string | undefined
  readonly https: string | undefined
  /** What is reached directly. */
  readonly except: string
}

export const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const value = (name: string) =>
    environment[name.toLowerCase()]?.trim() || environment[name.toUpperCase()]?.trim() || undefined
  const all = value("all_proxy")
  return { http: value("http_proxy") ?? all, https: value("https_proxy") ?? all, except: value("no_proxy") ?? "" }
}

/** The proxy for this address; undefined where it is reached directly. Throws where the setting is not an address. */
export const forUrl = (settings: Settings, url: URL): URL | undefined => {
  const text = url.protocol === "https:" ? settings.https : settings.http
  if (text === undefined || isLoopback(hostOf(url)) || isExcept(settings.except, url)) return undefined
  return parse(text)
}

/** curl takes `proxy.example:3128` for an http proxy. */
export const parse = (text: string): URL => {
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme.replace(/^socks5?h?:/i, "socks5:")) : undefined
  if (url === undefined || !["http:", "https:", "socks5:"].includes(url.protocol)) {
    throw new Error(`the proxy '${hidden(text)}' is not a valid address; use one such as http://proxy.example:3128`)
  }
  if (url.protocol === "socks5:" && Object.values(credentials(url)).some((text) => Buffer.byteLength(text) > 255)) {
    throw new Error(
      `the proxy '${hidden(text)}' is not a valid address; SOCKS5 takes a user and a password of 255 bytes`
    )
  }
  return url
}

/** A percent sign that escapes nothing is one. */
export const credentials = ({ password, username }: URL): { readonly user: string; readonly password: string } => ({
  user: unescape(username),
  password: unescape(password)
})

/** What a proxy for HTTP wants to see of user and password. */
export const authorization = (proxy: URL): { readonly token?: string } => {
  const { password, user } = credentials(proxy)
  if (user === "" && password === "") return {}
  return { token: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` }
}

/** For people: without user and password. */
export const shown = (proxy: URL): string => `${proxy.protocol}//${proxy.host}`

const hidden = (text: string): string => text.replace(/^.*@/, "...@")

/** Without the brackets of IPv6. */
export const hostOf = ({ hostname }: Pick<URL, "hostname">): string => hostname.replace(/^\[|\]$/g, "").toLowerCase()

const isLoopback = (host: string): boolean =>
  host === "localhost" ||
  host.endsWith(".localhost") ||
  host === "::1" ||
  (isIP(host) === 4 && (host.startsWith("127.") || host === "0.0.0.0"))

const isExcept = (except: string, url: URL): boolean => {
  if (except === "*") return true
  const port = url.port || (url.protocol === "https:" ? "443" : "80")
  return except
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => covers(entry.toLowerCase(), hostOf(url), port))
}

/** An entry of `NO_PROXY`: a name with all below it, an address, or a range of them; each may have a port. */
const covers = (entry: string, host: string, port: string): boolean => {
  const [, bracketed, plain = "", wanted] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*))(?::(\d+))?$/.exec(entry) ?? []
  const name = (bracketed ?? plain).replace(/^\*?\./, "").replace(/\.$/, "")
  if (wanted !== undefined && wanted !== port) return false
  const [base = "", bits] = name.split("/")
  const version = isIP(base)
  if (version === 0) return name !== "" && (host === name || host.endsWith(`.${name}`))
  if (isIP(host) !== version) return false
  const family = version === 4 ? "ipv4" : "ipv6"
  const range = new BlockList()
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : Number(bits)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false
  range.addSubnet(base, prefix, family)
  return range.check(host, family)
}
