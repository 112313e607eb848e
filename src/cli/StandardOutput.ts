/** What becomes of results that cannot be printed. Imports nothing, since also what is printed at once is watched. */

const FAILED = 1

/**
 * A reader may stop early (`| head`): the rest of the output is dropped, and the run goes on. If the output is lost in any other
 * way, such as on a full disk, the command fails even if the run succeeded.
 */
export const watch = (): void => {
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || process.exitCode === FAILED) return
    process.exitCode = FAILED
    const why = code === "ENOSPC" ? "the disk is full (ENOSPC); free some space" : message
    process.stderr.write(`algogen: the results could not be written to standard output: ${why}\n`)
  })
  process.stderr.on("error", () => undefined)
}
