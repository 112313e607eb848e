/**
 * What is left of a module without the names it chose, its numbers, texts, annotations and comments: two modules of one
 * shape do the same with other constants. Built-in names, attributes and the three actions stay as they are.
 */
import * as Either from "effect/Either"
import { ENTRY_POINT } from "../Contract.js"
import { BUILTINS } from "./Builtins.js"
import * as PythonCheck from "./PythonCheck.js"
import * as Target from "./Target.js"
import { isNode, type Module } from "./Tree.js"

export interface Shape {
  /** Names are numbered in the order of their first use. */
  readonly exact: string
  /** How often each run of five nodes occurs, with all chosen names alike. */
  readonly runs: ReadonlyMap<string, number>
  /** How many runs there are. */
  readonly size: number
}

const RUN = 5

/** A list of so many constants is data, as the prices at the head of a file are: however long, it counts as one. */
const TABLE = 8

const ACTIONS = new Set(["BUY", "SELL", "HOLD"])

/** Fields that say nothing about what the program does. */
const IGNORED = new Set(["annotation", "ctx", "nodeType", "returns"])

/** Fields that hold a name which the program chose. */
const NAMING = new Set(["arg", "asname", "id", "name"])

interface Mark {
  readonly exact: string
  readonly loose: string
}

const constant = (value: unknown): string => {
  if (typeof value === "string") return ACTIONS.has(value) ? value : "text"
  return typeof value === "number" || typeof value === "bigint" ? "number" : String(value)
}

const marksOf = (module: Module): ReadonlyArray<Mark> => {
  const marks: Array<Mark> = []
  const numbers = new Map<string, number>()
  /** What an import is called here, and what it is called where it comes from. */
  const imported = new Map<string, string>()

  const emit = (exact: string, loose = exact) => marks.push({ exact, loose })
  const emitName = (name: string) => {
    const known = imported.get(name) ?? (BUILTINS.has(name) || name === ENTRY_POINT ? name : undefined)
    if (known !== undefined) return emit(known)
    if (!numbers.has(name)) numbers.set(name, numbers.size)
    return emit(`v${numbers.get(name)}`, "v")
  }

  const walk = (node: unknown, field: string): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, field)
      return
    }
    if (typeof node === "string") return NAMING.has(field) ? void emitName(node) : void emit(node)
    if (!isNode(node)) return
    switch (node.nodeType) {
      case "Global":
      case "Nonlocal":
        return
      case "Expr":
        // A docstring, or a comment in its stead.
        if (node.value.nodeType === "Constant") return
        break
      case "Constant":
        return void emit(constant(node.value))
      case "List":
      case "Tuple":
        if (node.elts.length >= TABLE && node.elts.every(({ nodeType }) => nodeType === "Constant"))
          return void emit("table")
        break
      case "Alias":
        imported.set(node.asname ?? node.name, node.name)
        return void emit(node.name)
      case "AnnAssign":
        if (node.value === undefined || node.value === null) return
        emit("Assign")
        walk(node.target, "targets")
        return walk(node.value, "value")
    }
    emit(node.nodeType)
    for (const [name, child] of Object.entries(node)) if (!IGNORED.has(name)) walk(child, name)
  }
  walk(module, "module")
  return marks
}

/** Undefined for what does not compile. */
export const of = (source: string): Shape | undefined => {
  const tree = Either.getOrUndefined(PythonCheck.tree(source, Target.of("3.13")))
  if (tree === undefined) return undefined
  const marks = marksOf(tree)
  const loose = marks.map((mark) => mark.loose)
  const runs = new Map<string, number>()
  const size = Math.max(1, marks.length - RUN + 1)
  for (let from = 0; from < size; from++) {
    const run = loose.slice(from, from + RUN).join(" ")
    runs.set(run, (runs.get(run) ?? 0) + 1)
  }
  return { exact: marks.map(({ exact }) => exact).join(" "), runs, size }
}

/** The share of runs that two shapes have in common: 0 to 1. */
export const likeness = (one: Shape, other: Shape): number => {
  let common = 0
  for (const [run, count] of one.runs) common += Math.min(count, other.runs.get(run) ?? 0)
  return (2 * common) / (one.size + other.size)
}
