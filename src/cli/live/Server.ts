/**
 * Serves one page on this machine, and what changes on it as server-sent events. Node's own server does this in a few
 * kilobytes: a server of the platform's would be loaded with routes, forms and sockets, and hide from us when a browser
 * has stopped reading.
 *
 * The address has a secret in it, which other users of this machine do not know. A page from elsewhere that guesses it, or
 * points a name of its own at this machine, is refused by the headers Host, Origin and Sec-Fetch-Site.
 */
import { randomBytes, timingSafeEqual } from "node:crypto"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as LivePage from "../../report/live/LivePage.js"
import { type Failure, wrongUsage } from "../Failure.js"

const HOST = "127.0.0.1"

/** Pages that are open at once. */
const MOST_CLIENTS = 16

const FORBIDDEN = "Forbidden: open the address that algogen printed. It is new each time.\n"
const UNDRAWN = "The page could not be drawn. The command goes on; its standard error says more.\n"

/** How long a browser waits until it asks again. */
const RETRY_MS = 1000

export interface Server {
  /** With the secret. */
  readonly address: string
  readonly clients: () => number
  /** Tells every page what is new to it. One that has not read the last news yet gets the next: nothing is kept for it. */
  readonly push: (picture: LivePage.Picture) => void
  /** The same for the last time. Resolves when every page has it. */
  readonly end: (picture: LivePage.Picture) => Promise<void>
}

export interface Options {
  /** 0 takes any free one. */
  readonly port: number
  readonly page: () => string
  readonly onOpen: () => void
  /** Called when the page could not be drawn, which gets 500. */
  readonly onError: (error: unknown) => void
}

interface Client {
  readonly response: http.ServerResponse
  known: ReadonlyMap<string, string>
  /** It has not read the last news yet. */
  isBehind: boolean
}

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": LivePage.POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

const isSecret = (given: string, secret: string): boolean =>
  given.length === secret.length && timingSafeEqual(Buffer.from(given), Buffer.from(secret))

/** What the header Host says of a server on this port: browsers leave out the port of http. */
export const hostsOf = (port: number | undefined): ReadonlyArray<string> =>
  [HOST, "localhost"].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))

/** `null` is the origin of a page that has none, such as a file. */
const isOwn = ({ headers, socket }: http.IncomingMessage): boolean => {
  const hosts = hostsOf(socket.localPort)
  const { host = "", origin } = headers
  const site = headers["sec-fetch-site"] ?? "none"
  return (
    hosts.includes(host) &&
    (origin === undefined || origin === `http://${host}`) &&
    (site === "none" || site === "same-origin")
  )
}

const answer = (response: http.ServerResponse, status: number, type: string, text: string): void => {
  response.writeHead(status, { ...HEADERS, "content-type": `${type}; charset=utf-8` }).end(text)
}

export const make = ({ onError, onOpen, page, port }: Options): Effect.Effect<Server, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const secret = randomBytes(16).toString("base64url")
    const clients = new Set<Client>()

    const follow = (response: http.ServerResponse): void => {
      const client: Client = { response, known: new Map(), isBehind: false }
      response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream; charset=utf-8" })
      response.write(`retry: ${RETRY_MS}\n\n`)
      response.on("drain", () => {
        client.isBehind = false
      })
      response.on("close", () => clients.delete(client))
      response.on("error", () => clients.delete(client))
      clients.add(client)
      onOpen()
    }

    const show = (response: http.ServerResponse): void => {
      let text: string
      try {
        text = page()
      } catch (error) {
        onError(error)
        return answer(response, 500, "text/plain", UNDRAWN)
      }
      answer(response, 200, "text/html", text)
    }

    const server = http.createServer((request, response) => {
      const [, given = "", rest] = (request.url ?? "").split("/", 3)
      if (!isOwn(request) || !isSecret(given, secret)) return answer(response, 403, "text/plain", FORBIDDEN)
      if (request.method !== "GET") return answer(response, 405, "text/plain", "Only GET\n")
      if (rest === "") return show(response)
      if (rest !== "events") return answer(response, 404, "text/plain", "No such page\n")
      if (clients.size >= MOST_CLIENTS) return answer(response, 503, "text/plain", "Too many pages are open\n")
      return follow(response)
    })

    yield* Effect.acquireRelease(
      Effect.async<void, Failure>((resume) => {
        // Also a later one, such as of too many open files, which would end the process if nobody listened.
        server.on("error", () =>
          resume(wrongUsage(`cannot listen on port ${port}: it may be in use, choose another --port`))
        )
        server.listen(port, HOST, () => resume(Effect.void))
      }),
      () =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    )

    const tell = (client: Client, picture: LivePage.Picture, ending = ""): void => {
      if (client.isBehind && ending === "") return
      const news = LivePage.change(picture, client.known)
      client.known = picture.pieces
      const text = (news === undefined ? "" : `data: ${news}\n\n`) + ending
      if (text !== "" && !client.response.write(text)) client.isBehind = true
    }

    return {
      address: `http://${HOST}:${portOf(server.address())}/${secret}/`,
      clients: () => clients.size,
      push: (picture) => clients.forEach((client) => tell(client, picture)),
      end: (picture) =>
        Promise.all(
          [...clients].map(
            (client) =>
              new Promise<void>((resolve) => {
                client.response.once("close", resolve)
                tell(client, picture, "event: end\ndata: \n\n")
                client.response.end(resolve)
              })
          )
        ).then(() => undefined)
    }
  })

const portOf = (address: string | AddressInfo | null): number =>
  address === null || typeof address === "string" ? 0 : address.port
