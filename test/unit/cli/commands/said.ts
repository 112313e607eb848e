/** What a command says and how it ends, over a network that is a function and files that are texts. */
import { FileSystem, HttpClient, HttpClientError, HttpClientRequest, Path } from "@effect/platform"
import { SystemError } from "@effect/platform/Error"
import { Cause, ConfigProvider, Console, Effect, Exit, Layer, Option } from "effect"
import { SettingsFile } from "../../../../src/api/SettingsFile.js"
import { Failure, textOf } from "../../../../src/cli/Failure.js"
import { network } from "../../api/wire/network.js"

export interface World {
  readonly env?: Readonly<Record<string, string>> | undefined
  /** What `.env` says of it. */
  readonly dotEnv?: Readonly<Record<string, string>> | undefined
  /** By their paths; `undefined` is a folder. */
  readonly files?: Readonly<Record<string, string | undefined>> | undefined
  /** Files and folders that only others may read. */
  readonly locked?: ReadonlyArray<string> | undefined
  /** The answer to a request, by method and path: a status and a body. */
  readonly server?: Readonly<Record<string, readonly [status: number, body: unknown]>> | undefined
  /** Nobody answers. */
  readonly isDown?: boolean | undefined
  /** The request that is never answered, by method and path. */
  readonly silent?: string | undefined
}

const missing = (path: string) =>
  new SystemError({ reason: "NotFound", module: "FileSystem", method: "read", pathOrDescriptor: path })

const denied = (path: string) =>
  new SystemError({
    reason: "PermissionDenied",
    module: "FileSystem",
    method: "read",
    pathOrDescriptor: path,
    cause: Object.assign(new Error("EACCES"), { code: "EACCES" })
  })

const disk = (texts: Map<string, string | undefined>, locked: ReadonlyArray<string> = []) => {
  const read = (path: string) => {
    const text = texts.get(path)
    if (locked.includes(path)) return denied(path)
    return text === undefined ? missing(path) : Effect.succeed(text)
  }
  return FileSystem.makeNoop({
    exists: (path) => Effect.succeed(texts.has(path)),
    access: (path) => (locked.includes(path) ? denied(path) : texts.has(path) ? Effect.void : missing(path)),
    readFileString: read,
    readFile: (path) => Effect.map(read(path), (text) => new TextEncoder().encode(text)),
    readDirectory: (path) => {
      if (locked.includes(path)) return denied(path)
      if (!texts.has(path) || texts.get(path) !== undefined) return missing(path)
      const within = [...texts.keys()].flatMap((each) =>
        each.startsWith(`${path}/`) ? [each.slice(path.length + 1)] : []
      )
      return Effect.succeed(within.filter((name) => !name.includes("/")))
    },
    realPath: Effect.succeed,
    makeDirectory: () => Effect.void,
    remove: (path) => Effect.sync(() => void texts.delete(path)),
    rename: (from, to) =>
      Effect.sync(() => {
        texts.set(to, texts.get(from))
        texts.delete(from)
      }),
    writeFileString: (path, text) => Effect.sync(() => void texts.set(path, text)),
    stat: (path) =>
      texts.has(path)
        ? Effect.succeed({
            type: texts.get(path) === undefined ? "Directory" : "File",
            mtime: Option.none(),
            atime: Option.none(),
            birthtime: Option.none(),
            dev: 0,
            ino: Option.none(),
            mode: 0o644,
            nlink: Option.none(),
            uid: Option.none(),
            gid: Option.none(),
            rdev: Option.none(),
            size: FileSystem.Size(texts.get(path)?.length ?? 0),
            blksize: Option.none(),
            blocks: Option.none()
          })
        : missing(path),
    open: (path) =>
      Effect.succeed({
        [FileSystem.FileTypeId]: FileSystem.FileTypeId,
        fd: FileSystem.FileDescriptor(1),
        stat: missing(path),
        seek: () => Effect.void,
        sync: Effect.void,
        read: () => missing(path),
        readAlloc: () => missing(path),
        truncate: () => Effect.void,
        write: () => missing(path),
        writeAll: (data) => Effect.sync(() => void texts.set(path, new TextDecoder().decode(data)))
      })
  })
}

/** No list of models is kept in the cache of whoever runs this; some are kept after the command has ended. */
process.env["XDG_CACHE_HOME"] = "no absolute path"

const refused = (url: string) =>
  new HttpClientError.RequestError({
    request: HttpClientRequest.get(url),
    reason: "Transport",
    cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" })
  })

/** Standard output, standard error behind `! `, and the exit code; then the files that were written. */
export const said = <A, E>(
  command: Effect.Effect<A, E, FileSystem.FileSystem | HttpClient.HttpClient | Path.Path>,
  { dotEnv = {}, env = {}, files = {}, isDown = false, locked, server = {}, silent }: World = {}
): Effect.Effect<string> =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const texts = new Map(Object.entries(files))
    const { client, sent } = network(({ method, url }) => {
      if (isDown) return refused(url)
      const { pathname } = new URL(url)
      if (silent === `${method} ${pathname}`) return Effect.never
      const [status, body] = server[`${method} ${pathname}`] ?? [404, { error: { message: "No such page" } }]
      return new Response(typeof body === "string" ? body : JSON.stringify(body), {
        status,
        headers: { "content-type": typeof body === "string" ? "text/html" : "application/json" }
      })
    })
    const console = yield* Console.consoleWith(Effect.succeed)
    const put =
      (mark: string) =>
      (...words: ReadonlyArray<unknown>) =>
        Effect.sync(
          () =>
            void lines.push(
              ...words
                .join(" ")
                .split("\n")
                .map((line) => mark + line)
            )
        )
    const environment = ConfigProvider.fromMap(new Map(Object.entries(env)))
    const file = ConfigProvider.fromMap(new Map(Object.entries(dotEnv)))
    const exit = yield* command.pipe(
      Console.withConsole({ ...console, log: put(""), error: put("! ") }),
      Effect.provide(
        Layer.mergeAll(
          Layer.succeed(FileSystem.FileSystem, disk(texts, locked)),
          Path.layer,
          Layer.succeed(HttpClient.HttpClient, client)
        )
      ),
      Effect.withConfigProvider(ConfigProvider.orElse(environment, () => file)),
      Effect.provideService(SettingsFile, { environment, file }),
      Effect.exit
    )
    if (Exit.isFailure(exit)) {
      const error = Cause.failureOption(exit.cause)
      lines.push(
        Option.isSome(error) && error.value instanceof Failure
          ? `! algogen: ${textOf(error.value)} (exit code ${error.value.exitCode})`
          : `! ${Cause.pretty(exit.cause)}`
      )
    }
    for (const { body, method, url } of sent) lines.push(`> ${method} ${url}${body === "" ? "" : ` ${body}`}`)
    for (const [path, text] of texts) if (files[path] !== text) lines.push(`# ${path}`, ...(text ?? "").split("\n"))
    return lines.join("\n")
  })

/** Under a heading each. */
export const pages = <E, R>(cases: ReadonlyArray<readonly [title: string, said: Effect.Effect<string, E, R>]>) =>
  Effect.map(
    Effect.forEach(cases, ([title, text]) => Effect.map(text, (text) => `=== ${title}\n${text}\n`)),
    (all) => all.join("\n")
  )
