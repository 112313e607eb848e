/** What is broken on purpose, to see that the worlds find it: one replacement each in one file of the sources. */

export interface Break {
  readonly name: string
  /** In `src`. */
  readonly file: string
  /** Found in the file exactly once. */
  readonly from: string
  readonly to: string
}

/** The source with the break in it; nothing where the text to be replaced is not there exactly once. */
export const broken = (source: string, { from, to }: Break): string | undefined =>
  source.split(from).length === 2 ? source.replace(from, () => to) : undefined

export const breaks: ReadonlyArray<Break> = [
  {
    name: "the journal is not flushed after a line",
    file: "storage/journal/Writer.ts",
    from: "Effect.zipRight(to.file.sync),",
    to: ""
  },
  {
    name: "the name of the journal's file is not flushed",
    file: "storage/journal/Folder.ts",
    from: "yield* files.flush(folder)\n",
    to: ""
  },
  {
    name: "a new folder is not flushed",
    file: "storage/WholeFile.ts",
    from: "Effect.zipLeft(flush(path.dirname(folder)))",
    to: ""
  },
  {
    name: "an algorithm's file is not flushed before it gets its name",
    file: "storage/WholeFile.ts",
    from: "Effect.zipRight(handle.sync),",
    to: ""
  },
  {
    name: "the folder is not flushed at the end of a run",
    file: "generation/Settling.ts",
    from: ".pipe(Effect.zipRight(saving.flush))",
    to: ""
  },
  {
    name: "a file under construction may be one that is there already",
    file: "storage/WholeFile.ts",
    from: 'fs.open(file, { flag: "wx", mode })',
    to: 'fs.open(file, { flag: "w", mode })'
  },
  {
    name: "the answer is shown before it is in the journal",
    file: "generation/Sending.ts",
    from: "return keeping.keep(task, exit, {",
    to: "return ((...given) => Effect.as(Effect.forkDaemon(keeping.keep(...given)), true))(task, exit, {"
  },
  {
    name: "a name that another one has is taken by renaming",
    file: "storage/WholeFile.ts",
    from: "fs.link(staged, file).pipe(",
    to: "fs.rename(staged, file).pipe("
  },
  {
    name: "nobody looks whose file lies there",
    file: "storage/algorithmStore/FileSystem.ts",
    from: "Option.isNone(earlier) || mayReplace(text, earlier.value)",
    to: "Option.isNone(earlier) || text !== earlier.value"
  },
  {
    name: "files under construction are left behind",
    file: "storage/algorithmStore/FileSystem.ts",
    from: "Effect.as(files.discard(staged), file)",
    to: "Effect.succeed(file)"
  },
  {
    name: "a permit is not given back when its request fails",
    file: "flow/Permits.ts",
    from: "(exit) => {\n            given -= 1",
    to: '(exit) => {\n            if (exit._tag === "Success") given -= 1'
  },
  {
    name: "one request more is in flight than is allowed",
    file: "flow/Gatekeeper.ts",
    from: "(given < most() ? now : Permits.NEVER)",
    to: "(given <= most() ? now : Permits.NEVER)"
  },
  {
    name: "requests are sent after the deadline when the clock has jumped",
    file: "generation/Sending.ts",
    from: "now >= endsAt ? new GenerationError(",
    to: "endsAt === 0 ? new GenerationError("
  },
  {
    name: "places are reported as they come",
    file: "generation/Saving.ts",
    from: "if (saved === undefined) return\n",
    to: "if (saved === undefined) continue\n"
  },
  {
    name: "a settled place is reported twice",
    file: "generation/Settling.ts",
    from: "open.delete(slot.index)\n",
    to: ""
  },
  {
    name: "resuming does not look into the journal",
    file: "generation/Keeping.ts",
    from: "Option.isNone(earlier) ? Effect.succeedNone : find(asked)",
    to: "Option.isNone(earlier) || asked.ordinal > 0 ? Effect.succeedNone : find(asked)"
  },
  {
    name: "the response of a request that timed out stays open",
    file: "api/wire/Exchange.ts",
    from: "if (Exit.isFailure(exit) || !exit.value.goesOn || body.isOver()) return body.leave",
    to: "if (Exit.isFailure(exit) || !exit.value.goesOn || body.isOver()) return Effect.void"
  },
  {
    name: "what a cut-off answer costs is not entered",
    file: "generation/CameTo.ts",
    from: "= answer ?? error ?? told",
    to: "= answer ?? told"
  },
  {
    name: "what a request has cost by the time at which it is cut short is forgotten",
    file: "api/OpenRouter.ts",
    from: "Exchange.hold(post(json), limits, onToken, cut)",
    to: "Exchange.hold(post(json), limits, onToken)"
  },
  {
    name: "a price that came first is lost to a count without one",
    file: "api/wire/Transcript.ts",
    from: "{ ...self.counts, ...counts }",
    to: "counts"
  },
  {
    name: "money that is set aside for one request is offered to another",
    file: "generation/Budget.ts",
    from: "hold.worst <= left + ROUNDING",
    to: "hold.worst <= limit - spent + ROUNDING"
  },
  {
    name: "what the journal answers is answered again at each retry",
    file: "generation/Generator.ts",
    from: "first.pop() ?? attempt(task)",
    to: "first.at(-1) ?? attempt(task)"
  },
  {
    name: "a file stays open",
    file: "storage/journal/Writer.ts",
    from: "return scope === undefined ? Effect.void : Scope.close(scope, Exit.void)",
    to: "return Effect.void"
  }
]
