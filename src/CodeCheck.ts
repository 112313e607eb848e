/** Whether an answer holds a module that may be kept, and which part of it that module is. */
import * as Context from "effect/Context"
import * as Either from "effect/Either"
import * as CodeFailure from "./CodeFailure.js"
import { PythonModule } from "./PythonModule.js"

export interface Service {
  readonly accept: (answer: string) => Either.Either<PythonModule, CodeFailure.CodeFailure>
}

/** Without a layer these are the project's own checks. */
export class CodeCheck extends Context.Reference<CodeCheck>()("algogen/CodeCheck", {
  defaultValue: (): Service => ({ accept })
}) {}

const accept: Service["accept"] = (answer) => {
  const fenced = /```[a-z]*\n([^]*?)```/i.exec(answer)?.[1] ?? answer
  return /^def execute_trade\(/m.test(fenced)
    ? Either.right(new PythonModule({ source: fenced, arity: 5 }))
    : Either.left(CodeFailure.of("structure", "missing", "the answer does not define execute_trade"))
}
