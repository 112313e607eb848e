/** Text files as Windows writes them: UTF-16, as PowerShell's `>` does, or with a byte order mark in front. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const decode = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes)
  // Without a mark the zeros of Latin letters tell.
  const isUtf16 = (first === 0xff && second === 0xfe) || (bytes.length > 1 && first !== 0 && second === 0)
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes)
}

/** The same files, with the text in whatever encoding it is. */
export const layer: Layer.Layer<FileSystem.FileSystem, never, FileSystem.FileSystem> = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, (files) => ({
    ...files,
    readFileString: (path: string) => Effect.map(files.readFile(path), decode)
  }))
)
