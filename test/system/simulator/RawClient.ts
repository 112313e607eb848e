/** A client that believes nothing: bytes off a socket, and how the exchange ended. */
import * as Net from "node:net"

export type Ending =
  /** The whole body came. */
  | "complete"
  /** The server still holds the socket open without having finished. */
  | "open"
  | "fin"
  | "rst"

export interface Raw {
  readonly status: number | undefined
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  readonly text: string
  readonly ending: Ending
  readonly millis: number
}

export interface Sent {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** After this many milliseconds the exchange counts as open, and the socket is closed. */
  readonly patience?: number
  /** The same, counted from the first byte. */
  readonly listens?: number
}

const dechunk = (data: Buffer): { readonly body: Buffer; readonly whole: boolean } => {
  const parts: Array<Buffer> = []
  let position = 0
  for (;;) {
    const end = data.indexOf("\r\n", position)
    if (end < 0) return { body: Buffer.concat(parts), whole: false }
    const size = Number.parseInt(data.subarray(position, end).toString("latin1"), 16)
    if (size === 0) return { body: Buffer.concat(parts), whole: true }
    parts.push(data.subarray(end + 2, end + 2 + size))
    position = end + 2 + size + 2
    if (position > data.length) return { body: Buffer.concat(parts), whole: false }
  }
}

const read = (data: Buffer): Pick<Raw, "status" | "headers" | "body" | "text"> & { readonly whole: boolean } => {
  const end = data.indexOf("\r\n\r\n")
  if (end < 0) return { status: undefined, headers: new Map(), body: Buffer.alloc(0), text: "", whole: false }
  const [statusLine = "", ...lines] = data.subarray(0, end).toString("latin1").split("\r\n")
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":")
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
  )
  const rest = data.subarray(end + 4)
  const length = headers.get("content-length")
  const { body, whole } = length === undefined ? dechunk(rest) : { body: rest, whole: true }
  return {
    status: Number.parseInt(statusLine.split(" ")[1] ?? "", 10),
    headers,
    body,
    text: body.toString("utf8"),
    whole
  }
}

const TAIL = 5

/** How long nothing at all is waited for, in milliseconds. */
const LONGEST = 8000
const STEPS = 10

/** Of head and body together, when the head says so. */
const lengthOf = (data: Buffer): number | undefined => {
  const end = data.subarray(0, 4096).indexOf("\r\n\r\n")
  const head = data.subarray(0, Math.max(0, end)).toString("latin1")
  const length = head.startsWith("HTTP/1.1 204") ? "0" : /content-length: (\d+)/i.exec(head)?.[1]
  return length === undefined ? undefined : end + 4 + Number.parseInt(length, 10)
}

export const send = (port: number, sent: Sent): Promise<Raw> =>
  new Promise((resolve) => {
    const started = performance.now()
    const socket = Net.connect(port, "127.0.0.1")
    const payload = sent.body === undefined ? "" : typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body)
    const head = [
      `${sent.method ?? "POST"} ${sent.path ?? "/api/v1/chat/completions"} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(payload)}`,
      ...Object.entries(sent.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
    ]
    const received: Array<Buffer> = []
    let tail = ""
    let size = 0
    let expected: number | undefined
    let settled = false
    const settle = (ending: Ending) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      socket.destroy()
      const { body, headers, status, text } = read(Buffer.concat(received))
      resolve({ body, headers, status, text, ending, millis: performance.now() - started })
    }
    // The tail shows whether there is an end to look for: reading all of it for each piece would be quadratic.
    const ends = () => tail.endsWith("0\r\n\r\n") && read(Buffer.concat(received)).whole
    // In short steps: on a busy machine the server, which lives in this process, gets its turns in between.
    const listen = (steps: number): void => {
      timer = setTimeout(() => (steps === 0 ? settle("open") : listen(steps - 1)), (sent.listens ?? LONGEST) / STEPS)
    }
    let timer = setTimeout(() => settle("open"), sent.patience ?? LONGEST)
    socket.on("data", (chunk) => {
      if (received.length === 0 && sent.listens !== undefined) {
        clearTimeout(timer)
        listen(STEPS)
      }
      received.push(chunk)
      size += chunk.length
      if (received.length === 1) expected = lengthOf(chunk)
      tail = (tail + chunk.subarray(-TAIL).toString("latin1")).slice(-TAIL)
      if (expected === undefined ? ends() : size >= expected) settle("complete")
    })
    socket.on("end", () => settle("fin"))
    socket.on("error", () => settle("rst"))
    socket.write(`${head.join("\r\n")}\r\n\r\n${payload}`)
  })

/** The data of each event, by the rules of server-sent events. */
export const events = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let data: Array<string> = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (data.length > 0) found.push(data.join("\n"))
      data = []
    } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""))
  }
  // A last line without its newline is an event that has not ended; it is what some servers send.
  return data.length > 0 ? [...found, data.join("\n")] : found
}
