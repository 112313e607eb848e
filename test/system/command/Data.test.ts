/** Prices and words of the user's own, as the command takes them: what is sent then, and what is refused before. */
import * as fs from "node:fs/promises"
import { createServer } from "node:http"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Markets from "../../../src/market/Markets.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import { algogen, emptyFolder, list, models, PATIENCE, write } from "./command.js"

/** A server that notes what it is asked, one text of all messages for each request, and answers nothing of use. */
const recorder = Effect.acquireRelease(
  Effect.async<{ readonly asked: ReadonlyArray<string>; readonly url: string; readonly close: () => void }>(
    (resume) => {
      const asked: Array<string> = []
      const server = createServer((request, response) => {
        let text = ""
        request.on("data", (piece: Buffer) => (text += piece.toString()))
        request.on("end", () => {
          if (request.method === "POST") {
            const { messages } = JSON.parse(text)
            asked.push(
              messages
                .map((message: { role: string; content: string }) => `${message.role}: ${message.content}`)
                .join("\n")
            )
          }
          response.setHeader("content-type", "application/json")
          response.end(
            request.method === "POST" ? '{"choices":[{"index":0,"message":{"content":"no"}}]}' : '{"data":[]}'
          )
        })
      }).listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ asked, url: `http://127.0.0.1:${port}/v1`, close: () => server.close() }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)

const KEY = "sk-or-v1-0123456789abcdef"

const scene = Effect.gen(function* () {
  const folder = yield* emptyFolder
  const { asked, url } = yield* recorder
  const env = { OPENROUTER_BASE_URL: url, ALGOGEN_API_KEY: "a", OPENROUTER_API_KEY: KEY }
  yield* Effect.promise(() => fs.mkdir(path.join(folder, "days")))
  const { close, times } = Markets.make("walk", { bar: "day", bars: 60, seed: 1 })
  const rows = times.map((time, index) => `${new Date(time).toISOString().slice(0, 10)},${close[index]}`)
  yield* write(["Date,Close", ...rows].join("\r\n"), folder, "days", "msft.csv")
  yield* write("Date,Close\n2024-01-02,1\n2024-01-03,\n2024-01-04,1\n2024-01-05,1\n", folder, "days", "TSLA.csv")
  yield* write("Date,Close\n2024-01-02,1\n2024-01-03,1\n", folder, "two.csv")
  yield* write(["Date,Close", ...rows].join("\n"), folder, "NVDA.csv")
  yield* write('date,close\n2024-01-02,12.5\n2024-01-03,"12,5"\n', folder, "bad.csv")
  yield* write("# Words\n{{tikcer}}", folder, "mistaken.md")
  yield* write("# {{ticker}}\n{{market}}\n{{strategy}}", folder, "words.md")
  yield* write(`# {{ticker}}\nMy key is ${KEY}.`, folder, "key.md")
  yield* write(
    [{}, { system: `key=${encodeURIComponent(KEY)}` }]
      .map((words) => JSON.stringify({ model: "x/1", ticker: "AAPL", ...words }))
      .join("\n"),
    folder,
    "key.jsonl"
  )
  const generate = (...flags: ReadonlyArray<string>) =>
    algogen(["generate", "--no-stream", "--max-retries", "0", ...models("x/1", "x/2"), ...flags], { folder, env })
  const jobs = (file: string) => algogen(["generate", "--jobs", file], { folder, env })
  return { asked, folder, generate, jobs }
})

const MISTAKES: ReadonlyArray<readonly [flags: ReadonlyArray<string>, said: RegExp]> = [
  [["--data", "bad.csv"], /^algogen: bad\.csv, line 3, column close: "12,5" is not a number$/m],
  [["--data", "days"], /^algogen: the data have no prices of AAPL, only of TSLA, MSFT$/m],
  [
    ["--data", "days", "-t", "MSFT", "--bar", "hour"],
    /^algogen: '--bar hour' contradicts the data: a bar of TSLA is a day$/m
  ],
  [["--data", "NVDA.csv", "-t", "NVDA", "-t", "MSFT"], /^algogen: the data have no prices of MSFT, only of NVDA$/m],
  [["--data", "two.csv"], /^algogen: two\.csv: 2 prices of TWO leave none to score with; at least 3 are needed$/m],
  [["--data", "two.csv", "--data", "NVDA.csv", "-t", "TWO"], /^algogen: two\.csv: 2 prices of TWO leave none /m],
  // Of several, the others can still be used.
  [
    ["--data", "two.csv", "--data", "NVDA.csv", "-t", "NVDA", "-t", "IBM"],
    /^--data: two\.csv: 2 prices of TWO leave none[^]*^algogen: the data have no prices of IBM, only of NVDA$/m
  ],
  [["--data", "empty"], /^algogen: the folder for '--data empty' has no \.csv, \.txt or \.tsv files$/m],
  [
    ["--prompt", "key.md"],
    /^algogen: the text for '--prompt': it has the API key of OPENROUTER_API_KEY in it, .*: take it out$/m
  ],
  [["--system", "@key.md"], /^algogen: the text for '--system': it has the API key of OPENROUTER_API_KEY in it/m],
  [["--prompt", "mistaken.md"], /^algogen: the text for '--prompt', line 2: \{\{tikcer\}\} is unknown: use \{\{ticker/m]
]

describe.concurrent("prices and words of one's own", PATIENCE, () => {
  it.scopedLive("are in what the models are asked, and what was left out of the prices is said", () =>
    Effect.gen(function* () {
      const { asked, generate } = yield* scene
      const { stderr } = yield* generate(
        "--data",
        "days",
        "-t",
        "MSFT",
        "--prompt",
        "words.md",
        "--system",
        "Trade {{ticker}} with {{signature}}"
      )
      assert.match(stderr, /^--data: days.TSLA\.csv: 1 row without a price is left out\.$/m)
      const said = asked.toSorted()
      assert.strictEqual(said.length, 2, stderr)
      for (const text of said) {
        assert.match(text, /^system: Trade MSFT with def execute_trade\(ticker, /)
        assert.match(text, /^user: # MSFT\nA tick is one trading day\..*\nIts prices over 40 earlier ticks:$/m)
      }
      const directives = ["x/1", "x/2"].map((model, position) => Strategy.forModel(model, 1, position).directive)
      deepStrictEqual(
        directives.map((directive) => said.filter((text) => text.includes(directive)).length),
        [1, 1]
      )
    })
  )

  it.scopedLive("of a file that names another ticker are taken for the one that is asked for, which is said", () =>
    Effect.gen(function* () {
      const { generate } = yield* scene
      const other = yield* generate("--data", "NVDA.csv", "-t", "MSFT", "--show-prompt")
      assert.strictEqual(other.code, 0)
      assert.match(other.stderr, /^NVDA\.csv names NVDA; its prices are taken for MSFT$/m)
      const own = yield* generate("--data", "NVDA.csv", "-t", "NVDA", "--show-prompt")
      assert.notMatch(own.stderr, /taken for/)
    })
  )

  it.scopedLive("that make no sense end with 2 and where the mistake is, before anything is sent or written", () =>
    Effect.gen(function* () {
      const { asked, folder, generate, jobs } = yield* scene
      yield* Effect.promise(() => fs.mkdir(path.join(folder, "empty")))
      const before = yield* list(folder)
      for (const [flags, said] of MISTAKES) {
        const { code, stderr } = yield* generate(...flags)
        assert.strictEqual(code, 2, stderr)
        assert.match(stderr, said)
        assert.notInclude(stderr, KEY)
      }
      const { code, stderr } = yield* jobs("key.jsonl")
      assert.strictEqual(code, 2, stderr)
      assert.match(stderr, /^algogen: key\.jsonl, line 2: it has the API key of OPENROUTER_API_KEY in it/m)
      deepStrictEqual(asked, [])
      deepStrictEqual(yield* list(folder), before)
    })
  )
})
