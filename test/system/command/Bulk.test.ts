/** Many tickers and jobs at the command: which are asked, where their files are, what the manifest says of them. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdir, rm, rmdir } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array as Arr, Effect, Schema } from "effect"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import {
  algogen,
  algorithms,
  emptyFolder,
  list,
  models,
  PATIENCE,
  read,
  scene,
  shell,
  unwrapped,
  write
} from "./command.js"

const decode = Schema.decodeUnknownSync(Manifest.Line)

const manifestOf = (folder: string) =>
  Effect.map(read(folder, Manifest.NAME), (text) => {
    assert.isTrue(text.endsWith("\n"))
    return text
      .trimEnd()
      .split("\n")
      .map((line) => decode(JSON.parse(line)))
  })

/** Each line that is ok has a file with the bytes that it says. */
const assertFiles = (folder: string, lines: ReadonlyArray<Manifest.Line>) => {
  for (const { file, sha256, status } of lines) {
    assert.strictEqual(file !== undefined, status === "ok")
    if (file === undefined) continue
    assert.strictEqual(
      createHash("sha256")
        .update(readFileSync(`${folder}/${file}`))
        .digest("hex"),
      sha256,
      file
    )
  }
}

const nameOf = ({ model, sample, ticker }: Manifest.Line) => `${ticker} ${model} ${sample}`

const tickers = (n: number) => Arr.makeBy(n, (index) => `T${index}`)
const job = (ticker: string, model = "sim/ok") => JSON.stringify({ model, ticker })

describe("many tickers", PATIENCE, () => {
  it.scopedLive("are asked of each model for each sample, with a folder each and a line in the manifest", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      yield* write("# two\nmsft\n\nBTC/USD # a pair\nAAPL\n", folder, "list.txt")
      const { code, stderr, stdout } = yield* generate([
        "--ticker=AAPL",
        "--tickers=list.txt",
        "--samples=2",
        "--json",
        ...models("sim/ok", "sim/status-404")
      ])
      assert.strictEqual(code, 0, stderr)
      const lines = yield* manifestOf(`${folder}/generated`)
      assert.sameMembers(
        lines.map(nameOf),
        ["AAPL", "MSFT", "BTC/USD"].flatMap((ticker) =>
          ["sim/ok 1", "sim/ok 2", "sim/status-404 1", "sim/status-404 2"].map((rest) => `${ticker} ${rest}`)
        )
      )
      for (const ticker of ["AAPL", "MSFT", "BTC/USD"]) {
        const own = lines.filter((line) => line.ticker === ticker).map(({ model, sample }) => `${model} ${sample}`)
        deepStrictEqual(own, ["sim/ok 1", "sim/ok 2", "sim/status-404 1", "sim/status-404 2"])
      }
      assertFiles(`${folder}/generated`, lines)
      deepStrictEqual(yield* algorithms(folder, "generated"), ["AAPL", "BTC_USD", "MSFT"])
      deepStrictEqual(yield* list(folder, "generated", "BTC_USD"), [
        "generated_algo_sim_ok.py",
        "generated_algo_sim_ok_s2.py"
      ])
      const refused = lines.find(({ status }) => status === "failed")
      deepStrictEqual(refused?.reason, { _tag: "Rejected", message: "No endpoints found for this model", status: 404 })

      const document = JSON.parse(stdout)
      deepStrictEqual([document.jobs, document.tickers, document.totals.ok, document.totals.failed], [12, 3, 6, 6])
      assert.strictEqual(document.manifest, "generated/manifest.jsonl")
      deepStrictEqual(
        document.results.map(({ model, status, ticker }: Manifest.Line) => `${ticker} ${model} ${status}`).slice(0, 3),
        ["AAPL sim/ok ok", "AAPL sim/ok ok", "AAPL sim/status-404 failed"]
      )
      assert.strictEqual((yield* server.stats).requests, 12)
    })
  )

  it.scopedLive("are one ticker where the list has one, with the names of one", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* write("TSLA\n", folder, "list.txt")
      const args = [...models("sim/ok"), "--tickers", "list.txt"]
      assert.strictEqual((yield* generate(args)).code, 0)
      assert.strictEqual((yield* generate([...args, "--ticker", "TSLA"])).code, 0)
      deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_sim_ok.py"])
    })
  )

  it.scopedLive("are cut short by a deadline that is given", () =>
    Effect.gen(function* () {
      const { generate } = yield* scene()
      const args = [...models("sim/stall-headers"), "-t", "A", "-t", "B", "--json", "--deadline=2s"]
      const { code, stdout } = yield* generate(args)
      assert.strictEqual(code, 1)
      const { failures, totals } = JSON.parse(stdout)
      deepStrictEqual([failures[0]._tag, totals.failed], ["DeadlineExceeded", 2])
    })
  )

  it.scopedLive(
    "are counted, not listed, when there are many; a resumed run asks for nothing and doubles no line",
    () =>
      Effect.gen(function* () {
        const { folder, generate, server } = yield* scene({ latencyScale: 0 })
        yield* write(tickers(40).join("\n"), folder, "list.txt")
        const args = [...models("sim/ok", "sim/status-404"), "--tickers", "list.txt"]
        const { code, stderr, stdout } = yield* generate(args)
        assert.strictEqual(code, 0, stderr)
        assert.match(stdout, /^sim\/ok +40 +0 +0 +40 /m)
        assert.match(stdout, /^sim\/status-404 +0 +40 +0 +40 .* 40 x Rejected \(HTTP 404\)$/m)
        assert.match(stdout, /^40 of 80 algorithms for 40 tickers in \d+ s: 80 requests, /m)
        assert.isBelow(stdout.split("\n").length, 12)
        assert.lengthOf(yield* manifestOf(`${folder}/generated`), 80)

        const again = yield* generate([...args, "--resume", "--json"])
        const document = JSON.parse(again.stdout)
        deepStrictEqual([document.totals.resumed, document.totals.requests], [40, 40])
        assert.notProperty(document, "results")
        const lines = yield* manifestOf(`${folder}/generated`)
        assert.lengthOf(lines, 80)
        assert.strictEqual(new Set(lines.map(nameOf)).size, 80)
        assert.strictEqual(lines.filter(({ resumed }) => resumed === true).length, 40)
        assertFiles(`${folder}/generated`, lines)
        assert.strictEqual((yield* server.stats).requests, 120)
      })
  )

  it.scopedLive("are dealt to several processes, which share a folder and its manifest", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene({ latencyScale: 0 })
      yield* write(tickers(30).join("\n"), folder, "list.txt")
      const part = (n: number) => generate([...models("sim/ok"), "--tickers", "list.txt", `--shard=${n}/3`])
      const run = Effect.all([part(1), part(2), part(3)], { concurrency: 3 })
      assert.deepEqual(
        (yield* run).map(({ code }) => code),
        [0, 0, 0]
      )
      const lines = yield* manifestOf(`${folder}/generated`)
      assert.sameMembers(
        lines.map(({ ticker }) => ticker),
        tickers(30)
      )
      assertFiles(`${folder}/generated`, lines)
      assert.strictEqual((yield* server.stats).requests, 30)
    })
  )
})

describe("a part without a job", PATIENCE, () => {
  it.scopedLive("is said to be one, and is no failure", () =>
    Effect.gen(function* () {
      const { generate, server } = yield* scene()
      const part = (n: number) => generate([...models("sim/ok"), "-t", "AAPL", `--shard=${n}/2`, "--out", `part${n}`])
      const [one, other] = yield* Effect.all([part(1), part(2)], { concurrency: 2 })
      deepStrictEqual([one.code, other.code], [0, 0], one.stderr + other.stderr)
      const said = /^Nothing to do: this part has no job, they are all dealt to others \(--shard\)\.$/m
      assert.lengthOf(
        [one, other].filter(({ stderr }) => said.test(stderr)),
        1
      )
      assert.strictEqual((yield* server.stats).requests, 1)
    })
  )
  it.scopedLive("is not what a run is whose time was over before its first job", () =>
    Effect.gen(function* () {
      const { generate } = yield* scene()
      const { code, stderr } = yield* generate([...models("sim/ok"), "-t", "AAPL", "-t", "MSFT", "--deadline=1ms"])
      assert.strictEqual(code, 1)
      assert.notInclude(stderr, "this part has no job")
    })
  )
})

describe("a file of jobs", PATIENCE, () => {
  it.scopedLive("names model, ticker, prompt and parameters of each, and an id for the manifest", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      const jobs = [
        { model: "sim/ok", ticker: "AAPL", id: "first" },
        { model: "sim/ok", ticker: "AAPL", id: "the same" },
        {
          model: "sim/ok",
          ticker: "MSFT",
          prompt: "Write execute_trade, please",
          system: "Be brief",
          temperature: 0.5
        },
        { model: "sim/ok-bare", ticker: "MSFT", sample: 3 }
      ]
      yield* write(jobs.map((each) => `${JSON.stringify(each)}\r\n`).join("\n"), folder, "jobs.jsonl")
      const { code, stderr } = yield* generate(["--jobs", "jobs.jsonl"])
      assert.strictEqual(code, 0, stderr)
      const lines = yield* manifestOf(`${folder}/generated`)
      assertFiles(`${folder}/generated`, lines)
      assert.sameMembers(
        lines.map(({ file, id }) => `${id} ${file}`),
        [
          "first AAPL/generated_algo_sim_ok.py",
          "the same AAPL/generated_algo_sim_ok_s2.py",
          "undefined MSFT/generated_algo_sim_ok.py",
          "undefined MSFT/generated_algo_sim_ok_bare_s3.py"
        ]
      )
      assert.strictEqual((yield* server.stats).requests, 4)
    })
  )

  it.scopedLive(
    "has the same sample of a repeated job in document, events and manifest, and one name for a person",
    () =>
      Effect.gen(function* () {
        const { folder, generate } = yield* scene()
        const jobs = [1, 1, 2, 3].map((sample) => JSON.stringify({ model: "sim/ok", ticker: "X", sample }))
        yield* write(jobs.join("\n"), folder, "jobs.jsonl")
        const { stdout } = yield* generate(["--jobs", "jobs.jsonl", "--events", "--out", "a"])
        const events = stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
        deepStrictEqual(
          events.flatMap(({ event, sample }) => (event?._tag === "Saved" ? [[event.index, sample]] : [])),
          [1, 1, 2, 3].map((sample, index) => [index, sample])
        )
        const { results } = events.at(-1).report
        const bySample = (of: ReadonlyArray<{ readonly file?: string | undefined; readonly sample: number }>) =>
          of.map(({ file, sample }) => `${sample} ${file?.replace(/^a\//, "")}`).sort()
        const files = ["", "_s2", "_s3", "_s4"].map((end) => `X/generated_algo_sim_ok${end}.py`)
        const expected = [1, 1, 2, 3].map((sample, place) => `${sample} ${files[place]}`)
        deepStrictEqual([bySample(results), bySample(yield* manifestOf(`${folder}/a`))], [expected, expected])

        const told = yield* generate(["--jobs", "jobs.jsonl", "--out", "b"])
        for (const name of ["sim/ok", "sim/ok #2", "sim/ok #3", "sim/ok #4"]) {
          assert.include(told.stderr, `→ X ${name}: asked`)
          assert.match(told.stdout, new RegExp(`^✓ X ${name}  `, "m"))
        }
      })
  )

  it.scopedLive("whose lines cannot be written has them after a run that resumes, as the message says", () =>
    Effect.gen(function* () {
      const { folder, generate, server, startGenerate } = yield* scene({ latencyScale: 1 })
      const manifest = `${folder}/generated/${Manifest.NAME}`
      yield* write([job("A"), job("B")].join("\n"), folder, "jobs.jsonl")
      const asked = ["--jobs", "jobs.jsonl"]
      const run = yield* startGenerate(asked)
      yield* run.says("B sim/ok: asked")
      yield* Effect.promise(() => rm(manifest).then(() => mkdir(manifest)))
      const { code, stderr } = yield* run.ended
      assert.strictEqual(code, 0, stderr)
      assert.include(
        unwrapped(stderr),
        `generated/${Manifest.NAME} is taken by a directory; move it away. 2 jobs of this run have no line in it; ` +
          "what was saved is there all the same, and the same command with --resume writes the lines."
      )
      assert.strictEqual((yield* generate(asked)).code, 2)

      yield* Effect.promise(() => rmdir(manifest))
      const { requests } = yield* server.stats
      yield* generate([...asked, "--resume"])
      assert.strictEqual((yield* server.stats).requests, requests)
      const lines = yield* manifestOf(`${folder}/generated`)
      deepStrictEqual(lines.map(({ ticker }) => ticker).sort(), ["A", "B"])
      assertFiles(`${folder}/generated`, lines)
    })
  )

  it.scopedLive("is read through before anything is sent, and a bad line is named", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      yield* write([job("A"), "", job("B"), '{"model":"x/y"}'].join("\n"), folder, "jobs.jsonl")
      const { code, stderr } = yield* generate(["--jobs", "jobs.jsonl"])
      assert.strictEqual(code, 2)
      assert.strictEqual(stderr, "algogen: jobs.jsonl, line 4: 'ticker' is missing\n")
      yield* write("\n", folder, "empty.jsonl")
      assert.match((yield* generate(["--jobs", "empty.jsonl"])).stderr, /^algogen: empty\.jsonl has no job$/m)
      assert.match((yield* generate(["--jobs", "none.jsonl"])).stderr, /^algogen: none\.jsonl could not be read: /m)
      deepStrictEqual(yield* list(folder), ["empty.jsonl", "jobs.jsonl"])
      assert.strictEqual((yield* server.stats).requests, 0)
    })
  )

  it.scopedLive("comes from standard input, and what was taken before a bad line is finished", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const line = (jobs: ReadonlyArray<string>) =>
        `printf '%s\\n' ${jobs.map((each) => `'${each}'`).join(" ")} | ` +
        `$algogen generate --base-url ${server.baseUrl} --jobs -`
      const bad = yield* shell(line([job("A"), job("B"), "nonsense", job("C")]), { folder })
      assert.strictEqual(bad.code, 1)
      assert.match(
        bad.stderr,
        /^algogen: standard input, line 3: this is not a JSON object: it is not JSON from column 1 on$/m
      )
      assert.match(bad.stdout, /^2 of 2 algorithms for 2 tickers /m)
      assert.include(bad.stdout, "\ngenerated/manifest.jsonl has a line for each job that is done.\n")
      assert.lengthOf(yield* manifestOf(`${folder}/generated`), 2)
      const elsewhere = { folder: yield* emptyFolder }
      const wrong = "standard input, line 1: this is not a JSON object: it is not JSON from column 1 on"
      for (const [input, flags, complaint] of [
        ["nonsense", "--simulate", wrong],
        ["nonsense", "--simulate --json", wrong],
        ["nonsense", "--db sqlite:jobs.db", wrong],
        ["", "--simulate", "standard input has no job"]
      ]) {
        const none = yield* shell(`echo '${input}' | $algogen generate ${flags} --jobs - --out none`, elsewhere)
        deepStrictEqual([flags, none], [flags, { code: 2, stdout: "", stderr: `algogen: ${complaint}\n` }])
      }
      assert.notInclude(yield* list(elsewhere.folder), "none")
      const listed = yield* shell(
        `echo C | $algogen generate --base-url ${server.baseUrl} -m sim/ok --tickers - --shard 1/1`,
        { folder }
      )
      assert.strictEqual(listed.code, 0, listed.stderr)
      const good = yield* shell(line([job("C")]), { folder })
      assert.strictEqual(good.code, 0, good.stderr)
      deepStrictEqual((yield* manifestOf(`${folder}/generated`)).map(({ ticker }) => ticker).sort(), ["A", "B", "C"])
    })
  )
})

describe("a run of many jobs", PATIENCE, () => {
  it.scopedLive("that is interrupted keeps and reports what is finished, and leaves the rest for --resume", () =>
    Effect.gen(function* () {
      const { folder, generate, server, startGenerate } = yield* scene({ latencyScale: 0 })
      const stalled = tickers(20).map((ticker) => job(ticker, "sim/stall-headers*6"))
      yield* write([...tickers(20).map((ticker) => job(ticker)), ...stalled].join("\n"), folder, "jobs.jsonl")
      const run = yield* startGenerate(["--jobs", "jobs.jsonl", "--json"])
      yield* manifestOf(`${folder}/generated`).pipe(
        Effect.map(({ length }) => length),
        Effect.catchAllCause(() => Effect.succeed(0)),
        Effect.delay(20),
        Effect.repeat({ until: (length) => length === 20 })
      )
      yield* run.kill("SIGINT")
      const { code, stdout } = yield* run.ended
      assert.strictEqual(code, 130)
      const { totals } = JSON.parse(stdout)
      assert.strictEqual(totals.ok, 20)
      deepStrictEqual([totals.failed, totals.left], [0, 20])
      const lines = yield* manifestOf(`${folder}/generated`)
      // Those that were in work have a line as well.
      deepStrictEqual(lines.flatMap(({ reason }) => reason?._tag ?? []).slice(0, 6), Array(6).fill("Interrupted"))
      assert.strictEqual(lines.length, totals.ok + 6)
      assertFiles(`${folder}/generated`, lines)
      const asked = (yield* server.stats).models["sim/ok"]?.requests
      const again = yield* generate(["--jobs", "jobs.jsonl", "--json", "--resume"])
      assert.match(again.stderr, /^Asking for 40 algorithms;/m)
      const resumed = JSON.parse(again.stdout)
      deepStrictEqual([resumed.totals.resumed, resumed.totals.ok], [20, 40])
      assert.strictEqual((yield* server.stats).models["sim/ok"]?.requests, asked)
      assert.lengthOf(yield* manifestOf(`${folder}/generated`), 40)
    })
  )

  it.scopedLive("that is killed loses no answer and no line, also when its last line is torn", () =>
    Effect.gen(function* () {
      const { folder, generate, startGenerate, server } = yield* scene({ latencyScale: 0.05 })
      yield* write(tickers(120).join("\n"), folder, "list.txt")
      const args = [...models("sim/ok"), "--tickers", "list.txt"]
      const run = yield* startGenerate(args)
      yield* server.stats.pipe(Effect.delay(5), Effect.repeat({ until: ({ completed }) => completed >= 40 }))
      yield* run.kill("SIGKILL")
      yield* run.ended
      const { completed } = yield* server.stats
      const torn = yield* read(folder, "generated", Manifest.NAME)
      yield* write(`${torn}{"job":"torn","run`, folder, "generated", Manifest.NAME)
      const { code, stderr, stdout } = yield* generate([...args, "--resume", "--json"])
      assert.strictEqual(code, 0, stderr)
      const { totals } = JSON.parse(stdout)
      assert.strictEqual(totals.ok, 120)
      // At most what was in flight is asked for again.
      assert.isAtLeast(totals.resumed, completed - 6)
      const lines = yield* manifestOf(`${folder}/generated`)
      assert.sameMembers(
        lines.map(({ ticker }) => ticker),
        tickers(120)
      )
      assertFiles(`${folder}/generated`, lines)
    })
  )

  it.scopedLive("shows counts for a single ticker as well, and has its files and its document as ever", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene({ latencyScale: 0 })
      const args = [...models("sim/ok", "sim/status-404"), "--samples=16"]
      const { code, stderr, stdout } = yield* generate(args)
      assert.strictEqual(code, 0)
      assert.match(stdout, /^sim\/ok +16 +0 +0 +16 /m)
      assert.match(stdout, /^16 of 32 algorithms for 1 ticker in .*\nThe files are in generated\.$/m)
      assert.notInclude(stdout + stderr, "asked")
      assert.lengthOf(yield* algorithms(folder, "generated"), 16)
      const document = JSON.parse((yield* generate([...args, "--json"])).stdout)
      deepStrictEqual([document.ticker, document.results.length], ["AAPL", 32])
    })
  )

  it.scopedLive("prints each event, and the document at the end", () =>
    Effect.gen(function* () {
      const { generate } = yield* scene()
      const { stdout } = yield* generate([...models("sim/ok"), "-t", "A", "-t", "B", "--events"])
      const lines = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      deepStrictEqual(lines[0], { algogen: 1 })
      const settled = lines.filter(({ event }) => event?._tag === "Settled")
      assert.sameMembers(
        settled.map(({ event }) => event.outcome.ticker),
        ["A", "B"]
      )
      assert.strictEqual(lines.at(-2).percent, 100)
      assert.strictEqual(lines.at(-1).report.totals.ok, 2)
    })
  )

  it.scopedLive("is priced by --dry-run, without a request and without a file", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      yield* write(tickers(50).join("\n"), folder, "list.txt")
      const args = ["--tickers", "list.txt", "--dry-run", "--samples=2", ...models("openai/gpt-4o-mini", "sim/none")]
      const { code, stdout } = yield* generate([...args, "--json"])
      assert.strictEqual(code, 0)
      const { models: rows, totals } = JSON.parse(stdout)
      deepStrictEqual([totals.jobs, rows[0].jobs, rows[1].unknown], [200, 100, 100])
      assert.isAbove(rows[0].likely, 0)
      assert.isAbove(rows[0].worst, rows[0].likely)
      assert.match(
        (yield* generate(args)).stdout,
        /^200 jobs: likely \$0\.\d+, at most \$0\.\d+ for one request each; the price of 100 requests is not known$/m
      )
      assert.notInclude(yield* list(folder), "generated")
      assert.strictEqual((yield* server.stats).requests, 0)
    })
  )
})

describe("flags that exclude each other", PATIENCE, () => {
  it.scopedLive("are refused before anything happens", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(job("A"), folder, "jobs.jsonl")
      yield* write("A\n", folder, "list.txt")
      const days = Arr.makeBy(28, (day) => `2024-02-${String(day + 1).padStart(2, "0")},1${day}.5`)
      for (const file of ["AAPL.csv", "TSLA.csv"]) yield* write(["Date,Close", ...days].join("\n"), folder, file)
      const cases: ReadonlyArray<
        readonly [flags: ReadonlyArray<string>, complaint: RegExp, env?: Record<string, string>]
      > = [
        [["--jobs=jobs.jsonl", "-m", "x/y"], /use either --jobs or --model, not both/],
        [["--jobs=jobs.jsonl", "-t", "A"], /use either --jobs or --ticker, not both/],
        [["--jobs=jobs.jsonl", "--tickers=list.txt"], /use either --jobs or --tickers, not both/],
        [["--jobs=jobs.jsonl", "--samples=2"], /use either --jobs or --samples, not both/],
        [["--jobs=-"], /standard input cannot be read while ALGOGEN_LIFELINE=stdin/, { ALGOGEN_LIFELINE: "stdin" }],
        [["--shard=0/2", "-t", "A"], /'0\/2' is not valid for '--shard': use a part and the number of parts, /],
        [["--data=AAPL.csv", "--data=TSLA.csv", "-t", "AAPL", "-t", "MSFT"], /the data have no prices of MSFT/],
        [["--tickers=none.txt"], /none\.txt could not be read: /],
        [["--tickers=jobs.jsonl"], /jobs\.jsonl, line 1: '\{"model":"sim\/ok","ticker":"A"\}' is not a ticker: /]
      ]
      for (const [flags, complaint, env = {}] of cases) {
        const { code, stderr } = yield* algogen(["generate", "--simulate", ...flags], { folder, env })
        assert.strictEqual(code, 2, flags.join(" "))
        assert.match(stderr, complaint)
      }
      deepStrictEqual(yield* list(folder), ["AAPL.csv", "TSLA.csv", "jobs.jsonl", "list.txt"])
    })
  )
})
