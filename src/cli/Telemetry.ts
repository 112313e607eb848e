/** Where the numbers of a run go, from the flags: a file of Prometheus text, an OpenTelemetry collector, or nowhere. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as WriteFailure from "../storage/WriteFailure.js"
import * as Prometheus from "../telemetry/Prometheus.js"
import { type Failure, noFile, STANDARD_OUTPUT, wrongUsage } from "./Failure.js"

export interface Flags {
  readonly metrics: string | undefined
  readonly otlp: string | undefined
}

/** How long a collector that does not answer may delay the end of a run. */
const SHUTDOWN_TIMEOUT = "1 second"

export const layer = ({
  metrics,
  otlp
}: Flags): Layer.Layer<never, Failure, FileSystem.FileSystem | HttpClient.HttpClient> =>
  Layer.merge(metrics === undefined ? Layer.empty : file(metrics), otlp === undefined ? Layer.empty : collector(otlp))

/** Written when the run is over, however it ends. Fails before anything is sent if the file cannot be written. */
const file = (path: string): Layer.Layer<never, Failure, FileSystem.FileSystem> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      if (path === STANDARD_OUTPUT) return yield* noFile("--metrics")
      const fs = yield* FileSystem.FileSystem
      yield* Effect.mapError(fs.writeFileString(path, ""), (error) =>
        wrongUsage(
          `${WriteFailure.sentence(path, WriteFailure.fromPlatform(error), "or choose another file")} (--metrics)`
        )
      )
      yield* Effect.addFinalizer(() =>
        Effect.flatMap(Prometheus.render, (text) => fs.writeFileString(path, text)).pipe(
          Effect.catchAll((error) =>
            Console.error(
              `the metrics could not be written: ${WriteFailure.sentence(path, WriteFailure.fromPlatform(error), "")}`
            )
          )
        )
      )
    })
  )

const collector = (baseUrl: string): Layer.Layer<never, never, HttpClient.HttpClient> =>
  Effect.promise(() => import("@effect/opentelemetry/Otlp")).pipe(
    Effect.map(({ layerJson }) =>
      layerJson({ baseUrl, resource: { serviceName: "algogen" }, shutdownTimeout: SHUTDOWN_TIMEOUT })
    ),
    Layer.unwrapEffect,
    Layer.provide(reporting)
  )

/** A client that reports at the end what could not be delivered: the exporter drops it silently. */
const reporting: Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> = Layer.scoped(
  HttpClient.HttpClient,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const undelivered = new Set<string>()
    yield* Effect.addFinalizer(() =>
      undelivered.size === 0
        ? Effect.void
        : Console.error(`telemetry could not be delivered (--otlp): ${[...undelivered].sort().join(", ")}`)
    )
    return client.pipe(
      HttpClient.filterStatusOk,
      HttpClient.transform((sending, request) => {
        const { origin, pathname } = new URL(request.url)
        const url = `${origin}${pathname}`
        return Effect.onExit(sending, (exit) =>
          Effect.sync(() => (Exit.isSuccess(exit) ? undelivered.delete(url) : undelivered.add(url)))
        )
      })
    )
  })
)
