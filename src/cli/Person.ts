/** Is there a person to ask? Questions go to standard output, and answers come from standard input. */
type Process = Pick<typeof process, "env"> & {
  readonly [stream in "stdin" | "stdout" | "stderr"]: { readonly isTTY?: boolean | undefined }
}

export const isThere = ({ env, stderr, stdin, stdout }: Process = process): boolean =>
  [stdin, stdout, stderr].every(({ isTTY }) => isTTY === true) && !env["CI"] && env["TERM"] !== "dumb"
