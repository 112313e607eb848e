/**
 * The kind of code that an expression or statement belongs to, which decides whether it may return, yield or await.
 */

export type Kind = "module" | "class" | "function" | "async" | "lambda" | "comprehension"

/** Mutable where the rule about the whole is known only at its end. */
export interface Scope {
  readonly kind: Kind
  /** A `yield` was seen. */
  generator: boolean
  /** An `await` or `async for` was seen (of interest in comprehensions). */
  awaits: boolean
  /** Asynchronous comprehensions in one, before Python 3.11: it has to be asynchronous itself, which is known at its end. */
  readonly inner: Array<{ readonly lineno: number }>
  /** The first `return` with a value. */
  returns: { readonly lineno: number } | undefined
}

export const make = (kind: Kind): Scope => ({
  kind,
  generator: false,
  awaits: false,
  inner: [],
  returns: undefined
})

export const mayAwait = ({ kind }: Scope): boolean => kind === "async" || kind === "comprehension"
