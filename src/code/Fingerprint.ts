/**
 * Which checks these are: a hash of the code from answer to module, the parser of Python included, and the version of the
 * package. The build puts it in place of the name below. Undefined in code that was not built.
 */
declare const ALGOGEN_CHECKS: string | undefined

export const CHECKS: string | undefined = typeof ALGOGEN_CHECKS === "string" ? ALGOGEN_CHECKS : undefined
