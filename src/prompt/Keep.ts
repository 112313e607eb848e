/** How a model that was asked to improve its module says that it keeps it. */
import * as Contract from "../code/Contract.js"

/** The word begins the answer, ends it, or is all of a line; elsewhere it is a word like any other. */
const KEEP = [/^["'`*_\s]*KEEP\b/, /\bKEEP["'`*_.!\s]*$/, /^["'`*_ \t]*KEEP["'`*_.! \t\r]*$/m]

/** A model keeps its module: it says so in an answer that has no module in it. */
export const isSaid = (answer: string): boolean =>
  !answer.includes(`def ${Contract.ENTRY_POINT}`) && KEEP.some((pattern) => pattern.test(answer))
