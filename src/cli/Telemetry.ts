/** Where the numbers of a run go, from the flags: a file of Prometheus text, an OpenTelemetry collector, or nowhere. */
import * as Otlp from "@effect/opentelemetry/Otlp"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Prometheus from "../Metrics/Prometheus.js"
import { type Failure, wrongUsage } from "./Failure.js"

export interface Flags {
  readonly metrics: Option.Option<string>
  readonly otlp: Option.Option<string>
}

/** A collector that does not answer may delay the end of a run by this much. */
const SHUTDOWN_TIMEOUT = "3 seconds"

export const layer = (flags: Flags): Layer.Layer<never, Failure, FileSystem.FileSystem | HttpClient.HttpClient> =>
  Layer.merge(
    Option.match(flags.metrics, { onNone: () => Layer.empty, onSome: file }),
    Option.match(flags.otlp, { onNone: () => Layer.empty, onSome: collector })
  )

/** Written when the run is over, however it ends; that it can be written is found out before anything is sent. */
const file = (path: string): Layer.Layer<never, Failure, FileSystem.FileSystem> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* Effect.mapError(fs.writeFileString(path, ""), () => wrongUsage(`${path} cannot be written (--metrics)`))
      yield* Effect.addFinalizer(() =>
        Effect.flatMap(Prometheus.render, (text) => fs.writeFileString(path, text)).pipe(
          Effect.catchAll(({ message }) => Console.error(`the metrics could not be written: ${message}`))
        )
      )
    })
  )

const collector = (baseUrl: string): Layer.Layer<never, never, HttpClient.HttpClient> =>
  Otlp.layerJson({ baseUrl, resource: { serviceName: "algogen" }, shutdownTimeout: SHUTDOWN_TIMEOUT })
