/**
 * The static checks of a Python module, one after the other: size, tokens, grammar and compile rules, entry point, names,
 * policy. Pure and synchronous; whatever the text is, the answer is a module or a typed failure, never an exception.
 */
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import { CHECK_DIED, type CodeFailure, moved, of } from "../../domain/CodeFailure.js"
import * as Neutral from "../../domain/Neutral.js"
import { PythonModule } from "../../domain/PythonModule.js"
import * as Steps from "../Steps.js"
import * as Bare from "./Bare.js"
import * as Lines from "./compile/Lines.js"
import * as Report from "./compile/Report.js"
import * as Statements from "./compile/Statements.js"
import * as Cuts from "./Cuts.js"
import * as Guard from "./Guard.js"
import * as Layout from "./Layout.js"
import * as Names from "./Names.js"
import * as Numbers from "./Numbers.js"
import * as Parser from "./Parser.js"
import * as Policy from "./Policy.js"
import * as Rewrite from "./Rewrite.js"
import * as Scopes from "./Scopes.js"
import * as Table from "./scopes/Table.js"
import * as Structure from "./Structure.js"
import * as Ending from "./structure/Ending.js"
import * as Omission from "./structure/Omission.js"
import type { Target } from "./Target.js"
import type { Tokens } from "./Token.js"
import * as Tokenizer from "./Tokenizer.js"
import type { Module } from "./Tree.js"

export interface Options {
  readonly target: Target
  readonly policy: Policy.Policy
}

type Checking<A> = Steps.Steps<Either.Either<A, CodeFailure>>

/** What Python's own `compile` would accept, taken apart. */
interface Compiled {
  readonly text: string
  readonly tree: Module
  readonly scopes: ReadonlyArray<Table.Table>
  /** The line of the module, for one of the tree. */
  readonly lineOf: Bare.Bare["lineOf"]
}

const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text)

function* compiled(source: string, target: Target): Checking<Compiled> {
  const text = withLineFeeds(source.startsWith("\ufeff") ? source.slice(1) : source)
  const refused = Guard.check(text)
  if (refused !== undefined) return Either.left(refused)
  const tokenized = yield* Tokenizer.tokenizing(text, target)
  if (Either.isLeft(tokenized)) return Either.left(tokenized.left)
  const isLong = text.length > Parser.AT_ONCE
  yield
  const [short, all] = isLong ? Numbers.shortened(text, tokenized.right.all) : [text, tokenized.right.all]
  yield
  const tooComplex = Guard.checkChains(all) ?? Guard.checkSize(all)
  if (tooComplex !== undefined) return Either.left(tooComplex)
  yield
  const tokens = { ...tokenized.right, all }
  const bare = isLong ? yield* Bare.of(short, tokens) : { text: short, tokens, lineOf: identity<number> }
  const { lineOf } = bare
  return Either.mapBoth(yield* understood(text, bare, target), {
    onLeft: (failure) => moved(failure, lineOf),
    onRight: (parts) => ({ text, ...parts, lineOf })
  })
}

/** The tree of a module whose tokens are right, or what is wrong with it on a line of the bare text. */
function* understood(text: string, bare: Bare.Bare, target: Target): Checking<Pick<Compiled, "tree" | "scopes">> {
  const { tokens } = bare
  const { all } = tokens
  const isLong = text.length > Parser.AT_ONCE
  const statements = isLong ? Cuts.statements(all) : []
  yield
  const readable = yield* Rewrite.rewriting(bare.text, all)
  yield
  let known = readable === text ? tokens : undefined
  const readableTokens = (): Tokens =>
    (known ??= Either.getOrElse(Tokenizer.tokenize(readable, target, Infinity), () => tokens))
  const parsed = yield* Parser.tree(readable, statements, readableTokens)
  // Asked for in the midst of other work, they would be read in one go.
  if (isLong && known === undefined && (Either.isLeft(parsed) || Layout.isWanted(all))) {
    known = Either.getOrElse(yield* Tokenizer.tokenizing(readable, target, Infinity), () => tokens)
  }
  if (Either.isLeft(parsed)) return Either.left(parsed.left.failure)
  const tree = parsed.right
  yield
  const report = Report.make(target, () => Layout.make(readable, readableTokens().all))
  Lines.check(all, report)
  yield
  yield* Statements.checkModule(tree.body, report)
  const scopes = [...Table.all(yield* Scopes.build(tree, report))]
  const wrong = report.first()
  return wrong === undefined ? Either.right({ tree, scopes }) : Either.left(wrong)
}

/** The rooms recurse as deep as the tree: where the engine's stack ends, the module is too complex for this program. */
function* bounded<A>(checking: Checking<A>): Checking<A> {
  try {
    return yield* checking
  } catch (error) {
    return Either.left(
      error instanceof RangeError
        ? Guard.tooComplex()
        : of("guard", CHECK_DIED, `the check itself failed on this module: ${String(error)}`)
    )
  }
}

/** The syntax tree of a module that compiles, whatever it does and defines. */
export const tree = (source: string, target: Target): Either.Either<Module, CodeFailure> =>
  Either.map(Steps.run(bounded(compiled(source, target))), ({ tree }) => tree)

/** Modules of which more may have been meant to follow: whether that is asked is known when their trees are gone. */
const unfinished = new WeakSet<PythonModule>()

/** May a module that was checked be the first part of a longer one. */
export const mayGoOn = (module: PythonModule): boolean => unfinished.has(module)

/** What a reader sees must be what runs. */
const hidden = (text: string): CodeFailure | undefined => {
  const found = Neutral.hiding(text)
  if (found === undefined) return undefined
  const message = `the character ${found.name} could hide what the code does: write it as an escape, or leave it out`
  return of("policy", "hidden-character", message, { line: found.line })
}

/** What is not longer is done before a rest is due. */
const WITHOUT_RESTS = Parser.AT_ONCE / 2

/** What is not long has no rests of its own, since each costs a little. */
export function* check(source: string, options: Options): Checking<PythonModule> {
  const checking = bounded(checked(source, options))
  return source.length > WITHOUT_RESTS ? yield* checking : Steps.run(checking)
}

function* checked(source: string, { policy, target }: Options): Checking<PythonModule> {
  const compiling = yield* compiled(source, target)
  if (Either.isLeft(compiling)) return Either.left(compiling.left)
  const { lineOf, scopes, text, tree } = compiling.right
  const inModule = (failure: CodeFailure): CodeFailure => moved(failure, lineOf)
  yield
  const arity = Either.mapLeft(yield* Structure.check(tree), inModule)
  if (Either.isLeft(arity)) return Either.left(arity.left)
  const omitted = Omission.check(text, Structure.bodyOf(tree), lineOf)
  if (omitted !== undefined) return Either.left(omitted)
  const unknown = yield* Names.check(scopes)
  if (unknown !== undefined) return Either.left(inModule(unknown))
  const hiding = hidden(text)
  if (hiding !== undefined) return Either.left(hiding)
  yield
  const imports = Either.mapLeft(yield* Policy.check(tree, scopes, policy), inModule)
  return Either.map(imports, (imports) => {
    const module = new PythonModule({ source: text, arity: arity.right, imports }, { disableValidation: true })
    if (Ending.mayGoOn(tree)) unfinished.add(module)
    return module
  })
}
