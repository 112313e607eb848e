/** Is there a person to ask? Questions go to standard output, and answers come from standard input. */
import * as Screen from "./view/Screen.js"

type Process = Pick<typeof process, "env"> & {
  readonly [stream in "stdin" | "stdout" | "stderr"]: { readonly isTTY?: boolean | undefined }
}

export const isThere = ({ env, stderr, stdin, stdout }: Process = process): boolean =>
  [stdin, stdout, stderr].every((stream) => Screen.isRewritable(stream, env))
