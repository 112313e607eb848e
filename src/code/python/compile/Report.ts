/**
 * Where the compile rules leave what they find: the finding on the earliest line is the one that counts.
 */
import { type CodeFailure, of } from "../../../domain/CodeFailure.js"
import type { Layout } from "../Layout.js"
import type { Target } from "../Target.js"

export interface Report {
  readonly target: Target
  readonly layout: () => Layout
  readonly add: (code: string, message: string, at: { readonly lineno: number }) => void
  readonly first: () => CodeFailure | undefined
}

export const make = (target: Target, makeLayout: () => Layout): Report => {
  let built: Layout | undefined
  let found: { readonly code: string; readonly message: string; readonly line: number } | undefined
  return {
    target,
    layout: () => (built ??= makeLayout()),
    add: (code, message, { lineno }) => {
      if (found === undefined || lineno < found.line) found = { code, message, line: lineno }
    },
    first: () => (found === undefined ? undefined : of("syntax", found.code, found.message, { line: found.line }))
  }
}
