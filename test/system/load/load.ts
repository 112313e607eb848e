/**
 * 64 runs at once in one process, against a slow, a hostile and a dead server, for as long as is wanted: what is left of them
 * afterwards is counted. In real time over sockets, and in virtual time against a client that only waits.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Clock, Context, type Duration, Effect, Logger, LogLevel, Random, Redacted, Schedule, Stream } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as ConnectionPool from "../../../src/node/ConnectionPool.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import * as JumpingClock from "../../unit/generation/jumpingClock.js"
import { startAll } from "./servers.js"

export const RUNS = 64
export const JOBS = 1_000

const KEY = Redacted.make("sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40")

const MODULE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

export interface Sample {
  readonly round: number
  readonly settled: number
  /** In bytes, after a collection of garbage, when nothing is under way. */
  readonly heap: number
  readonly listeners: number
  readonly sockets: number
  /** Milliseconds since the first round began. */
  readonly elapsed: number
}

export interface Facts {
  readonly samples: ReadonlyArray<Sample>
  readonly outcomes: ReadonlyMap<string, number>
  /** What the servers still have open at the end, and what this process has. */
  readonly connections: number
  readonly sockets: number
}

const collect: () => void = (() => {
  setFlagsFromString("--expose-gc")
  const gc: unknown = runInNewContext("gc")
  return () => (typeof gc === "function" ? Reflect.apply(gc, undefined, []) : undefined)
})()

const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)

const sockets = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)SocketWrap$/.test(name)).length

/** Few models: what is counted of each outcome of each model stays in Effect's registry, and would go on growing for an hour. */
const MODELS = 3

const jobsOf = (run: number, jobs: number) =>
  Array.from({ length: Math.ceil(jobs / RUNS) }, (_, index) => ({
    model: `m/${run % MODELS}`,
    ticker: "AAPL",
    sample: index + 1
  }))

interface Work {
  readonly jobs: number
  readonly deadline: Duration.DurationInput
  readonly requestTimeout: Duration.DurationInput
}

/** How long the rounds go on, in seconds, and how long each of them may take. */
export interface Options extends Partial<Work> {
  readonly seconds: number
  readonly seed?: number
}

const REAL = { deadline: "60 seconds", requestTimeout: "1500 millis" } as const

/** Time costs nothing here, so the limits are nearer to those that a run has by default. */
const VIRTUALLY = { deadline: "400 seconds", requestTimeout: "20 seconds" } as const

/** One run over its part of the jobs; every job comes to an outcome, or the count is short. */
const run = (number: number, { deadline, jobs, requestTimeout }: Work, count: (status: string) => void) =>
  Generation.stream({
    requests: jobsOf(number, jobs),
    deadline,
    concurrency: 8,
    requestTimeout,
    maxRetries: 1
  }).pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        if (event._tag === "Settled") count(event.outcome.status)
      })
    ),
    Effect.provide([MemoryStore.layer, FlowControl.layer()])
  )

const rounds = (
  { until, ...work }: Work & { readonly until: (round: number) => Effect.Effect<boolean> },
  say: (sample: Sample) => Effect.Effect<void>
) =>
  Effect.gen(function* () {
    const samples: Array<Sample> = []
    const outcomes = new Map<string, number>()
    const count = (status: string) => outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
    let round = 0
    const began = yield* Clock.currentTimeMillis
    do {
      round += 1
      let settled = 0
      yield* Effect.forEach(
        Array.from({ length: RUNS }, (_, index) => index),
        (index) =>
          Effect.provideServiceEffect(
            run(index, work, (status) => {
              settled += 1
              count(status)
            }),
            OpenRouter.OpenRouter,
            Effect.flatMap(Servers, (servers) => servers(index))
          ),
        { concurrency: "unbounded", discard: true }
      )
      yield* settling
      const sample = {
        round,
        settled,
        heap: process.memoryUsage().heapUsed,
        listeners: listeners(),
        sockets: sockets(),
        elapsed: (yield* Clock.currentTimeMillis) - began
      }
      samples.push(sample)
      yield* say(sample)
    } while (!(yield* until(round)))
    return { samples, outcomes }
  })

/** Connections that are given a moment to end have had it. */
const GRACE = "1 second"

/**
 * Lets what ends behind the back of a run come to its end, then collects garbage: twice, with a turn of the loop between,
 * since what weak references and finalizers hold is kept until then.
 */
const settling = Effect.gen(function* () {
  yield* Effect.sleep(GRACE)
  for (let time = 0; time < 2; time += 1) {
    yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
    collect()
  }
})

type Choose = (run: number) => Effect.Effect<OpenRouter.Service>

class Servers extends Context.Tag("load/Servers")<Servers, Choose>() {}

const quiet = Logger.minimumLogLevel(LogLevel.None)

const options = (baseUrl: string): OpenRouter.Options => ({ apiKey: KEY, baseUrl, maxAnswerBytes: 1_000_000 })

/** In real time, over sockets. At least two rounds. */
export const real = (
  { deadline = REAL.deadline, jobs = JOBS, requestTimeout = REAL.requestTimeout, seconds, seed = 1 }: Options,
  say: (sample: Sample) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Facts> =>
  Effect.scoped(
    Effect.gen(function* () {
      const servers = yield* Effect.acquireRelease(
        Effect.promise(() => startAll(seed)),
        (all) => Effect.promise(() => Promise.all(all.map(({ close }) => close())))
      )
      const began = yield* Clock.currentTimeMillis
      const found = yield* Effect.flatMap(
        Effect.forEach(servers, ({ baseUrl }) => OpenRouter.make(options(baseUrl))),
        (services) =>
          rounds(
            {
              jobs,
              deadline,
              requestTimeout,
              until: (round) => Effect.map(Clock.currentTimeMillis, (now) => round > 1 && now - began > seconds * 1_000)
            },
            say
          ).pipe(
            Effect.provideService(Servers, (index) => {
              const service = services[index % services.length]
              return service === undefined ? Effect.dieMessage("there is no server") : Effect.succeed(service)
            })
          )
      ).pipe(Effect.provide(ConnectionPool.layerWith({ connections: 128 })))
      const left = Effect.map(
        Effect.promise(() => Promise.all(servers.map(({ connections }) => connections()))),
        (open) => ({ connections: open.reduce((sum, count) => sum + count, 0), sockets: sockets() })
      )
      // A connection is closed by the one side before the other hears of it.
      return yield* left.pipe(
        Effect.repeat({
          while: ({ connections, sockets }) => connections + sockets > 0,
          schedule: Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(50))
        }),
        Effect.zipRight(left),
        Effect.map((counts) => ({ ...found, ...counts }))
      )
    })
  ).pipe(Effect.provide(quiet), Effect.orDie)

const sse = (text: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`

/** The same servers as functions that only wait. */
const VIRTUAL: ReadonlyArray<
  (request: Parameters<typeof HttpClientResponse.fromWeb>[0]) => ReturnType<HttpClient.HttpClient["execute"]>
> = [
  (request) =>
    Effect.flatMap(Random.nextIntBetween(200, 15_000), (wait) =>
      Effect.delay(Effect.succeed(HttpClientResponse.fromWeb(request, new Response(sse(MODULE)))), wait)
    ),
  (request) =>
    Effect.flatMap(Random.nextIntBetween(0, 4), (kind) =>
      kind === 0
        ? new HttpClientError.RequestError({ request, reason: "Transport", description: "reset" })
        : Effect.succeed(
            HttpClientResponse.fromWeb(
              request,
              kind === 1
                ? new Response("{}", { status: 429, headers: { "retry-after": "2" } })
                : new Response(kind === 2 ? "<html>" : sse("no code"), { status: 200 })
            )
          )
    ),
  () => Effect.never
]

/** In virtual time. At least two rounds. */
export const virtual = (
  { deadline = VIRTUALLY.deadline, jobs = JOBS, requestTimeout = VIRTUALLY.requestTimeout, seconds, seed = 1 }: Options,
  say: (sample: Sample) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Pick<Facts, "samples" | "outcomes"> & { readonly elapsed: number }> =>
  Effect.gen(function* () {
    const services = yield* Effect.forEach(VIRTUAL, (reply, index) =>
      OpenRouter.make(options(`http://server-${index}.test/v1`)).pipe(
        Effect.provideService(
          HttpClient.HttpClient,
          HttpClient.make((request) =>
            request.method === "GET"
              ? Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 404 })))
              : reply(request)
          )
        )
      )
    )
    const found = yield* rounds(
      {
        jobs,
        deadline,
        requestTimeout,
        until: (round) => Effect.map(Clock.currentTimeMillis, (now) => round > 1 && now > seconds * 1_000)
      },
      say
    ).pipe(
      Effect.provideService(Servers, (index) => {
        const service = services[index % services.length]
        return service === undefined ? Effect.dieMessage("there is no server") : Effect.succeed(service)
      })
    )
    return { ...found, elapsed: yield* Clock.currentTimeMillis }
  }).pipe(
    Effect.withClock(JumpingClock.make()),
    Effect.withRandom(Random.make(seed)),
    Effect.provide(quiet),
    Effect.orDie
  )

const median = (numbers: ReadonlyArray<number>): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0

/**
 * Bytes that the heap grew by after the first third of the rounds, in which caches fill and code is compiled: the median
 * of the slopes between any two rounds, times their number. One round that was measured too high or too low has no weight.
 */
export const growth = (samples: ReadonlyArray<Pick<Sample, "heap">>): number => {
  const steady = samples.slice(Math.floor(samples.length / 3))
  const slopes = steady.flatMap((one, at) =>
    steady.slice(at + 1).map((other, after) => (other.heap - one.heap) / (after + 1))
  )
  return median(slopes) * (steady.length - 1)
}

export const describe = ({ elapsed, heap, listeners, round, settled, sockets }: Sample): string =>
  `after ${(elapsed / 60_000).toFixed(1)} min, round ${round}: ${settled} settled, ${(heap / 1e6).toFixed(1)} MB, ${listeners} listeners, ${sockets} sockets`
