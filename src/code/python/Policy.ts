/**
 * What a trading algorithm has no business doing: importing beyond a list, using more of an allowed module than its public
 * names, and the ways from an ordinary object to the interpreter around it. The lists say what is allowed, as far as that can
 * be said; a module is never a value. This lowers the risk of running the code of a stranger; it is no sandbox.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import { listed } from "../../domain/Listing.js"
import { IMPORTS } from "../Contract.js"
import { each, type Steps, STRETCH } from "../Steps.js"
import { BUILTINS } from "./Builtins.js"
import { isLocal } from "./Names.js"
import * as Aliases from "./policy/Aliases.js"
import * as Classes from "./policy/Classes.js"
import * as Fields from "./policy/Fields.js"
import * as Imports from "./policy/Imports.js"
import { isWrittenOut } from "./policy/Members.js"
import * as Modules from "./policy/Modules.js"
import * as Origins from "./policy/Origins.js"
import { Places } from "./policy/Places.js"
import * as Rules from "./policy/Rules.js"
import * as Special from "./policy/Special.js"
import * as Texts from "./policy/Texts.js"
import type { Table } from "./scopes/Table.js"
import { type ExprNode, type Module, type Of, visit } from "./Tree.js"

export interface Policy {
  readonly imports: ReadonlySet<string>
}

export const make = (more: ReadonlyArray<string> = []): Policy => ({ imports: new Set([...IMPORTS, ...more]) })

type Complaint = readonly [code: string, message: string, line: number]

class Survey {
  readonly imports: Array<Imports.Importing> = []
  readonly complaints: Array<Complaint> = []
  private readonly hooks: Array<Complaint> = []
  private readonly takers: Array<Complaint> = []
  private readonly aliases = new Set<string>()
  private readonly places: Places
  private readonly origins: Origins.Origins
  private texts: ReadonlySet<string> | undefined

  constructor(
    private readonly module: Module,
    private readonly scopes: ReadonlyArray<Table>,
    private readonly policy: Policy
  ) {
    this.origins = Origins.build(scopes)
    this.places = new Places(this.origins.bound, this.pathsOf, this.maybe)
  }

  *run(): Steps<this> {
    yield* each(this.module.body, (statement) => {
      this.places.top(statement)
      this.walk(statement)
    })
    if (this.imports.some((node) => Imports.modulesOf(node).some((name) => Modules.rootOf(name) === "logging"))) {
      this.complaints.push(...this.hooks)
    }
    for (const [node, paths] of this.origins.names) this.value(node, paths)
    this.names()
    for (const { line, name } of Aliases.misread(this.aliases, this.scopes, this.places)) {
      this.complain("forbidden-name", `'${name}' stands for an annotation and is only allowed as one`, line)
    }
    if (this.places.fields.size > 0) this.complaints.push(...this.takers)
    for (const [index, node] of this.imports.entries()) {
      if (index % (4 * STRETCH) === 4 * STRETCH - 1) yield
      const wrong = Imports.wrongWith(node, this.policy.imports, this.origins)
      if (wrong !== undefined) this.complain(...wrong, node.lineno)
    }
    return this
  }

  /** What a node is for sure: its name has no other meaning anywhere in the module. */
  private readonly pathsOf = (node: ExprNode): ReadonlyArray<string> => {
    let base = node
    while (base.nodeType === "Attribute") base = base.value
    return base.nodeType === "Name" && !Origins.isSure(base.id, this.origins) ? [] : Origins.of(node, this.origins)
  }

  private readonly maybe = (node: ExprNode): ReadonlyArray<string> => Origins.of(node, this.origins)

  /** What would be handed the records of a logger, whose attributes may have any names. */
  private hook(name: string | undefined, line: number): void {
    if (name === undefined || !Special.LOGGING_HOOKS.has(name)) return
    this.hooks.push(["forbidden-attribute", `setting '${name}' is not allowed where logging is imported`, line])
  }

  private complain(code: string, message: string, line: number): void {
    this.complaints.push([code, message, line])
  }

  private walk(node: ExprNode | Of<"If">["body"][number]): void {
    visit(node, (node) => {
      switch (node.nodeType) {
        case "Constant":
          this.text(node)
          return false
        case "Import":
        case "ImportFrom":
          this.imports.push(node)
          break
        case "If":
          if (!Imports.isForTypes(node.test, this.origins, this.scopes)) break
          this.walk(node.test)
          for (const statement of node.orelse) this.walk(statement)
          return false
        case "Attribute":
          this.attribute(node.value, node.attr, node.lineno, node)
          if (node.ctx.nodeType !== "Load") this.hook(node.attr, node.lineno)
          break
        case "Call": {
          const found = this.places.byName(node)
          if (found !== undefined) {
            this.attribute(found[0], found[1], node.lineno)
            if (this.places.changes(node)) this.change(found[0], found[1], node.lineno)
          }
          for (const name of this.places.members(node)) {
            if (Special.leadsAway(name, undefined)) {
              this.complain("forbidden-text", `the name '${name}' in a text is not allowed`, node.lineno)
            }
          }
          this.hook(this.places.setBy(node), node.lineno)
          if (node.keywords.some(({ arg, value }) => arg === "extra" && !isWrittenOut(value))) {
            this.complain("forbidden-name", "the 'extra' of a log must be written out", node.lineno)
          }
          break
        }
        case "ClassDef": {
          const why = Classes.complaint(node, this.pathsOf, this.maybe)
          if (why !== undefined) this.complain("forbidden-name", why, node.lineno)
          break
        }
        case "MatchClass":
          for (const name of node.kwd_attrs) this.attribute(undefined, name, node.lineno)
          break
        default:
      }
      for (const name of Special.bound(node)) {
        if (!("lineno" in node)) continue
        if (Special.isForbidden(name)) {
          this.complain("forbidden-name", `defining '${name}' is not allowed`, node.lineno)
        }
        if (Fields.TAKERS.has(name)) this.taker(name, node.lineno)
      }
      this.places.note(node)
      return true
    })
  }

  /** What an import has brought must not stand where it could be handed on. */
  private value(node: ExprNode & { readonly lineno: number }, paths: ReadonlyArray<string>): void {
    const place = this.places.of(node)
    for (const path of paths) {
      const wanted = Rules.RESTRICTED.get(path)
      if (wanted !== undefined && !wanted.some((one) => one === place)) {
        const places = wanted.map((place) => Rules.WHERE[place])
        this.complain("forbidden-name", `'${path}' is only allowed ${listed(places, "or")}`, node.lineno)
      } else if (wanted !== undefined && place === "alias") {
        const name = this.places.aliases.get(node)
        if (name !== undefined) this.aliases.add(name)
      } else if (Modules.isModule(path) && !Rules.MODULE_PLACES.has(place)) {
        const message = `the module '${path}' may only be used for what is in it, as in ${path}.name`
        this.complain("module-as-value", message, node.lineno)
      }
    }
  }

  /** `base`: nothing if it is not known whose attribute is read. */
  private attribute(base: ExprNode | undefined, name: string, line: number, node?: Of<"Attribute">): void {
    const paths = base === undefined ? [] : Origins.of(base, this.origins)
    const modules = paths.filter((path) => Modules.isModule(path) || !Modules.isListed(path))
    const place = node === undefined ? undefined : this.places.of(node)
    const allowed = Special.isSpecial(name)
      ? Special.isAllowed(name, place)
      : (!Special.leadsAway(name, place) || paths.some(Modules.isModule)) &&
        (!Texts.FORMATS.has(name) || Texts.isLiteral(base, () => (this.texts ??= Texts.names(this.module)))) &&
        modules.every((path) => Modules.offers(path, name)) &&
        !(paths.length > 0 && name.startsWith("_"))
    if (!allowed) return this.complain("forbidden-attribute", `the attribute '${name}' is not allowed`, line)
    if (base !== undefined && node !== undefined && node.ctx.nodeType !== "Load" && this.change(base, name, line))
      return
    if (node !== undefined) this.value(node, Origins.of(node, this.origins).filter(Modules.isListed))
  }

  /** Is it a module that would be changed. */
  private change(base: ExprNode, name: string, line: number): boolean {
    const module = this.maybe(base).find(Modules.isModule)
    if (module === undefined) return false
    this.complain("forbidden-attribute", `changing '${module}.${name}' is not allowed`, line)
    return true
  }

  /** What would be handed a class whose fields are not yet in their places. */
  private taker(name: string, line: number): void {
    this.takers.push(["forbidden-name", `'${name}' is not allowed like this where dataclasses have fields`, line])
  }

  private text({ lineno, value }: Of<"Constant">): void {
    if (typeof value !== "string") return
    const name = Special.foundIn(value) ?? Texts.lookedUp(value).find((name) => Special.leadsAway(name, undefined))
    if (name !== undefined) this.complain("forbidden-text", `the text '${name}' in a string is not allowed`, lineno)
  }

  /** Reads of a builtin, not of a variable of the same name: a parameter `open` is a price. */
  private names(): void {
    for (const table of this.scopes) {
      const fields = table.kind === "class" ? this.places.fields.get(table.body) : undefined
      for (const { line, name, node } of table.reads) {
        if (name === "classmethod" && this.places.of(node) !== "method") this.taker(name, line)
        if (fields?.has(name) === true && this.places.of(node) !== "annotation") {
          this.complain("forbidden-name", `'${name}' is a field and not yet a value where its class is made`, line)
        }
        const rule = Rules.FORBIDDEN_NAMES.get(name)
        const forbidden =
          rule === undefined
            ? Special.isSpecial(name) && BUILTINS.has(name) && !Rules.MODULE_NAMES.has(name)
            : !rule.places.includes(this.places.of(node))
        // A class body reads the builtin as long as it has not bound the name.
        if (!forbidden || (table.kind !== "class" && isLocal(name, table))) continue
        const allowed = rule?.hint === undefined ? "not allowed" : `only allowed ${rule.hint}`
        this.complain("forbidden-name", `'${name}' is ${allowed}`, line)
      }
    }
  }
}

/** The top-level names of all imports, when nothing is forbidden. */
export function* check(
  module: Module,
  scopes: ReadonlyArray<Table>,
  policy: Policy
): Steps<Either.Either<ReadonlyArray<string>, CodeFailure>> {
  const { complaints, imports } = yield* new Survey(module, scopes, policy).run()
  const [first] = complaints.sort(([, , left], [, , right]) => left - right)
  return first === undefined
    ? Either.right([...new Set(imports.flatMap(Imports.modulesOf).map(Modules.rootOf))])
    : Either.left(of("policy", first[0], first[1], { line: first[2] }))
}
