/** What `format` does with a text: it looks up the attributes that the text names, so the text must be there to be read. */
import { isMangled } from "../scopes/Table.js"
import { type ExprNode, type Module, type Of, visit } from "../Tree.js"
import * as Special from "./Special.js"

export const FORMATS: ReadonlySet<string> = new Set(["format", "format_map"])

const isText = (node: ExprNode | undefined | null): node is Of<"Constant"> =>
  node?.nodeType === "Constant" && typeof node.value === "string"

/** `texts`: the names that stand for a text in quotes, wherever they are bound. */
export const isLiteral = (node: ExprNode | undefined, texts: () => ReadonlySet<string>): boolean =>
  isText(node) || (node?.nodeType === "Name" && texts().has(node.id))

/** The names that nothing binds but an assignment of a text in quotes. */
export const names = (module: Module): ReadonlySet<string> => {
  const texts = new Map<string, number>()
  const all = new Map<string, number>()
  const count = (into: Map<string, number>, name: string) => into.set(name, (into.get(name) ?? 0) + 1)
  visit(module, (node) => {
    if (node.nodeType === "Assign" && isText(node.value)) {
      for (const target of node.targets) if (target.nodeType === "Name") count(texts, target.id)
    }
    if (node.nodeType === "AnnAssign" && isText(node.value) && node.target.nodeType === "Name")
      count(texts, node.target.id)
    for (const name of Special.bound(node)) count(all, name)
    if (node.nodeType === "Arg") count(all, node.arg)
    return true
  })
  return new Set(
    [...texts].filter(([name, times]) => all.get(name) === times && !isMangled(name)).map(([name]) => name)
  )
}

/** What a text would look up, where it is a format: the names behind the dots of its fields. */
export const lookedUp = (text: string): ReadonlyArray<string> =>
  text.includes("{") && text.includes(".")
    ? (text.match(/\{[^{}]{0,200}/g) ?? []).flatMap((field) => field.match(/(?<=\.)[^\W\d]\w*/g) ?? [])
    : []
