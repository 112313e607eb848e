/** Keeps the ids of the last list of models in the user's cache folder, for completions. Errors there are ignored. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ModelInfo } from "../api/Catalog.js"
import * as WholeFile from "../storage/WholeFile.js"
import * as Afterwork from "./Afterwork.js"

/** `undefined` unless the environment names an absolute path. */
const folder = (path: Path.Path): string | undefined => {
  const { HOME, XDG_CACHE_HOME } = process.env
  const cache = XDG_CACHE_HOME || (HOME && path.join(HOME, ".cache"))
  return cache && path.isAbsolute(cache) ? path.join(cache, "algogen") : undefined
}

const NAME = "models.txt"

const keep = (models: ReadonlyArray<ModelInfo>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const place = folder(path)
    const ids = models.filter(({ hidden, id }) => hidden !== true && !/\s/.test(id)).map(({ id }) => id)
    if (place === undefined || ids.length === 0) return
    const text = `${ids.join("\n")}\n`
    const before = yield* Effect.orElseSucceed(files.readFileString(path.join(place, NAME)), () => "")
    if (text !== before) yield* (yield* WholeFile.make).replace(place, NAME, text)
  }).pipe(Effect.ignore, Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer)))

/** Keeps each list once. Nobody waits for that but the process, which ends when it is done. */
export const keeper = () => {
  let kept: unknown
  return (models: ReadonlyArray<ModelInfo>): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (models === kept) return Effect.void
      kept = models
      return Afterwork.fork(keep(models))
    })
}
