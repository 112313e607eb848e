/** Effect's file system over a `Disk`. Each call takes its turn in the world, may take time, may fail, and may be the last. */
import { FileSystem } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Effect, Option } from "effect"
import type { Dice } from "./Dice.js"
import * as Disk from "./Disk.js"
import type { Call } from "./Faults.js"
import type { Machine, Process } from "./Machine.js"
import { failure, refuse, Refused } from "./Refused.js"

export interface Hardware {
  readonly root: () => Disk.FolderNode
  readonly machine: Machine
  readonly dice: Dice
  /** Bytes that fit. */
  readonly capacity: () => number
  /** What the call fails with, if it does. */
  readonly fault: (call: Call, path: string) => string | undefined
  /** Milliseconds that the call takes; 0 means its turn and no more. */
  readonly latency: (call: Call) => number
  /** Called before a call has its effect, and after it. Here a process may die. */
  readonly onCall: (call: Call, path: string, moment: "before" | "after") => void
  /** Does it have hard links. */
  readonly hasLinks: boolean
}

const isFile = (node: Disk.Node | undefined): Disk.FileNode => {
  if (node === undefined) return refuse("ENOENT")
  return node._tag === "File" ? node : refuse(node._tag === "Folder" ? "EISDIR" : "ELOOP")
}

export const make = (
  hardware: Hardware,
  process: Process
): {
  readonly fs: FileSystem.FileSystem
  /** The paths of the files that are open. */ readonly open: () => ReadonlyArray<string>
} => {
  const { capacity, dice, fault, latency, machine, onCall } = hardware
  const handles = new Map<number, string>()
  let nextHandle = 3

  /** Once begun it happens, whether anybody waits for it or not, as with a thread of Node's pool. */
  const call = <A>(kind: Call, path: string, work: () => A): Effect.Effect<A, PlatformError> =>
    Effect.async((resume) => {
      const perform = () => {
        onCall(kind, path, "before")
        if (!process.isAlive()) return
        let result: Effect.Effect<A, PlatformError>
        try {
          const code = kind === "write" ? undefined : fault(kind, path)
          if (code !== undefined) {
            if (kind === "sync") onFailedSync(path)
            refuse(code)
          }
          result = Effect.succeed(work())
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          result = Effect.fail(failure(kind, path, error.code))
        }
        onCall(kind, path, "after")
        resume(result)
      }
      const millis = latency(kind)
      if (millis === 0) process.soon(perform)
      else process.after(millis, perform)
    })

  const onFailedSync = (path: string) => {
    const node = at(path)
    if (node?._tag === "File") Disk.failFlush(node)
  }

  const at = (path: string) => {
    const steps = Disk.parts(path)
    let node: Disk.Node | undefined = hardware.root()
    for (const step of steps) {
      if (node === undefined) return undefined
      if (node._tag !== "Folder") return refuse("ENOTDIR")
      node = node.names.get(step)
    }
    return node
  }
  const parentOf = (path: string): readonly [Disk.FolderNode, string] => {
    const steps = Disk.parts(path)
    const parent = at(steps.slice(0, -1).join("/"))
    if (parent === undefined) return refuse("ENOENT")
    if (parent._tag !== "Folder") return refuse("ENOTDIR")
    return [parent, steps.at(-1) ?? refuse("EINVAL")]
  }

  /** As much as fits. Says how much that was. */
  const put = (node: Disk.FileNode, bytes: Uint8Array, position: number): number => {
    const room = Math.max(0, capacity() - Disk.size(hardware.root()) + Math.max(0, node.data.length - position))
    const fits = bytes.subarray(0, Math.min(bytes.length, room))
    const data = new Uint8Array(Math.max(node.data.length, position + fits.length))
    data.set(node.data)
    data.set(fits, position)
    node.data = data
    Disk.touch(node, position, position + fits.length)
    node.modifiedAt = machine.wall()
    return fits.length
  }

  const open = (path: string, flag: FileSystem.OpenFlag, mode: number): FileSystem.File => {
    let node = at(path)
    if (flag === "r") {
      if (node === undefined) refuse("ENOENT")
    } else {
      if (node !== undefined && flag.includes("x")) refuse("EEXIST")
      if (node === undefined) {
        const [parent, name] = parentOf(path)
        node = Disk.file(new Uint8Array(), mode, machine.wall())
        Disk.change(parent, { [name]: node })
      } else if (flag.startsWith("w")) {
        isFile(node).data = new Uint8Array()
      }
    }
    const opened = node
    const content = () => isFile(opened)
    const handle = nextHandle
    nextHandle += 1
    handles.set(handle, path)
    let position = 0

    const write = (bytes: Uint8Array): number => {
      const code = fault("write", path)
      const node = content()
      const from = flag.startsWith("a") ? node.data.length : position
      const done = put(node, code === undefined ? bytes : bytes.subarray(0, dice.below(bytes.length + 1)), from)
      position = from + done
      return code === undefined ? done : refuse(code)
    }
    const read = (buffer: Uint8Array): number => {
      const bytes = content().data.subarray(position, position + buffer.length)
      buffer.set(bytes)
      position += bytes.length
      return bytes.length
    }
    return {
      [FileSystem.FileTypeId]: FileSystem.FileTypeId,
      fd: FileSystem.FileDescriptor(handle),
      stat: call("stat", path, () => infoOf(opened ?? refuse("ENOENT"))),
      seek: (offset, from) =>
        Effect.sync(() => {
          position = from === "start" ? Number(offset) : position + Number(offset)
        }),
      sync: call(opened?._tag === "Folder" ? "sync folder" : "sync", path, () => Disk.flush(opened ?? refuse("EBADF"))),
      read: (buffer) => call("read", path, () => FileSystem.Size(read(buffer))),
      readAlloc: (length) =>
        call("read", path, () => {
          // No longer than needed: thousands of worlds read a few lines each into a quarter of a megabyte.
          const buffer = Buffer.alloc(Math.min(Number(length), Math.max(0, content().data.length - position)))
          const count = read(buffer)
          return count === 0 ? Option.none() : Option.some(buffer.subarray(0, count))
        }),
      truncate: (length) =>
        call("truncate", path, () => {
          const node = content()
          Disk.truncate(node, Number(length ?? 0))
          position = Math.min(position, node.data.length)
        }),
      write: (bytes) => call("write", path, () => FileSystem.Size(write(bytes))),
      // Short writes are what `writeAll` is there for.
      writeAll: (bytes) =>
        call("write", path, () => {
          if (write(bytes) < bytes.length) refuse("ENOSPC")
        })
    }
  }

  const infoOf = (node: Disk.Node): FileSystem.File.Info => ({
    type: node._tag === "File" ? "File" : node._tag === "Folder" ? "Directory" : "SymbolicLink",
    mtime: Option.some(new Date(node._tag === "File" ? node.modifiedAt : machine.wall())),
    atime: Option.none(),
    birthtime: Option.none(),
    dev: 0,
    ino: Option.none(),
    mode: node._tag === "Link" ? 0o777 : node.mode,
    nlink: Option.none(),
    uid: Option.none(),
    gid: Option.none(),
    rdev: Option.none(),
    size: FileSystem.Size(node._tag === "File" ? node.data.length : 0),
    blksize: Option.none(),
    blocks: Option.none()
  })

  const fs = FileSystem.makeNoop({
    access: (path) => call("stat", path, () => void (at(path) ?? refuse("ENOENT"))),
    exists: (path) => call("stat", path, () => at(path) !== undefined),
    stat: (path) => call("stat", path, () => infoOf(at(path) ?? refuse("ENOENT"))),
    chmod: (path, mode) =>
      call("stat", path, () => {
        const node = at(path) ?? refuse("ENOENT")
        if (node._tag !== "Link") node.mode = mode
      }),
    readLink: (path) =>
      call("stat", path, () => {
        const node = at(path) ?? refuse("ENOENT")
        return node._tag === "Link" ? node.target : refuse("EINVAL")
      }),
    makeDirectory: (path, options) =>
      call("make folder", path, () => {
        if (at(path) !== undefined) refuse("EEXIST")
        const [parent, name] = parentOf(path)
        Disk.change(parent, { [name]: Disk.folder(options?.mode ?? 0o755) })
      }),
    readDirectory: (path) =>
      call("list", path, () => {
        const node = at(path) ?? refuse("ENOENT")
        return node._tag === "Folder" ? [...node.names.keys()] : refuse("ENOTDIR")
      }),
    remove: (path, options) =>
      call("remove", path, () => {
        if (at(path) === undefined) return options?.force === true ? undefined : refuse("ENOENT")
        const [parent, name] = parentOf(path)
        return Disk.change(parent, { [name]: undefined })
      }),
    rename: (from, to) =>
      call("rename", to, () => {
        const node = at(from) ?? refuse("ENOENT")
        if (at(to)?._tag === "Folder") refuse("EISDIR")
        const [[source, name], [target, newName]] = [parentOf(from), parentOf(to)]
        // Two names of one file: nothing happens, as POSIX has it.
        if (at(to) === node) return
        if (source === target) Disk.change(source, { [name]: undefined, [newName]: node })
        else {
          Disk.change(target, { [newName]: node })
          Disk.change(source, { [name]: undefined })
        }
      }),
    link: (from, to) =>
      call("link", to, () => {
        if (!hardware.hasLinks) refuse("EPERM")
        const node = isFile(at(from))
        if (at(to) !== undefined) refuse("EEXIST")
        const [parent, name] = parentOf(to)
        Disk.change(parent, { [name]: node })
      }),
    open: (path, options) =>
      Effect.acquireRelease(
        call(options?.flag === undefined || options.flag === "r" ? "open" : "create", path, () =>
          open(path, options?.flag ?? "r", options?.mode ?? 0o666)
        ),
        (file) => Effect.sync(() => handles.delete(file.fd))
      )
  })
  return { fs, open: () => [...handles.values()] }
}
