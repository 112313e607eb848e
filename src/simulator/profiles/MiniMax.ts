/** MiniMax: failures with HTTP 200, the whole answer once more at the end of a stream, no list of models. */
import type * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import { common, dialect, failing, limited } from "./Common.js"

/** What an HTTP status would have said. */
const CODES: Readonly<Record<number, number>> = { 400: 2013, 401: 1004, 402: 1008, 404: 2013, 408: 1001, 429: 1002 }
const UNKNOWN = 1000

const unmarked = {
  input_sensitive: false,
  output_sensitive: false,
  input_sensitive_type: 0,
  output_sensitive_type: 0,
  output_sensitive_int: 0
}

const rate: Call.Problem = { status: 429, message: "rate limit exceeded" }

const miniMax: Call.Dialect = {
  ...dialect,
  headers: ({ id }) => ({ "trace-id": id.replace(/^gen-/, "") }),
  envelope: (call) => ({
    id: call.id.replace(/^gen-/, ""),
    ...unmarked,
    ...(call.stream ? {} : { base_resp: { status_code: 0, status_msg: "" } })
  }),
  thoughts: "tags",
  roleInEach: true,
  opening: () => [],
  usage: "never",
  closing: (whole) => Sse.event({ ...whole(), base_resp: { status_code: 0, status_msg: "" } }),
  status: ({ status }) => (status >= 500 ? status : 200),
  error: ({ code, message, status }) => ({
    id: "",
    choices: null,
    created: 0,
    model: "",
    object: "",
    usage: null,
    ...unmarked,
    base_resp: { status_code: code ?? CODES[status] ?? UNKNOWN, status_msg: message }
  }),
  limited: limited(() => rate)
}

export const profile: Profile.Profile = {
  ...common,
  name: "minimax",
  title: "MiniMax",
  description: "HTTP 200 with base_resp for every failure, the answer repeated at the end of a stream, no list",
  path: "/v1",
  alsoAt: ["/v1/text/chatcompletion_v2"],
  models: ["MiniMax-M2", "MiniMax-M1"].map((id) => Catalog.served(id, 204_800, 65_536)),
  typed: "MiniMax-M2",
  dialect: miniMax,
  wrongKey: () => ({
    status: 401,
    message: "login fail: Please carry the API secret key in the 'Authorization' field"
  }),
  malformed: { status: 400, message: "invalid params" },
  unknownModel: (id) => ({ status: 400, message: `invalid params, unknown model '${id}'` }),
  noRoute: () => ({ status: 404, body: "404 page not found" }),
  troubles: {
    "minimax-rate": failing("200 of MiniMax, base_resp 1002: a rate limit", () => rate),
    "minimax-key": failing("200 of MiniMax, base_resp 1004: the key", () => ({
      status: 401,
      message: "login fail: Please carry the API secret key"
    })),
    "minimax-balance": failing("200 of MiniMax, base_resp 1008: the balance", () => ({
      status: 402,
      message: "insufficient balance"
    })),
    "minimax-sensitive": Reply.saying("no content but a note of MiniMax that the answer is sensitive", () => ({
      content: "",
      finish: "stop",
      body: {
        output_sensitive: true,
        output_sensitive_type: 1,
        base_resp: { status_code: 1027, status_msg: "output new_sensitive" }
      }
    }))
  }
}
