/** Node's own calls for `storage/NativeFiles`, one callback after the other: a third of what the same costs as effects. */
import * as fs from "node:fs"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as NativeFiles from "../storage/NativeFiles.js"

type Failed = (error: unknown) => void

/** Windows has nothing that keeps a reader waiting here. */
const AT_ONCE = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)

/** A disk that is nearly full takes a part. */
const writeAll = (fd: number, bytes: Uint8Array, from: number, then: Failed): void => {
  if (from === bytes.length) return then(null)
  fs.write(fd, bytes, from, bytes.length - from, null, (error, written) => {
    if (error !== null || written === 0) then(error ?? "full")
    else writeAll(fd, bytes, from + written, then)
  })
}

const native: NativeFiles.NativeFiles = {
  write: (file, text, mode, done) =>
    fs.open(file, "wx", mode, (error, fd) => {
      if (error !== null) return done(false)
      const close = (failed: unknown) =>
        fs.close(fd, (error) => {
          if (failed === null && !error) done(true)
          else fs.unlink(file, () => done(false))
        })
      writeAll(fd, Buffer.from(text), 0, (error) => (error === null ? fs.fsync(fd, close) : close(error)))
    }),

  link: (from, to, done) => fs.link(from, to, (error) => done(error === null)),

  remove: (file, done) => fs.unlink(file, (error) => done(error === null)),

  holds: (file, text, done) =>
    fs.open(file, AT_ONCE, (error, fd) => {
      if (error !== null) return done(false)
      const wanted = Buffer.from(text)
      // One byte more shows whether the file goes on. A pipe has no place 0 to read from.
      const found = Buffer.allocUnsafe(wanted.length + 1)
      fs.read(fd, found, 0, found.length, 0, (error, size) => {
        fs.close(fd, () => undefined)
        done(error === null && wanted.equals(found.subarray(0, size)))
      })
    }),

  append: ({ file: { fd }, name, size }, bytes, done) => {
    const cutOff = () => fs.ftruncate(fd, size, () => done(false))
    writeAll(fd, bytes, 0, (error) => {
      if (error !== null) return cutOff()
      fs.fdatasync(fd, (error) => {
        if (error !== null) return cutOff()
        fs.access(name, (error) => (error === null ? done(true) : cutOff()))
      })
    })
  }
}

/** From now on, for the file system of Node as long as nothing is wrapped around it. */
export const use: Effect.Effect<void> = Effect.map(FileSystem.FileSystem, (files) =>
  NativeFiles.use(files, native)
).pipe(Effect.provide(NodeFileSystem.layer))
