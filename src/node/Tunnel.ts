/** The way to a server through a proxy, which opens a tunnel for `CONNECT` or by SOCKS5: all of it within the time to connect. */
import * as Http from "node:http"
import type { Socket } from "node:net"
import * as Undici from "@effect/platform-node/Undici"
import type * as Socks from "socks"
import * as Proxy from "./Proxy.js"

type Connect = Undici.buildConnector.connector
type Target = Parameters<Connect>[0]

/** The codes are those that `NetworkFailure` has words for. */
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })

const connected = (connect: Connect, target: Target): Promise<Socket> =>
  new Promise((resolve, reject) =>
    connect(target, (...[error, socket]) => (error === null ? resolve(socket) : reject(error)))
  )

const portOf = ({ port, protocol }: Pick<Target, "port" | "protocol">): number =>
  Number(port) || (protocol === "https:" ? 443 : 80)

/** Asks for a tunnel over a connection to the proxy. */
type Ask = (proxy: URL, socket: Socket, target: Target) => Promise<unknown>

const byConnect: Ask = (proxy, socket, target) =>
  new Promise((resolve, reject) => {
    const host = Proxy.hostOf(target)
    const authority = `${host.includes(":") ? `[${host}]` : host}:${portOf(target)}`
    const { token } = Proxy.authorization(proxy)
    Http.request({
      createConnection: () => socket,
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...(token === undefined ? {} : { "proxy-authorization": token }) }
    })
      .once("connect", ({ statusCode = 0 }) =>
        statusCode >= 200 && statusCode < 300
          ? resolve(socket)
          : reject(new Error(`Proxy response (${statusCode}) !== 200 when HTTP Tunneling`))
      )
      .once("error", ({ message }) => reject(failure("ERR_PROXY_TUNNEL", message)))
      .end()
  })

/** What the client for SOCKS says, as undici calls it. */
const CODES: ReadonlyArray<readonly [said: RegExp, code: string]> = [
  [/invalid socks version/, "UND_ERR_SOCKS5_VERSION"],
  [/authentication/i, "UND_ERR_SOCKS5_AUTH_FAILED"],
  [/./, "UND_ERR_SOCKS5_REPLY"]
]

const bySocks =
  ({ SocksClient }: typeof Socks): Ask =>
  (proxy, socket, target) => {
    const { password, user } = Proxy.credentials(proxy)
    return SocksClient.createConnection({
      command: "connect",
      existing_socket: socket,
      // Not asked for where there is a connection already.
      proxy: { host: Proxy.hostOf(proxy), port: Number(proxy.port) || 1080, type: 5, userId: user, password },
      destination: { host: Proxy.hostOf(target), port: portOf(target) }
    }).catch(({ message }: Error) => {
      throw failure(CODES.find(([said]) => said.test(message))?.[1] ?? "", message)
    })
  }

/** Loaded before there is a connection, whose end would be missed meanwhile. */
const load = (isSocks: boolean): Promise<Ask> => (isSocks ? import("socks").then(bySocks) : Promise.resolve(byConnect))

/** Connects to servers through the proxy; `timeout` in milliseconds. */
export const connector = (proxy: URL, timeout: number, allowH2: boolean): Connect => {
  const isSocks = proxy.protocol === "socks5:"
  const toProxy = Undici.buildConnector({ timeout: 0 })
  const toServer = Undici.buildConnector({ timeout: 0, allowH2 })
  const there = {
    hostname: Proxy.hostOf(proxy),
    host: proxy.host,
    protocol: isSocks ? "http:" : proxy.protocol,
    port: proxy.port || (isSocks ? "1080" : "")
  }
  return (target, callback) => {
    let open: Socket | undefined
    let isOver = false
    const end = (...result: Parameters<typeof callback>) => {
      if (isOver) {
        result[1]?.destroy()
        return
      }
      isOver = true
      clearTimeout(timer)
      if (result[0] !== null) open?.destroy()
      callback(...result)
    }
    const timer = setTimeout(
      () => end(failure("UND_ERR_CONNECT_TIMEOUT", `no way through the proxy within ${timeout} ms`), null),
      timeout
    )
    const way = async (): Promise<Socket> => {
      const ask = await load(isSocks)
      open = await connected(toProxy, there)
      if (isOver) open.destroy()
      await ask(proxy, open, target)
      return target.protocol === "https:" ? connected(toServer, { ...target, httpSocket: open }) : open
    }
    way().then(
      (socket) => end(null, socket),
      (error: Error) => end(error, null)
    )
  }
}
