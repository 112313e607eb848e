/** algogen with nothing on: any answer is accepted as it is, and nothing is kept. */
import { contender } from "../lib/Algogen.mjs"

export const about = "no checks, no journal, no events, no FlowControl, store in memory"

export const prepare = contender({
  services: ({ CodeCheck, Either, Layer, MemoryStore, PythonModule }) => {
    const unchecked = { disableValidation: true }
    const accept = (source) => Either.right(new PythonModule.PythonModule({ source, arity: 5, imports: [] }, unchecked))
    return [MemoryStore.layer, Layer.succeed(CodeCheck.CodeCheck, { accept, check: accept })]
  }
})
