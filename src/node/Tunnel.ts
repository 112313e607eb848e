/** The way to a server through a proxy, which opens a tunnel for `CONNECT` or by SOCKS5: all of it within the time to connect. */
import * as Http from "node:http"
import { Socket } from "node:net"
import * as Undici from "@effect/platform-node/Undici"
import type * as Socks from "socks"
import * as Proxy from "./Proxy.js"

type Connect = Undici.buildConnector.connector
type Target = Parameters<Connect>[0]

/** The codes are those that `NetworkFailure` has words for. */
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })

/** Longer than a timer of Node can wait: 24 days. */
const NO_LIMIT_MS = 2 ** 31

/** The client for SOCKS keeps each connection for the whole of its own time, which is without end for it where this is. */
const MAX_SOCKS_MS = 60 * 60 * 1000

/** `begun` is given the socket before it is connected. */
const connected = (
  connect: Connect,
  target: Target,
  begun: (socket: Socket) => void = () => undefined
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    // undici returns the socket, which its types do not say.
    const socket: unknown = connect(target, (...[error, made]) => (error === null ? resolve(made) : reject(error)))
    if (socket instanceof Socket) begun(socket)
  })

const portOf = ({ port, protocol }: Pick<Target, "port" | "protocol">): number =>
  Number(port) || (protocol === "https:" ? 443 : 80)

/** Asks for a tunnel over a connection to the proxy; `limit` in milliseconds. */
type Ask = (proxy: URL, socket: Socket, target: Target, limit: number) => Promise<unknown>

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
  (proxy, socket, target, limit) => {
    const { password, user } = Proxy.credentials(proxy)
    return SocksClient.createConnection({
      command: "connect",
      existing_socket: socket,
      timeout: Math.min(limit, MAX_SOCKS_MS),
      // Not asked for where there is a connection already.
      proxy: { host: Proxy.hostOf(proxy), port: Number(proxy.port) || 1080, type: 5, userId: user, password },
      destination: { host: Proxy.hostOf(target), port: portOf(target) }
    }).catch(({ message }: Error) => {
      throw failure(CODES.find(([said]) => said.test(message))?.[1] ?? "", message)
    })
  }

/** Loaded before there is a connection, whose end would be missed meanwhile. */
const load = (isSocks: boolean): Promise<Ask> => (isSocks ? import("socks").then(bySocks) : Promise.resolve(byConnect))

/** Connects to servers through the proxy; `timeout` in milliseconds, 0 for none as undici has it. */
export const connector = (proxy: URL, timeout: number, allowH2: boolean): Connect => {
  const isSocks = proxy.protocol === "socks5:"
  const limit = timeout === 0 ? NO_LIMIT_MS : timeout
  const toProxy = Undici.buildConnector({ timeout })
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
    const late = () => end(failure("UND_ERR_CONNECT_TIMEOUT", `no way through the proxy within ${limit} ms`), null)
    const timer = limit < NO_LIMIT_MS ? setTimeout(late, limit) : undefined
    const begun = (socket: Socket) => {
      open = socket
      if (isOver) socket.destroy()
    }
    const way = async (): Promise<Socket> => {
      const ask = await load(isSocks)
      const socket = await connected(toProxy, there, begun)
      begun(socket)
      await ask(proxy, socket, target, limit)
      return target.protocol === "https:" ? connected(toServer, { ...target, httpSocket: socket }) : socket
    }
    way().then(
      (socket) => end(null, socket),
      (error: Error) => end(error, null)
    )
  }
}
