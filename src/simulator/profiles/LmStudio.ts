/** LM Studio: errors are strings, a wrong path is answered with 200, a model is loaded when it is first asked. */
import * as Call from "../Call.js"
import * as Catalog from "../Catalog.js"
import * as Completion from "../Completion.js"
import type * as Profile from "../Profile.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"
import { common, completionId, dialect, failing, list } from "./Common.js"

const CRASHED = "The model has crashed without additional information. (Exit code: 18446744072635812000)"

const unexpected = (method: string, path: string) => ({ error: `Unexpected endpoint or method. (${method} ${path})` })

const lmStudio: Call.Dialect = {
  ...dialect,
  types: { plain: "application/json; charset=utf-8", stream: "text/event-stream" },
  headers: () => ({ "x-powered-by": "Express" }),
  envelope: (call) => ({
    id: completionId(call),
    system_fingerprint: call.model.id,
    ...(call.stream ? {} : { stats: {} })
  }),
  choice: () => ({ logprobs: null }),
  opening: () => [],
  roleInEach: true,
  error: ({ message }) => ({ error: message })
}

/** Half an answer, then an event that is called an error; the response ends in good order. */
const crash = (call: Call.Call): Wire.Script =>
  call.stream
    ? Sse.ending(
        call,
        Completion.half(call, null),
        Wire.bytes(`event: error\ndata: ${JSON.stringify({ error: { message: CRASHED }, message: CRASHED })}\n\n`)
      )
    : [Wire.at(call.latency), ...Completion.json(call, 400, { error: CRASHED })]

export const profile: Profile.Profile = {
  ...common,
  name: "lmstudio",
  title: "LM Studio",
  description: "errors are strings, 200 for a wrong path, the first request loads the model",
  path: "/v1",
  models: ["qwen2.5-coder-7b-instruct", "google/gemma-3-4b"].map((id) => Catalog.served(id, 32_768)),
  typed: "qwen2.5-coder-7b-instruct",
  list: list("organization_owner"),
  dialect: lmStudio,
  unknownModel: (id) => ({ status: 404, message: `Model "${id}" not found. Download it, or name one that is there.` }),
  noRoute: (method, path) => ({ status: 200, body: unexpected(method, path) }),
  loading: { at: "first-request", millis: 3000 },
  troubles: {
    "lmstudio-error": Reply.fixed("400 of LM Studio: the error is a string", (call) =>
      Completion.json(call, 400, { error: "No models loaded. Please load a model in the developer page." })
    ),
    "lmstudio-wrong-path": Reply.fixed("200 of LM Studio: the error is a string, the path is wrong", (call) => [
      Wire.at(Call.firstToken(call)),
      ...Completion.json(call, 200, unexpected("POST", "/chat/completions"))
    ]),
    "lmstudio-crash": Reply.fixed("the model of LM Studio crashes in the middle of its answer", crash),
    "lmstudio-missing": failing("404 of LM Studio: there is no such model", ({ asked }) => ({
      status: 404,
      message: `Model "${asked}" not found.`
    }))
  }
}
