/**
 * What is made of ids, lists, settings and requests, written down as a whole. It was read and found right, and stands in
 * `test/golden/api`. Where it is meant to change, `npx vitest run --project unit test/unit/api/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Option, Redacted } from "effect"
import { expect } from "vitest"
import * as ApiKey from "../../../src/api/ApiKey.js"
import * as Catalog from "../../../src/api/Catalog.js"
import * as Dialect from "../../../src/api/Dialect.js"
import * as ModelId from "../../../src/api/ModelId.js"
import * as ModelRequest from "../../../src/api/ModelRequest.js"
import * as Models from "../../../src/api/Models.js"
import * as Price from "../../../src/api/Price.js"
import * as Settings from "../../../src/api/Settings.js"
import * as SettingsFile from "../../../src/api/SettingsFile.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/api/${name}.txt`)

const text = (value: unknown): string => JSON.stringify(value) ?? "nothing"

const IDS = [
  "a/x-1",
  "a/x-1:free",
  "A/X-1",
  "a/x-1:nitro",
  "a/x-1:free:nitro",
  "a/x-1:thinking@preset/one",
  "@preset/one",
  "~a/x-latest",
  "a/x-1-20260101",
  "b/y-2",
  "b/y-2:free",
  "b/y-2:free:floor",
  "b/Y-2",
  "c/z",
  "c/z:free",
  "x-1",
  "a",
  "zz",
  "llama3.2",
  "llama3.2:latest",
  "gemini-2",
  "models/gemini-2",
  "Gemini-2",
  "openai/gpt",
  "vendor.x/y",
  "d/x-9",
  "a/x-3"
]

const LISTS: Readonly<Record<string, ReadonlyArray<Catalog.ModelInfo>>> = {
  empty: [],
  OpenRouter: [
    { id: "a/x-1", canonicalSlug: "a/x-1-20260101", created: 5, price: { prompt: 1, completion: 1 } },
    { id: "a/x-1:free", canonicalSlug: "a/x-1-20260101", created: 6 },
    { id: "a/x-2-mini", created: 4 },
    { id: "a/x-2", created: 4, hidden: true },
    { id: "a/x-4", created: 4 },
    { id: "b/y-2", price: { prompt: 0, completion: 0 } },
    { id: "c/z", price: { prompt: 0, completion: 0, request: 1 } }
  ],
  "one's own": [
    { id: "llama3.2:latest" },
    { id: "models/gemini-2" },
    { id: "b/y-2:free" },
    { id: "h", hidden: true },
    { id: "k" }
  ],
  "a file": [{ id: "/models/my model.gguf", contextLength: 5 }],
  "two files": [{ id: "/models/one.gguf" }, { id: "C:\\two.gguf" }],
  patterns: [{ id: "openai/*" }, { id: "vendor.x/*" }]
}

describe("what is made of it is what it was:", () => {
  it("ids among lists", async () => {
    const lines = Object.entries(LISTS).flatMap(([name, list]) => {
      const catalog = Models.index(list)
      const rows = IDS.flatMap((id) => {
        const of = (isOpenRouter: boolean, allowPaid: boolean) =>
          Either.match(Models.resolve(catalog, id, { isOpenRouter, allowPaid }), {
            onLeft: (why) => `no: ${why}`,
            onRight: ({ asked, info, note }) =>
              `${asked} ${info?.id ?? "unlisted"}${note === undefined ? "" : `: ${note}`}`
          })
        const [openRouter, paid, elsewhere] = [of(true, false), of(true, true), of(false, false)]
        const facts = `has ${Models.has(catalog, id)}, finds ${Models.find(catalog, id)?.id}, similar ${Models.similar(catalog, id).join(" ")}`
        return [
          `  ${text(id)}: ${facts}`,
          `    OpenRouter: ${openRouter}`,
          ...(paid === openRouter ? [] : [`    paid: ${paid}`]),
          `    elsewhere: ${elsewhere}`
        ]
      })
      return [name].concat(rows)
    })
    await golden("models", lines)
  })

  it("names of models", async () => {
    const ids = IDS.concat(
      "",
      "a/b/c",
      "./x.gguf",
      "\\x",
      "C:\\m\\X.Y.bin",
      "x.safetensors",
      "x.gguf.txt",
      "models/a/B:LATEST",
      "qwen3:8b",
      "~x:online@preset/a@preset/b"
    )
    const names = ids.map((id) => {
      const { listed, modifiers } = ModelId.parts(id)
      const { name, vendor } = ModelId.split(id)
      const words = `${ModelId.family(name)} [${ModelId.words(name).join(" ")}]`
      return `${text(id)}: ${listed} + ${text(modifiers)}, ${ModelId.normalize(id)}, ${ModelId.withoutSuffixes(id)}, ${vendor}/${name} ${words}${ModelId.isFile(id) ? ", a file" : ""}, ${ModelId.otherVariant(id)}`
    })
    const editions = [
      "20260416",
      "2024-07-18",
      "0613",
      "1106",
      "2613",
      "2312",
      "2313",
      "2912",
      "05-20",
      "05-2024",
      "001",
      "010",
      "100",
      "19990101",
      "latest",
      "3",
      "mini"
    ]
    const same = editions.flatMap((edition) => [
      `x-${edition}: ${ModelId.sameModel("a/x", `a/x-${edition}`)} ${ModelId.sameModel(`a/x@${edition}`, "x")} ${ModelId.sameModel(`a/x-${edition}`, "a/x-0314")} ${ModelId.sameModel(`x-${edition}`, `x-${edition}-y`)}`
    ])
    const pairs = [
      ["a/x", "b/x"],
      ["x", "b/x"],
      ["a/x", "x"],
      ["a/x-4.7-opus", "a/x-opus-4.7"],
      ["a/x", "a/y"],
      ["a/x:free", "a/x"],
      ["a/x-1", "a/x-1-1"]
    ] as const
    await golden("names", [
      ...names,
      ...same,
      ...pairs.map(([one, two]) => `${one} ${two}: ${ModelId.sameModel(one, two)}`),
      `by its slug: ${ModelId.sameModel("a/x", "q", "q")}`
    ])
  })

  it("models with parameters", async () => {
    const asked = [
      "a/x",
      " a/x ",
      "",
      "@effort=low",
      "a/x@effort=low",
      "a/x@effort=LOW,max-tokens=5,temperature=0.5,service-tier=flex",
      "a/x@preset/one",
      "a/x@preset/one@effort=max",
      "a,b",
      "a b",
      "/my models/x.gguf",
      "a/x@effort=most",
      "a/x@max-tokens=0",
      "a/x@max-tokens=1",
      "a/x@max-tokens=1.5",
      "a/x@max-tokens=9007199254740991",
      "a/x@max-tokens=9007199254740992",
      "a/x@temperature=0",
      "a/x@temperature=2",
      "a/x@temperature=2.01",
      "a/x@temperature=-1",
      "a/x@temperature=.5",
      "a/x@temperature=1.",
      "a/x@service-tier=",
      "a/x@service-tier=a=b",
      "a/x@seed=5",
      "a/x@effort=low,effort=high",
      "a/x@effort=low,",
      "a/x@ effort=low",
      "a/x@effort= low ,max-tokens= 5 "
    ]
    await golden(
      "requests",
      asked.map((each) => `${text(each)}: ${Either.merge(Either.map(ModelRequest.parse(each), text))}`)
    )
  })

  it("limits and prices", async () => {
    const infos: ReadonlyArray<Catalog.ModelInfo | undefined> = [
      undefined,
      { id: "x" },
      { id: "x", contextLength: 100 },
      { id: "x", maxCompletionTokens: 50 },
      { id: "x", contextLength: 100, maxCompletionTokens: 50 },
      { id: "x", contextLength: 100_000, supportedParameters: ["reasoning"] },
      { id: "x", supportedParameters: ["include_reasoning"] },
      { id: "x", supportedParameters: ["reasoning_effort"] },
      { id: "x", supportedParameters: ["seed"] },
      { id: "x", price: { prompt: 1, completion: 10, request: 100 } },
      { id: "x", price: { prompt: 1, completion: 10 } },
      { id: "x", price: { prompt: 0, completion: 0 } },
      { id: "x", price: { prompt: 0, completion: 0, request: 1 } }
    ]
    const lines = infos.map((info) => {
      const most = ["", "abc", "abcd", "x".repeat(296), "x".repeat(297), "x".repeat(300)].map((prompt) =>
        Models.mostTokens(info, prompt)
      )
      const first = [undefined, 10, 90].map((wanted) => Models.firstTokens(info, "abcd", wanted))
      const cost =
        info === undefined
          ? ""
          : `, costs ${Option.getOrUndefined(Price.of(info, { prompt: 3, completion: 2 }))}, ${Models.costsNothing(info)}`
      return `${text(info)}: ${most.join(" ")}, first ${first.join(" ")}, reasons ${Models.reasons(info)}${cost}`
    })
    const contents = [[], [""], ["a"], ["abcd"], ["abcde", "é€😀"]]
    const prompts = contents.map((all) => {
      const messages = all.map((content) => ({ role: "user" as const, content }))
      return `${text(all)}: most ${Price.mostPromptTokens(messages)}, likely ${Price.likelyPromptTokens(messages)}`
    })
    await golden("limits", [
      ...lines,
      ...prompts,
      `${Price.LIKELY_COMPLETION_TOKENS} ${Price.perMillion(1e-6)} ${Price.perMillion(0.000_001_234)}`
    ])
  })

  it("defaults", async () => {
    const fit = (id: string, more: Partial<Catalog.ModelInfo> = {}) => ({
      id: `${id}:free`,
      contextLength: 16_000,
      ...more
    })
    const lists = [
      [],
      Models.DEFAULT.map((id) => ({ id })),
      [
        fit("a/1"),
        fit("a/2"),
        fit("b/1", { created: 9 }),
        fit("c/1", { contextLength: 15_999 }),
        fit("d/1", { hidden: true }),
        fit("e/1", { outputModalities: ["image"] })
      ],
      [
        fit("a/1"),
        fit("a/2", { created: 1 }),
        fit("a/3", { created: 2 }),
        fit("b/1"),
        fit("c/1"),
        fit("d/1"),
        fit("e/1"),
        { id: "f/1", contextLength: 99_999 },
        fit("g/1", { outputModalities: ["text"] }),
        { id: "qwen/qwen-2-7b-instruct:free" },
        fit("qwen/new")
      ]
    ]
    await golden(
      "defaults",
      lists.map((list) => `${list.map(({ id }) => id).join(" ")}\n  ${Models.defaults(list).join(" ")}`)
    )
  })

  it("lists of servers", async () => {
    const paths = [
      ["context_length"],
      ["top_provider", "context_length"],
      ["max_model_len"],
      ["context_window"],
      ["loaded_context_length"],
      ["max_context_length"],
      ["meta", "n_ctx"],
      ["meta", "n_ctx_train"],
      ["max_input_tokens"],
      ["model_info", "max_input_tokens"],
      ["inputTokenLimit"],
      ["top_provider", "max_completion_tokens"],
      ["max_completion_tokens"],
      ["max_output_tokens"],
      ["model_info", "max_output_tokens"],
      ["outputTokenLimit"],
      ["name"],
      ["canonical_slug"],
      ["created"],
      ["expiration_date"],
      ["hidden"],
      ["supported_parameters"]
    ]
    const entries = paths.flatMap((path) =>
      [7, "7", 0, 1.5, true, ["a", 5]].map((value) =>
        path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
      )
    )
    const priced = [
      ["1", "2", "3"],
      ["0", "0", "0"],
      [1, 2, undefined],
      ["-1", "2", "0"],
      ["1", "x", "0"],
      ["1", "2", "-3"]
    ].map(([prompt, completion, request]) => ({ pricing: { prompt, completion, request } }))
    const others = [{ architecture: { output_modalities: ["text"] } }, { architecture: { output_modalities: [] } }]
    const of = (entry: unknown) => Catalog.decodeModels([Object.assign({ id: "x" }, entry)])
    const wholes = [
      null,
      {},
      [],
      { data: null },
      { data: [] },
      { models: [{ name: "n" }] },
      [{ id: "", name: "n" }, { id: "a\u202e" }, 5, {}],
      "x"
    ]
    const keys = [
      null,
      {},
      { data: 5 },
      { data: {} },
      { data: { label: "l", limit_remaining: 5, is_free_tier: false } },
      { data: { label: 5, limit_remaining: "5", is_free_tier: "x" } }
    ]
    await golden("lists", [
      ...[...entries, ...priced, ...others].map((entry) => `${text(entry)}: ${text(of(entry))}`),
      ...wholes.map((whole) => `${text(whole)}: ${text(Catalog.decodeModels(whole))}`),
      ...keys.map((key) => `key ${text(key)}: ${text(Catalog.decodeKey(key))}`)
    ])
  })

  it("bodies for each server", async () => {
    const servers = [
      "https://openrouter.ai/api/v1",
      "https://eu.openrouter.ai/api/v1",
      "https://notopenrouter.ai",
      "https://api.openai.com/v1",
      "https://x.openai.azure.com",
      "https://x.cognitiveservices.azure.com",
      "https://x.services.ai.azure.com",
      "https://azure.com",
      "http://localhost:1",
      "none"
    ]
    const request = {
      model: "m",
      messages: [{ role: "user" as const, content: "hi" }],
      maxCompletionTokens: 5,
      temperature: 0,
      seed: 1,
      effort: "low" as const,
      provider: { only: ["x"] },
      serviceTier: "flex"
    }
    const refusals = [
      [],
      ["stream"],
      ["max_tokens"],
      ["max_completion_tokens"],
      ["max_tokens", "max_completion_tokens"],
      ["temperature", "seed"],
      ["reasoning", "reasoning_effort"],
      ["stream_options", "provider", "service_tier"]
    ]
    const lines = servers.flatMap((server) => {
      const { auth, effort, listDecides, tokens } = Dialect.of(server)
      const dialect = Dialect.of(server)
      const info = { id: "m", supportedParameters: ["seed"] }
      const all = refusals.map((refused) => ({ refused: new Set(refused), stream: true, info: undefined }))
      const bodies = [
        ...all,
        { refused: new Set<string>(), stream: false, info: undefined },
        { refused: new Set<string>(), stream: true, info }
      ].map((options) => {
        const { json, omitted } = Dialect.body(request, { dialect, ...options })
        return `  ${[...options.refused].join(" ")}: ${text(json)} ${omitted.map((omission) => Dialect.describe("m", omission)).join("; ")}`
      })
      return [`${server}: ${tokens} ${effort} ${auth} ${listDecides} ${Dialect.isOpenRouter(server)}`].concat(
        servers.indexOf(server) % 2 === 0 || server.includes("openai.com") ? bodies : []
      )
    })
    await golden("bodies", lines)
  })

  const outcome = <A>(self: Effect.Effect<A, Settings.ConfigurationError>): string =>
    Effect.runSync(
      Effect.match(self, { onFailure: ({ message, variable }) => `${variable}: ${message}`, onSuccess: text })
    )

  it("addresses and keys", async () => {
    const addresses = [
      "https://x.example/v1",
      "https://x.example/v1/",
      "https://x.example/v1//",
      "https://x.example",
      "http://x.example/chat/completions",
      "https://x.example/v1/models/",
      "https://x.example/models/v1",
      "ftp://x",
      "x",
      "",
      "https://x/#a",
      "https://u:p@x/",
      "https://x/%40y",
      "https://x/?api-version=2024-01-01",
      "https://x/?key=12345678&api-version=1",
      "https://x/?secretsecret",
      "https://x/?a=1234567&b=",
      "https://longsecret/?k=longsecret"
    ]
    const lines = addresses.map((address) => {
      const shown = outcome(
        Effect.map(Settings.parseBaseUrl(address), (url) => {
          const seen = Settings.shown(url, (each) => each.replaceAll("longsecret", "<redacted key>"))
          return [Settings.endpoint(url, "/p"), Settings.secretsOf(url), seen, Settings.identityOf(url, seen)]
        })
      )
      return `${text(address)}: ${shown}`
    })
    const keys = [
      undefined,
      "",
      " ",
      "key",
      " 'key' ",
      '"key"',
      "'key\"",
      "\"'key'\"",
      "Bearer key",
      "bearer  'key'",
      "'Bearer key'",
      "undefined",
      "NULL",
      "nulls",
      "k\u00e9y",
      "k\u20acy",
      "k\ny",
      "k\u007fy"
    ]
    const ofKeys = keys.flatMap((key) =>
      ["https://openrouter.ai/api/v1", "http://localhost"].map((url) => {
        const parsed = Settings.parseKey(key === undefined ? undefined : Redacted.make(key), new URL(url))
        return `${text(key)} for ${url}: ${outcome(Effect.map(parsed, (found) => (found === undefined ? null : Redacted.value(found))))}`
      })
    )
    const headers = ["\u001f", " ", "~", "\u007f", "\u009f", "\u00a0", "\u00ff", "\u0100"].map(
      (each) => `${text(each)}: ${outcome(Settings.checkHeader("V", each))}`
    )
    await golden("settings", [...lines, ...ofKeys, ...headers])
  })

  it("which key goes where", async () => {
    const KEY = { OPENROUTER_API_KEY: "or-key" }
    const ANY = { ALGOGEN_API_KEY: "any-key" }
    const base = (url: string) => ({ OPENROUTER_BASE_URL: url })
    const environments: ReadonlyArray<
      readonly [environment: Readonly<Record<string, string>>, file?: Readonly<Record<string, string>>]
    > = [
      [{}],
      [KEY],
      [ANY],
      [{ ...KEY, ...ANY }],
      [{ OPENROUTER_API_KEY: " " }],
      [{ ...KEY, ...base("https://own.example/v1") }],
      [KEY, base("https://own.example/v1")],
      [{}, { ...KEY, ...base("https://own.example/v1") }],
      [KEY, { ...ANY, ...base("http://own.example/v1") }],
      [KEY, { ...ANY, ...base("http://localhost:1/v1") }],
      [KEY, { ...ANY, ...base("http://127.0.0.1:1") }],
      [KEY, { ...ANY, ...base("http://[::1]:1") }],
      [KEY, { ...ANY, ...base("http://127.0.0.example") }],
      [KEY, base("https://openrouter.ai/api/v1")],
      [KEY, base("http://openrouter.ai/api/v1")],
      [{ ...KEY, ...base("https://own.example/v1") }, base("https://other.example")],
      [KEY, base("nonsense")],
      [{ OTHER: "x" }]
    ]
    const asked = [
      [undefined, undefined],
      ["OTHER", undefined],
      ["OPENROUTER_API_KEY", undefined],
      [undefined, "https://own.example/v2"],
      [undefined, "https://third.example"],
      ["OPENROUTER_API_KEY", "https://third.example"],
      [undefined, "http://own.example"]
    ] as const
    const lines = environments.flatMap(([environment, file]) => {
      const [given, found] = [environment, file ?? {}].map((each) =>
        ConfigProvider.fromMap(new Map(Object.entries(each)))
      )
      if (given === undefined || found === undefined) return []
      const rows = asked.map(([wanted, named]) => {
        const chosen = ApiKey.choose(wanted, named).pipe(
          Effect.map(({ value, ...rest }) => ({
            ...rest,
            value: value === undefined ? undefined : Redacted.value(value)
          })),
          Effect.withConfigProvider(ConfigProvider.orElse(given, () => found)),
          Effect.provideService(
            SettingsFile.SettingsFile,
            file === undefined ? undefined : { environment: given, file: found }
          )
        )
        return `  ${wanted ?? "any"} to ${named ?? "home"}: ${outcome(chosen)}`
      })
      return [`${text(environment)} ${file === undefined ? "" : text(file)}`].concat(rows)
    })
    await golden("keys", lines)
  })
})
