/** `python/algogen.py` as the programs of the former system use it, against a server, with the machine's python3. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import * as http from "node:http"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { assert, describe, it as each } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { algogen, algorithms, emptyFolder, list, PATIENCE, read, start, write } from "../command/command.js"
import { idle } from "../simulator/idle.js"
import { listen } from "../sockets/listen.js"

const version = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status
const it = version === 0 ? each.scopedLive : each.scopedLive.skip
const BIN = path.resolve("dist/bin.js")
const COMMAND = `${process.execPath} ${BIN}`

/** A folder with what `algogen python` writes and a program, and a server. */
const scene = (program: string, options: Simulator.Options = {}, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const server = yield* Effect.orDie(Simulator.make({ latencyScale: 0.02, ...options }))
    const { stdout } = yield* algogen(["python"], { folder })
    yield* write(stdout, folder, "algogen.py")
    yield* write(program, folder, "main.py")
    const place = { folder, env: { ALGOGEN_COMMAND: COMMAND, OPENROUTER_BASE_URL: server.baseUrl, ...env } }
    return { folder, server, ...(yield* start("python3", ["-W", "error", "main.py"], place)) }
  })

const run = (program: string, options: Simulator.Options = {}, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { ended, folder, server } = yield* scene(program, options, env)
    const { code, stderr, stdout } = yield* ended
    assert.strictEqual(code, 0, stderr)
    assert.notInclude(stderr, "Warning:")
    return { folder, stats: yield* idle(server), stderr, stdout }
  })

const Heard = Schema.parseJson(Schema.Array(Schema.Tuple(Schema.Number, Schema.String, Schema.Number)))

const decodeBody = Schema.decodeSync(
  Schema.parseJson(Schema.Struct({ model: Schema.String, max_tokens: Schema.Number, messages: Schema.Unknown }))
)

const ANSWER = JSON.stringify({
  choices: [
    {
      message: {
        role: "assistant",
        content: "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 'HOLD'\n"
      },
      finish_reason: "stop"
    }
  ]
})

const busy = (server: Simulator.Service, inFlight: number) =>
  Effect.repeat(Effect.delay(server.stats, 10), { until: (stats) => stats.inFlight === inFlight })

describe(`python/algogen.py${version === 0 ? "" : " (not run: no python3 of 3.9 or later)"}`, () => {
  each.live("is what the command prints", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* algogen(["python"], { folder: "." })
      assert.strictEqual(code, 0)
      assert.strictEqual(stdout, yield* read("python", "algogen.py"))
    })
  )

  it(
    "runs a program of the former system, with one import changed",
    () =>
      Effect.gen(function* () {
        const { folder, stdout } = yield* run(`
from algogen import generate_algorithms_for_agents

def progress_callback(percent, message):
    if message.startswith("PREVIEW::"):
        _, model, code = message.split("::", 2)
        print("preview", model, "def execute_trade" in code or len(code.splitlines()) == 24)
    elif message.startswith("MODEL_OK::"):
        _, model, status = message.split("::", 2)
        print("ok", model, status)
    elif message.startswith("MODEL_FAIL::"):
        _, model, error = message.split("::", 2)
        print("fail", model, error)

success = generate_algorithms_for_agents(
    selected_agents=["sim/ok", "sim/status-404", "qwen/qwen-2-7b-instruct:free"],
    ticker="AAPL",
    progress_callback=progress_callback
)
print(success)
`)
        const lines = stdout.trim().split("\n")
        deepStrictEqual(
          lines.filter((line) => line.endsWith("saved")),
          ["ok sim/ok saved", "ok qwen/qwen-2-7b-instruct:free saved"]
        )
        assert.includeMembers(lines, [
          "preview sim/ok True",
          "ok sim/ok generated",
          "fail sim/status-404 No endpoints found for this model"
        ])
        assert.strictEqual(lines.at(-1), "True")
        deepStrictEqual(yield* algorithms(folder, "generated"), [
          "generated_algo_qwen_qwen_2_7b_instruct_free.py",
          "generated_algo_sim_ok.py"
        ])
      }),
    PATIENCE.timeout
  )

  it(
    "calls back while it goes on, with a percentage that never falls, also if the callback is slow",
    () =>
      Effect.gen(function* () {
        const latency = (model: string) => (model === "sim/ok" ? "50 millis" : "2 seconds")
        const { stdout } = yield* run(
          `
import json, time
from algogen import generate_algorithms_for_agents
heard = []
def hear(percent, message):
    heard.append([percent, message, time.time()])
    time.sleep(0.05)
generate_algorithms_for_agents(["sim/ok", "sim/ok-fenced"], "AAPL", hear)
print(json.dumps(heard))
`,
          { latency }
        )
        const heard = Schema.decodeSync(Heard)(stdout)
        const percents = heard.map(([percent]) => percent)
        deepStrictEqual(
          percents,
          percents.toSorted((one, other) => one - other)
        )
        assert.strictEqual(percents.at(-1), 100)
        const at = (message: string) => heard.find(([, said]) => said === message)?.[2] ?? Number.NaN
        assert.isAbove(at("MODEL_OK::sim/ok-fenced::generated") - at("MODEL_OK::sim/ok::saved"), 1)
      }),
    PATIENCE.timeout
  )

  it(
    "returns False where nothing came of it, and takes no harm from a callback that raises",
    () =>
      Effect.gen(function* () {
        const { folder, stderr, stdout } = yield* run(`
from algogen import generate_algorithms_for_agents as generate
calls = []
def broken(percent, message):
    calls.append(message)
    raise ValueError("broken")
print(generate(["sim/ok"], "AAPL", broken), len(calls) > 3)
print(generate(["sim/status-404", "sim/no-code"], "AAPL"))
said = []
print(generate(["sim/ok"], "not a ticker", lambda *heard: said.append(heard)), said)
print(generate([], "AAPL"))
try:
    generate("sim/ok", "AAPL")
except TypeError as error:
    print(error)
import algogen
algogen.flags = "--simulate"
try:
    generate(["sim/ok"], "AAPL")
except TypeError as error:
    print(error)
`)
        const [raising, failing, ticker = "", none, text, flags] = stdout.split("\n")
        assert.strictEqual(raising, "True True", stderr)
        assert.strictEqual(failing, "False")
        assert.match(ticker, /^False \[\(0, .*not a ticker/)
        assert.strictEqual(none, "False")
        assert.strictEqual(text, "selected_agents must be a list of model ids, not 'sim/ok'")
        assert.strictEqual(flags, "algogen.flags must be a list of words, such as ['--simulate'], not '--simulate'")
        assert.strictEqual(stderr.split("ValueError: broken").length, 2, stderr)
        assert.include(stderr, "MODEL_FAIL::sim/status-404::No endpoints found")
        deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_sim_ok.py"])
      }),
    PATIENCE.timeout
  )

  it(
    "returns False where there is no key, and says what to do",
    () =>
      Effect.gen(function* () {
        const { folder, stderr, stdout } = yield* run(
          `
from algogen import generate_algorithm, generate_algorithms_for_agents as generate
print(generate(["sim/ok"], "AAPL", lambda *heard: print(heard)))
print(generate_algorithm("sim/ok", "Write."))
`,
          {},
          { OPENROUTER_BASE_URL: "" }
        )
        const [said = "", ...returned] = stdout.trim().split("\n")
        assert.match(said, /^\(0, .OPENROUTER_API_KEY is not set: create a key.*add "--simulate" to algogen\.flags/)
        assert.match(stderr, /^OPENROUTER_API_KEY is not set: /)
        assert.notInclude(stderr, "algogen: ")
        deepStrictEqual(returned, ["False", "None"])
        assert.notInclude(yield* list(folder), "generated")
      }),
    PATIENCE.timeout
  )

  it(
    "logs why a model is skipped, and that an empty list asks nobody",
    () =>
      Effect.gen(function* () {
        const { stderr, stdout } = yield* run(`
import logging
from algogen import generate_algorithms_for_agents as generate
logging.basicConfig(format="%(message)s")
print(generate([], "AAPL"), generate(["no/such-model", "sim/ok"], "AAPL"))
`)
        assert.strictEqual(stdout, "False True\n", stderr)
        const logged = stderr.split("\n")
        assert.strictEqual(logged[0], "selected_agents is empty: no model is asked")
        assert.isTrue(
          logged.some((line) => /^MODEL_SKIP::no\/such-model::.*not a valid model ID/.test(line)),
          stderr
        )
        assert.notInclude(stderr, "::unavailable")
      }),
    PATIENCE.timeout
  )

  it(
    "says what is wrong with ALGOGEN_COMMAND, and takes no other program's success for its own",
    () =>
      Effect.gen(function* () {
        const program = `
import os
from algogen import generate_algorithms_for_agents as generate
for command in ("no-such-program", "/", "echo"):
    os.environ["ALGOGEN_COMMAND"] = command
    try:
        print(generate(["sim/ok"], "AAPL"))
    except OSError as error:
        print(type(error).__name__, error)
`
        const { stderr, stdout } = yield* run(program)
        const [missing = "", folder = "", other] = stdout.trim().split("\n")
        assert.match(
          missing,
          /^FileNotFoundError .*could not be started \(No such file.*\): set ALGOGEN_COMMAND to .*'no-such-program'$/
        )
        assert.match(
          folder,
          /^PermissionError .*could not be started \(Permission denied\): set ALGOGEN_COMMAND to .*'\/'$/
        )
        assert.strictEqual(other, "False")
        assert.match(
          stderr,
          /^the command algogen printed what is no event: b'generate --events .*set ALGOGEN_COMMAND/m
        )
      }),
    PATIENCE.timeout
  )

  it(
    "asks one model with a prompt of one's own, with and without a client, and writes nothing",
    () =>
      Effect.gen(function* () {
        const { folder, stats, stderr, stdout } = yield* run(`
import asyncio
from algogen import generate_algorithm, generate_algorithm_async
code = generate_algorithm("sim/ok", "Schreib ein Modul für AAPL.")
exec(compile(code, "m", "exec"))
print(callable(execute_trade))
print(generate_algorithm("sim/status-503", "Write.", max_retries=0))

async def main():
    codes = await asyncio.gather(*(generate_algorithm_async(None, f"sim/ok-{n}", "Write.") for n in ("bare", "prose")))
    print([type(code).__name__ for code in codes])
    print(await generate_algorithm_async(None, "sim/status-404", "Write.", 1))
asyncio.run(main())
`)
        assert.strictEqual(stdout, "True\nNone\n['str', 'str']\nNone\n", stderr)
        assert.strictEqual(stats.models["sim/status-503"]?.requests, 1)
        deepStrictEqual(
          (yield* list(folder)).filter((name) => !/^(__|\.cache$)/.test(name)),
          ["algogen.py", "main.py"]
        )
      }),
    PATIENCE.timeout
  )

  it(
    "asks one model once and with the very words, whatever the folder's settings and the flags ask for",
    () =>
      Effect.gen(function* () {
        const prompts = ["Use {{ticker}} and {{ foo }}", '\\{{x}} {{"a": {{{b}}}}} \\n\r\n', "  {{market}} {{a b}} ü "]
        const heard: Array<unknown> = []
        const server = http.createServer((request, response) => {
          if (request.method !== "POST") return void response.writeHead(404).end()
          return void text(request).then((body) => {
            heard.push(decodeBody(body))
            response.setHeader("content-type", "application/json").end(ANSWER)
          })
        })
        const { stderr, stdout } = yield* run(
          `
import json, os
import algogen
with open("algogen.json", "w") as file:
    json.dump({"models": ["c/d", "e/f"], "tickers": ["MSFT", "TSLA"], "samples": 2, "distinct": 2, "rounds": 1,
               "data": ["nowhere"], "prompt": "nowhere.md", "system": "{{ticker}}", "maxTokens": 777}, file)
for flags, prompt in zip(([], ["--samples", "2"], ["-t", "MSFT", "--ticker=TSLA"]), json.loads(os.environ["PROMPTS"])):
    algogen.flags = flags
    print(type(algogen.generate_algorithm("a/b", prompt)).__name__)
`,
          {},
          { OPENROUTER_BASE_URL: `http://127.0.0.1:${yield* listen(server)}/v1`, PROMPTS: JSON.stringify(prompts) }
        )
        assert.strictEqual(stdout, "str\nstr\nstr\n", stderr)
        deepStrictEqual(
          heard,
          prompts.map((content) => ({ model: "a/b", max_tokens: 777, messages: [{ role: "user", content }] }))
        )
      }),
    PATIENCE.timeout
  )

  it(
    "names the argument that is none, and logs the server's name as no warning",
    () =>
      Effect.gen(function* () {
        const { stats, stderr, stdout } = yield* run(`
import logging
from algogen import generate_algorithm as one, generate_algorithms_for_agents as several
logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
for call in (
    lambda: several(["sim/ok", None], "AAPL"),
    lambda: several(iter([5]), "AAPL"),
    lambda: several(["sim/ok"], None),
    lambda: several(["sim/ok\\0"], "AAPL"),
    lambda: one(None, "Write."),
    lambda: one("sim/ok", None),
    lambda: one("sim/ok", "a \\ud83d b"),
    lambda: one("sim/ok", " \\n"),
):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(several(iter(["sim/ok"]), "AAPL"))
`)
        deepStrictEqual(stdout.trim().split("\n"), [
          "TypeError selected_agents[1] must be a str, not None",
          "TypeError selected_agents[0] must be a str, not 5",
          "TypeError ticker must be a str, not None",
          "ValueError selected_agents[0] has a null character in it: 'sim/ok\\x00'",
          "TypeError model_id must be a str, not None",
          "TypeError prompt_text must be a str, not None",
          "ValueError prompt_text has half a character in it at 2, which cannot be sent: '\\ud83d'",
          "ValueError prompt_text is blank: say what the model is to write",
          "True"
        ])
        assert.match(stderr, /^INFO Asking 127\.0\.0\.1:\d+$/m)
        assert.notInclude(stderr, "WARNING")
        assert.strictEqual(stats.requests, 1)
      }),
    PATIENCE.timeout
  )

  it(
    "leaves the event loop free, and several runs go on at once",
    () =>
      Effect.gen(function* () {
        const { stdout } = yield* run(
          `
import asyncio, threading, time
from algogen import _generate_algorithms_for_agents_async as generate
async def main():
    ticks, threads = 0, set()
    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.02)
            ticks += 1
    ticking = asyncio.create_task(tick())
    hear = lambda *_: threads.add(threading.get_ident())
    print(await asyncio.gather(*(generate(["sim/ok", "sim/ok-fenced"], ticker, hear) for ticker in ("AAPL", "TSLA"))))
    ticking.cancel()
    print(ticks > 5, threads == {threading.get_ident()})
asyncio.run(main())
`
        )
        assert.strictEqual(stdout, "[True, True]\nTrue True\n")
      }),
    PATIENCE.timeout
  )

  it(
    "ends the run when the task is cancelled, and what is finished is saved",
    () =>
      Effect.gen(function* () {
        const { folder, stats, stdout } = yield* run(`
import asyncio
from algogen import _generate_algorithms_for_agents_async as generate
async def main():
    done = asyncio.Event()
    hear = lambda _, message: done.set() if message == "MODEL_OK::sim/ok::generated" else None
    task = asyncio.create_task(generate(["sim/stall-body", "sim/ok"], "AAPL", hear))
    await done.wait()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
asyncio.run(main())
`)
        assert.strictEqual(stdout, "cancelled\n")
        assert.strictEqual(stats.models["sim/stall-body"]?.aborted, 1)
        assert.strictEqual(stats.inFlight, 0)
        deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_sim_ok.py"])
      }),
    PATIENCE.timeout
  )

  it(
    "puts what simulated models make into the command's folder for it, and all else where it is told",
    () =>
      Effect.gen(function* () {
        const { folder, stdout } = yield* run(
          `
import algogen
algogen.flags = ["--simulate"]
print(algogen.generate_algorithms_for_agents(["sim/ok"], "AAPL"))
algogen.directory = "elsewhere"
print(algogen.generate_algorithms_for_agents(["sim/ok"], "AAPL"))
`,
          {},
          { OPENROUTER_BASE_URL: "" }
        )
        assert.strictEqual(stdout, "True\nTrue\n")
        assert.notInclude(yield* list(folder), "generated")
        for (const place of ["simulated", "elsewhere"])
          deepStrictEqual(yield* algorithms(folder, place), ["generated_algo_sim_ok.py"])
      }),
    PATIENCE.timeout
  )

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    it(
      `ends with its parent: ${signal}`,
      () =>
        Effect.gen(function* () {
          // The shell sees the command's end, and is not the one that is killed.
          const { folder, kill, server } = yield* scene(
            `
from algogen import generate_algorithms_for_agents
generate_algorithms_for_agents(["sim/stall-body", "sim/stall-body"], "AAPL")
`,
            {},
            { ALGOGEN_COMMAND: `bash -c '${COMMAND} "$@"; echo $? > ended' algogen` }
          )
          yield* busy(server, 2)
          yield* kill(signal)
          const { aborted } = yield* idle(server)
          assert.strictEqual(aborted, 2)
          const ended = Effect.orElseSucceed(
            Effect.try(() => readFileSync(path.join(folder, "ended"), "utf8")),
            () => ""
          )
          const code = yield* Effect.repeat(Effect.delay(ended, 10), { until: (text) => text !== "" })
          assert.strictEqual(code, "1\n")
        }),
      PATIENCE.timeout
    )
  }
})
