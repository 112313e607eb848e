import { HttpClient, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { ConfigProvider, Effect, Layer, Option, Redacted } from "effect"
import { describe } from "vitest"
import * as OpenRouter from "../../../../src/api/OpenRouter.js"
import { completion, json, KEY, network, openRouter } from "./network.js"
import { watch } from "./observers.js"

const request: OpenRouter.ChatRequest = {
  model: "a/b:free",
  messages: [
    { role: "system", content: "Only Python." },
    { role: "user", content: "write é" }
  ]
}

const good = () => json(completion({ content: "x = 1" }))

/** What is sent for this request. */
const sentFor = (asked: OpenRouter.ChatRequest, options: OpenRouter.Options = {}) =>
  Effect.gen(function* () {
    const { client, sent } = network(good)
    yield* (yield* openRouter(client, options)).complete(asked)
    strictEqual(sent.length, 1)
    return yield* Effect.fromNullable(sent[0])
  })

const everything: OpenRouter.ChatRequest = { ...request, maxCompletionTokens: 4096, temperature: 0.7, seed: 42 }

describe("a request", () => {
  it.effect("has its fields, and its bytes are the same every time", () =>
    Effect.gen(function* () {
      const expected =
        '{"model":"a/b:free","messages":[{"role":"system","content":"Only Python."},{"role":"user","content":"write é"}],' +
        '"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":4096,"temperature":0.7,"seed":42}'
      strictEqual((yield* sentFor(everything)).body, expected)
      // Whatever the order in which an application names them, and whatever else is in its messages.
      const { maxCompletionTokens, messages, model, seed, temperature } = everything
      const shuffled = {
        seed,
        temperature,
        maxCompletionTokens,
        messages: messages.map(({ content, role }) => ({ id: 7, content, role })),
        model
      }
      strictEqual((yield* sentFor(shuffled)).body, expected)
    })
  )

  it.effect("leaves out what nobody asked for", () =>
    Effect.gen(function* () {
      const messages = '"messages":[{"role":"system","content":"Only Python."},{"role":"user","content":"write é"}]'
      const { body } = yield* sentFor(request)
      strictEqual(body, `{"model":"a/b:free",${messages},"stream":true,"stream_options":{"include_usage":true}}`)
      const plain = yield* sentFor({ ...request, seed: undefined, temperature: 0 }, { stream: false })
      strictEqual(plain.body, `{"model":"a/b:free",${messages},"stream":false,"temperature":0}`)
    })
  )

  it.effect("goes to the API with the key and the names that it shows", () =>
    Effect.gen(function* () {
      const { headers, method, url } = yield* sentFor(request)
      strictEqual(method, "POST")
      strictEqual(url, "https://openrouter.ai/api/v1/chat/completions")
      const { "content-length": length, ...others } = headers
      deepStrictEqual(others, {
        "content-type": "application/json",
        authorization: `Bearer ${KEY}`,
        "http-referer": "http://localhost",
        "user-agent": "algogen",
        "x-title": "algogen"
      })
      assertTrue(Number(length) > 0)
      const own = yield* sentFor(request, { siteUrl: "https://desk.example", appName: "Börse" })
      strictEqual(own.headers["http-referer"], "https://desk.example")
      strictEqual(own.headers["x-title"], "Börse")
    })
  )

  it.effect("names the client as an application's own HTTP client does, where that says so", () =>
    Effect.gen(function* () {
      const { client, sent } = network(good)
      const desk = HttpClient.mapRequest(client, HttpClientRequest.setHeader("user-agent", "desk/2"))
      yield* Effect.flatMap(openRouter(desk), (service) => service.complete(request))
      strictEqual(sent[0]?.headers["user-agent"], "desk/2")
    })
  )

  it.effect("carries no trace headers and leaves no span of its own, whoever traces", () =>
    Effect.gen(function* () {
      const { spans, tracer } = watch()
      const { client, sent } = network(good)
      // The second is a client that insists on spans; what it knows stays in its own house all the same.
      for (const chosen of [client, HttpClient.withTracerDisabledWhen(client, () => false)]) {
        const service = yield* openRouter(chosen)
        yield* service.complete(request).pipe(Effect.withSpan("chat"), Effect.withTracer(tracer))
      }
      deepStrictEqual(
        spans.map(({ name }) => name),
        ["chat", "chat", "http.client POST"]
      )
      for (const { headers } of sent) {
        deepStrictEqual(
          Object.keys(headers).filter((name) => /trace|b3|baggage/.test(name)),
          []
        )
      }
      strictEqual(sent.length, 2)
    })
  )
})

/** The setting at fault, or that there is none. */
const fault = (options: OpenRouter.Options) => {
  const { client, sent } = network(good)
  return OpenRouter.make(options).pipe(
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.match({
      // Compared as a whole: where two settings were mixed up, the text is the key, and may not be in it.
      onFailure: ({ message, variable }) => `${variable}: ${message}`,
      onSuccess: () => "none"
    }),
    Effect.tap(() => strictEqual(sent.length, 0))
  )
}

describe("settings", () => {
  it.effect("without a key openrouter.ai is not asked, and the variable is named", () =>
    Effect.gen(function* () {
      const missing =
        "OPENROUTER_API_KEY: OPENROUTER_API_KEY is not set: create a key at https://openrouter.ai/keys and set the variable to it"
      strictEqual(yield* fault({}), missing)
      strictEqual(yield* fault({ apiKey: Redacted.make("") }), missing)
      strictEqual(yield* fault({ apiKey: Redacted.make(" \n") }), missing)
      strictEqual(yield* fault({ baseUrl: "https://openrouter.ai/api/v2/" }), missing)
      strictEqual(yield* fault({ baseUrl: "https://OPENROUTER.ai" }), missing)
      strictEqual(yield* fault({ apiKey: Redacted.make(KEY) }), "none")
    })
  )

  it.effect("a server of one's own needs no key, and is sent none", () =>
    Effect.gen(function* () {
      const { client, sent } = network(good)
      for (const apiKey of [undefined, Redacted.make(" ")]) {
        yield* (yield* openRouter(client, { apiKey, baseUrl: "http://localhost:11434/v1" })).complete(request)
      }
      deepStrictEqual(
        sent.map(({ headers, url }) => [url, "authorization" in headers]),
        [
          ["http://localhost:11434/v1/chat/completions", false],
          ["http://localhost:11434/v1/chat/completions", false]
        ]
      )
    })
  )

  it.effect("a key is sent without the white space around it", () =>
    Effect.gen(function* () {
      const { headers } = yield* sentFor(request, { apiKey: Redacted.make(`${KEY}\n`) })
      strictEqual(headers["authorization"], `Bearer ${KEY}`)
    })
  )

  it.effect("a key comes without quotes and without a word for its kind", () =>
    Effect.gen(function* () {
      for (const text of [
        `"${KEY}"`,
        `'${KEY}'`,
        `Bearer ${KEY}`,
        `bearer  ${KEY}`,
        `"Bearer ${KEY}"`,
        `Bearer "${KEY}"`
      ]) {
        const { headers } = yield* sentFor(request, { apiKey: Redacted.make(text) })
        strictEqual(headers["authorization"], `Bearer ${KEY}`, text)
      }
      for (const word of ["undefined", "null", "NULL", '"undefined"', "Bearer undefined"]) {
        const said = yield* fault({ apiKey: Redacted.make(word), baseUrl: "http://localhost:1/v1" })
        assertTrue(/^OPENROUTER_API_KEY: OPENROUTER_API_KEY is the word '(undefined|null)', perhaps/i.test(said), said)
      }
      // Some servers of one's own want any word.
      strictEqual(yield* fault({ apiKey: Redacted.make("EMPTY"), baseUrl: "http://localhost:1/v1" }), "none")
    })
  )

  it.effect("a query of the base URL stays behind the paths, and Azure has the key in a header of its own", () =>
    Effect.gen(function* () {
      const { client, sent } = network((_, nth) => (nth === 1 ? json({ data: [] }) : good()))
      const service = yield* openRouter(client, {
        baseUrl: "https://desk.openai.azure.com/openai/deployments/my-gpt4o/?api-version=2024-10-21"
      })
      yield* service.models
      yield* service.complete(request)
      const there = "https://desk.openai.azure.com/openai/deployments/my-gpt4o"
      deepStrictEqual(
        sent.map(({ headers, url }) => [url, headers["api-key"], headers["authorization"]]),
        [
          [`${there}/models?api-version=2024-10-21`, KEY, undefined],
          [`${there}/chat/completions?api-version=2024-10-21`, KEY, undefined]
        ]
      )
      strictEqual(service.baseUrl, `${there}?api-version=2024-10-21`)
    })
  )

  it.effect("what the list says a model does not support is left out on OpenRouter, and told once", () =>
    Effect.gen(function* () {
      const list = { data: [{ id: "a/b:free", supported_parameters: ["max_tokens", "seed"] }] }
      const { client, sent } = network(({ url }) => (url.endsWith("/models") ? json(list) : good()))
      const service = yield* openRouter(client)
      const notes: Array<string> = []
      const ask = (model: string) =>
        service.complete({ ...everything, model }, undefined, (note) => Effect.sync(() => void notes.push(note)))
      yield* ask("a/b:free")
      yield* service.models
      yield* ask("a/b:free")
      yield* ask("a/b:free:nitro")
      yield* ask("a/b:free")
      deepStrictEqual(
        sent.filter(({ method }) => method === "POST").map(({ body }) => body.includes('"temperature"')),
        [true, false, false, false]
      )
      deepStrictEqual(notes, [
        "a/b:free: the model does not support 'temperature', so it is not sent",
        "a/b:free:nitro: the model does not support 'temperature', so it is not sent"
      ])
    })
  )

  it.effect("what the server refuses by name is left out from then on, for that model, and told once", () =>
    Effect.gen(function* () {
      const refusing = (body: string) => {
        const name = ["max_tokens", "seed", "stream_options"].find((each) => body.includes(`"${each}":`))
        const detail = [{ type: "extra_forbidden", loc: ["body", name], msg: "Extra inputs are not permitted" }]
        return name === undefined || !body.includes('"strict"') ? good() : json({ detail }, 422)
      }
      const { client, sent } = network(({ body }) => refusing(body))
      const service = yield* openRouter(client, { baseUrl: "http://localhost:1/v1" })
      const notes: Array<string> = []
      const ask = (model: string) =>
        Effect.either(
          service.complete({ ...everything, model }, undefined, (note) => Effect.sync(() => void notes.push(note)))
        )
      const refused = [yield* ask("strict"), yield* ask("strict"), yield* ask("strict")]
      deepStrictEqual(
        refused.map((outcome) =>
          outcome._tag === "Left" && outcome.left.reason._tag === "Rejected" ? outcome.left.reason.parameter : "passed"
        ),
        ["max_tokens", "seed", "stream_options"]
      )
      deepStrictEqual([(yield* ask("strict"))._tag, (yield* ask("strict"))._tag], ["Right", "Right"])
      const messages = everything.messages.map(({ content, role }) => ({ role, content }))
      deepStrictEqual(JSON.parse(sent.at(-1)?.body ?? ""), {
        model: "strict",
        messages,
        stream: true,
        max_completion_tokens: 4096,
        temperature: 0.7
      })
      deepStrictEqual(notes, [
        "strict: the server refuses 'max_tokens', so 'max_completion_tokens' is sent instead",
        "strict: the server refuses 'seed', so it is not sent",
        "strict: the server refuses 'stream_options', so it is not sent"
      ])
      // Other models may take it.
      yield* ask("lenient")
      assertTrue(sent.at(-1)?.body.includes('"seed":42') ?? false)
    })
  )

  it.effect("base URLs are addresses that paths can be put behind", () =>
    Effect.gen(function* () {
      for (const [baseUrl, expected] of [
        ["http://localhost:11434/v1", "http://localhost:11434/v1"],
        ["http://localhost:11434/v1/", "http://localhost:11434/v1"],
        ["https://desk.example/a//", "https://desk.example/a"],
        ["http://localhost", "http://localhost"],
        ["http://localhost/v1/chat/completions", "http://localhost/v1"]
      ] as const) {
        const { client, sent } = network(good)
        const service = yield* openRouter(client, { baseUrl })
        strictEqual(service.baseUrl, expected)
        yield* service.complete(request)
        strictEqual(sent[0]?.url, `${expected}/chat/completions`)
      }
      const wrong =
        "OPENROUTER_BASE_URL: OPENROUTER_BASE_URL, or the base URL that was given, is not a plain http or https address " +
        "such as https://openrouter.ai/api/v1"
      for (const baseUrl of [
        "",
        "openrouter.ai/api/v1",
        "localhost:1234/v1",
        "ftp://openrouter.ai/api/v1",
        "//openrouter.ai",
        "http://",
        "http://localhost/v1#x",
        "http://user@localhost/v1",
        "http://user:password@localhost/v1",
        "http://:password@localhost/v1",
        KEY
      ]) {
        strictEqual(yield* fault({ apiKey: Redacted.make("https://swapped.example"), baseUrl }), wrong, baseUrl)
      }
    })
  )

  it.effect("what no header can carry is found before anything is sent", () =>
    Effect.gen(function* () {
      const said = (variable: string) => `${variable}: ${variable} has characters that cannot be sent in an HTTP header`
      const apiKey = Redacted.make(KEY)
      strictEqual(yield* fault({ apiKey: Redacted.make("sk-or-\nv1-0123456789") }), said("OPENROUTER_API_KEY"))
      strictEqual(yield* fault({ apiKey: Redacted.make("sk–or–v1–0123456789") }), said("OPENROUTER_API_KEY"))
      strictEqual(yield* fault({ apiKey, appName: "desk → algogen" }), said("OPENROUTER_APP_NAME"))
      strictEqual(yield* fault({ apiKey, siteUrl: "https://desk.example\r\nx: y" }), said("OPENROUTER_SITE_URL"))
      strictEqual(yield* fault({ apiKey, appName: "Börse ~ desk" }), "none")
    })
  )
})

describe("the environment", () => {
  const read = (variables: ReadonlyArray<readonly [string, string]>) =>
    OpenRouter.config.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(variables))))

  it.effect("has four settings", () =>
    Effect.gen(function* () {
      const { apiKey, ...others } = yield* read([
        ["OPENROUTER_API_KEY", ` ${KEY}\n`],
        ["OPENROUTER_BASE_URL", "http://localhost:1/v1"],
        ["OPENROUTER_SITE_URL", "https://desk.example"],
        ["OPENROUTER_APP_NAME", "desk"]
      ])
      deepStrictEqual(Option.map(Option.fromNullable(apiKey), Redacted.value), Option.some(KEY))
      deepStrictEqual(others, {
        baseUrl: "http://localhost:1/v1",
        siteUrl: "https://desk.example",
        appName: "desk",
        keyVariable: "OPENROUTER_API_KEY"
      })
    })
  )

  it.effect("gives the key for any server before OpenRouter's, as the command does", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [any: string, openRouter: string, expected: string | undefined]> = [
        ["any", "openrouter", "any"],
        ["any", "", "any"],
        [" ", "openrouter", "openrouter"],
        ["", "", undefined]
      ]
      for (const [any, openRouter, expected] of cases) {
        const { apiKey } = yield* read([
          ["ALGOGEN_API_KEY", any],
          ["OPENROUTER_API_KEY", openRouter]
        ])
        strictEqual(apiKey === undefined ? undefined : Redacted.value(apiKey), expected)
      }
    })
  )

  const unset = {
    apiKey: undefined,
    keyVariable: "OPENROUTER_API_KEY",
    baseUrl: undefined,
    siteUrl: undefined,
    appName: undefined
  }

  it.effect("may lack all of them, and a blank one is lacking", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* read([]), unset)
      deepStrictEqual(
        yield* read([
          ["OPENROUTER_API_KEY", ""],
          ["OPENROUTER_BASE_URL", " "],
          ["OPENROUTER_SITE_URL", "\t"],
          ["OPENROUTER_APP_NAME", "\n"]
        ]),
        unset
      )
    })
  )

  it.effect("may be quoted, as docker leaves it", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl } = yield* read([
        ["OPENROUTER_API_KEY", `"${KEY}"`],
        ["OPENROUTER_BASE_URL", "'http://localhost:1/v1'"],
        ["OPENROUTER_SITE_URL", '""']
      ])
      deepStrictEqual(Option.map(Option.fromNullable(apiKey), Redacted.value), Option.some(KEY))
      strictEqual(baseUrl, "http://localhost:1/v1")
    })
  )

  it.effect("makes a layer, or says what is wrong with it", () =>
    Effect.gen(function* () {
      const { client, sent } = network(good)
      const use = (variables: ReadonlyArray<readonly [string, string]>) =>
        Effect.flatMap(OpenRouter.OpenRouter, (service) => service.complete(request)).pipe(
          Effect.provide(
            OpenRouter.layerConfig(OpenRouter.config).pipe(
              Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
              Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(variables))))
            )
          )
        )
      const refused = yield* Effect.flip(use([["OPENROUTER_API_KEY", " "]]))
      assertTrue(refused.message.startsWith("OPENROUTER_API_KEY is not set"))
      const sound = ["OPENROUTER_API_KEY", KEY] as const
      for (const [variable, wrong] of [
        ["ALGOGEN_API_KEY", "undefined"],
        ["ALGOGEN_API_KEY", "sk-中"],
        ["OPENROUTER_API_KEY", "null"],
        ["OPENROUTER_API_KEY", "sk-中"]
      ] as const) {
        const named = yield* Effect.flip(use([sound, [variable, wrong]]))
        assertTrue(named._tag === "ConfigurationError" && named.variable === variable)
        assertTrue(named.message.startsWith(`${variable} `), named.message)
      }
      strictEqual(sent.length, 0)
      yield* use([
        ["OPENROUTER_API_KEY", KEY],
        ["OPENROUTER_APP_NAME", "desk"]
      ])
      strictEqual(sent[0]?.headers["authorization"], `Bearer ${KEY}`)
      strictEqual(sent[0]?.headers["x-title"], "desk")
    })
  )

  it.effect("can be replaced by plain options", () =>
    Effect.gen(function* () {
      const client = HttpClient.make((wire) => Effect.sync(() => HttpClientResponse.fromWeb(wire, good())))
      const { text } = yield* Effect.flatMap(OpenRouter.OpenRouter, (service) => service.complete(request)).pipe(
        Effect.provide(OpenRouter.layer({ baseUrl: "http://localhost:1/v1" })),
        Effect.provideService(HttpClient.HttpClient, client)
      )
      strictEqual(text, "x = 1")
    })
  )
})
