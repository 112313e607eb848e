/**
 * The static checks of a Python module, one after the other: size, tokens, grammar and compile rules, entry point, names,
 * policy. Pure and synchronous; whatever the text is, the answer is a module or a typed failure, never an exception.
 */
import * as Either from "effect/Either"
import type { CodeFailure } from "./CodeFailure.js"
import * as Lines from "./PythonCheck/Compile/Lines.js"
import * as Report from "./PythonCheck/Compile/Report.js"
import * as Statements from "./PythonCheck/Compile/Statements.js"
import * as Guard from "./PythonCheck/Guard.js"
import * as Layout from "./PythonCheck/Layout.js"
import * as Parser from "./PythonCheck/Parser.js"
import * as Scopes from "./PythonCheck/Scopes.js"
import * as Structure from "./PythonCheck/Structure.js"
import type { Target } from "./PythonCheck/Target.js"
import * as Tokens from "./PythonCheck/Tokens.js"
import { PythonModule } from "./PythonModule.js"

const attempt = (source: string, target: Target): Either.Either<PythonModule, CodeFailure> =>
  Either.gen(function* () {
    const text = source.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n")
    const refused = Guard.check(text)
    if (refused !== undefined) return yield* Either.left(refused)
    const tokens = yield* Tokens.tokenize(text, target)
    const tree = yield* Parser.tree(text, tokens)
    const report = Report.make(target, () => Layout.make(text, tokens))
    Lines.check(tokens, report)
    Statements.checkModule(tree.body, report)
    Scopes.build(tree, report)
    const wrong = report.first()
    if (wrong !== undefined) return yield* Either.left(wrong)
    const arity = yield* Structure.check(tree)
    return new PythonModule({ source, arity })
  })

export const check = (source: string, target: Target): Either.Either<PythonModule, CodeFailure> =>
  // The rooms recurse as deep as the tree: where the engine's stack ends, the module is too complex for this program.
  Either.flatMap(
    Either.try({ try: () => attempt(source, target), catch: () => Parser.tooComplex() }),
    (result) => result
  )
