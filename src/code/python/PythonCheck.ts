/**
 * The static checks of a Python module, one after the other: size, tokens, grammar and compile rules, entry point, names,
 * policy. Pure and synchronous; whatever the text is, the answer is a module or a typed failure, never an exception.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import * as Neutral from "../../domain/Neutral.js"
import { PythonModule } from "../../domain/PythonModule.js"
import * as Lines from "./compile/Lines.js"
import * as Report from "./compile/Report.js"
import * as Statements from "./compile/Statements.js"
import * as Guard from "./Guard.js"
import * as Layout from "./Layout.js"
import * as Names from "./Names.js"
import * as Parser from "./Parser.js"
import * as Policy from "./Policy.js"
import * as Rewrite from "./Rewrite.js"
import * as Scopes from "./Scopes.js"
import * as Table from "./scopes/Table.js"
import * as Structure from "./Structure.js"
import * as Ending from "./structure/Ending.js"
import type { Target } from "./Target.js"
import type { Tokens } from "./Token.js"
import * as Tokenizer from "./Tokenizer.js"
import type { Module } from "./Tree.js"

export interface Options {
  readonly target: Target
  readonly policy: Policy.Policy
}

/** What Python's own `compile` would accept, taken apart. */
interface Compiled {
  readonly text: string
  readonly tree: Module
  readonly scopes: ReadonlyArray<Table.Table>
}

const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text)

const compiled = (source: string, target: Target): Either.Either<Compiled, CodeFailure> => {
  const text = withLineFeeds(source.startsWith("\ufeff") ? source.slice(1) : source)
  const refused = Guard.check(text)
  if (refused !== undefined) return Either.left(refused)
  return Either.flatMap(Tokenizer.tokenize(text, target), (tokens) => {
    const tooComplex = Guard.checkChains(tokens.all)
    if (tooComplex !== undefined) return Either.left(tooComplex)
    const readable = Rewrite.forParser(text, tokens.all)
    const readableTokens = (): Tokens =>
      readable === text ? tokens : Either.getOrElse(Tokenizer.tokenize(readable, target), () => tokens)
    return Either.flatMap(Parser.tree(readable, readableTokens), (tree) => {
      const report = Report.make(target, () => Layout.make(readable, readableTokens().all))
      Lines.check(tokens.all, report)
      Statements.checkModule(tree.body, report)
      const scopes = [...Table.all(Scopes.build(tree, report))]
      const wrong = report.first()
      return wrong === undefined ? Either.right({ text, tree, scopes }) : Either.left(wrong)
    })
  })
}

/** The rooms recurse as deep as the tree: where the engine's stack ends, the module is too complex for this program. */
const bounded = <A>(run: () => Either.Either<A, CodeFailure>): Either.Either<A, CodeFailure> =>
  Either.flatMap(
    Either.try({
      try: run,
      catch: (error) =>
        error instanceof RangeError
          ? Guard.tooComplex()
          : of("guard", "defect", `the checker itself failed on this module: ${String(error)}`)
    }),
    (result) => result
  )

/** Whether Python would compile the text, whatever it does and defines. */
export const compiles = (source: string, target: Target): Either.Either<void, CodeFailure> =>
  bounded(() => Either.map(compiled(source, target), () => undefined))

/** The syntax tree of a module that compiles. */
export const tree = (source: string, target: Target): Either.Either<Module, CodeFailure> =>
  bounded(() => Either.map(compiled(source, target), ({ tree }) => tree))

/** May a module that compiles be the first part of a longer one. */
export const mayGoOn = (source: string, target: Target): boolean =>
  Either.getOrElse(
    bounded(() => Either.map(compiled(source, target), ({ tree }) => Ending.mayGoOn(tree))),
    () => false
  )

/** What a reader sees must be what runs. */
const visible = (text: string): Either.Either<void, CodeFailure> => {
  const found = Neutral.hiding(text)
  if (found === undefined) return Either.right(undefined)
  const message = `the character ${found.name} could hide what the code does: write it as an escape, or leave it out`
  return Either.left(of("policy", "hidden-character", message, { line: found.line }))
}

export const check = (source: string, { policy, target }: Options): Either.Either<PythonModule, CodeFailure> =>
  bounded(() =>
    Either.flatMap(compiled(source, target), ({ scopes, text, tree }) =>
      Either.flatMap(Structure.check(tree), (arity) =>
        Either.flatMap(Names.check(scopes), () =>
          Either.map(
            Either.flatMap(visible(text), () => Policy.check(tree, scopes, policy)),
            (imports) => new PythonModule({ source: text, arity, imports }, { disableValidation: true })
          )
        )
      )
    )
  )
