/** What is changed to make a mutant: each operator looks at one node and names the replacements it would make there. */
import { dotted, type Node, nodeAt, nodesAt } from "./Tree.js"

export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A node, the nodes around it from the inside out, and the text of the file. */
export interface Place {
  readonly node: Node
  readonly around: ReadonlyArray<Node>
  readonly source: string
}

export type Operator = (place: Place) => ReadonlyArray<Edit>

const NONE: ReadonlyArray<Edit> = []

const textOf = (source: string, { end, start }: Node): string => source.slice(start, end)

const replaced = ({ end, start }: Node, text: string): ReadonlyArray<Edit> => [{ start, end, text }]

const TESTED = new Set(["IfStatement", "ConditionalExpression", "WhileStatement", "ForStatement", "DoWhileStatement"])

/** An equality is turned round as a comparison. */
const condition: Operator = ({ node, source }) => {
  const test = nodeAt(node, "test")
  const isEquality = /^[!=]==?$/.test(String(test?.["operator"]))
  return TESTED.has(node.type) && test !== undefined && !isEquality
    ? replaced(test, `!(${textOf(source, test)})`)
    : NONE
}

const COMPARED: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "==": "!=",
  "!=": "=="
}

const CALCULATED: Readonly<Record<string, string>> = { "+": "-", "-": "+", "*": "/", "/": "*", "%": "*" }

const LOGICAL: Readonly<Record<string, string>> = { "&&": "||", "||": "&&" }

const ASSIGNED: Readonly<Record<string, string>> = { "+=": "-=", "-=": "+=" }

const isText = (node: Node | undefined): boolean =>
  node?.type === "TemplateLiteral" ||
  typeof node?.["value"] === "string" ||
  (node?.type === "BinaryExpression" && (isText(nodeAt(node, "left")) || isText(nodeAt(node, "right"))))

/** Puts another operator between two operands. */
const between =
  (table: Readonly<Record<string, string>>): Operator =>
  ({ node, source }) => {
    const [left, right] = [nodeAt(node, "left"), nodeAt(node, "right")]
    const operator = String(node["operator"])
    const other = table[operator]
    if (left === undefined || right === undefined || other === undefined || isText(left) || isText(right)) return NONE
    const at = source.indexOf(operator, left.end)
    // The whole expression in parentheses: `a || b && c` means something else.
    return replaced(node, `(${source.slice(node.start, at)}${other}${source.slice(at + operator.length, node.end)})`)
  }

const isOf =
  (type: string, operator: Operator): Operator =>
  (place) =>
    place.node.type === type ? operator(place) : NONE

/** `a ?? b` without `b`. */
const fallback: Operator = ({ node, source }) => {
  const left = nodeAt(node, "left")
  return node["operator"] === "??" && left !== undefined ? replaced(node, `(${textOf(source, left)})`) : NONE
}

const number: Operator = ({ around, node }) => {
  const { value } = node
  // `void 0` is the compiler's `undefined`.
  if (typeof value !== "number" || around[0]?.["operator"] === "void" || !Number.isSafeInteger(value)) return NONE
  return value === 0
    ? replaced(node, "1")
    : [...replaced(node, String(value + 1)), ...replaced(node, String(value - 1))]
}

/** Options that say something to the compiler, or about a result that nobody looks at. */
const UNSEEN = new Set(["discard", "strict"])

const truth: Operator = ({ around, node }) =>
  typeof node["value"] === "boolean" && !UNSEEN.has(dotted(nodeAt(around[0], "key")))
    ? replaced(node, String(!node["value"]))
    : NONE

/** How a file is opened: without what keeps it from being replaced, or from being cut. */
const FLAGS: Readonly<Record<string, string>> = { wx: "w", "wx+": "w+", ax: "a", "r+": "w+" }

const flag: Operator = ({ node }) => {
  const other = typeof node["value"] === "string" ? FLAGS[node["value"]] : undefined
  return other === undefined ? NONE : replaced(node, JSON.stringify(other))
}

const DONE = new Set([
  "CallExpression",
  "YieldExpression",
  "AwaitExpression",
  "AssignmentExpression",
  "UpdateExpression"
])

/** A statement that is there for what it does. */
const statement: Operator = ({ node }) => {
  const done = nodeAt(node, "expression")
  return node.type === "ExpressionStatement" && done !== undefined && DONE.has(done.type) ? replaced(node, ";") : NONE
}

/** Steps of a pipe after which the value is of the same type. */
const STEPS =
  /^(?:Effect|Stream)\.(?:tap\w*|zipLeft|zipRight|ensuring|uninterruptible|interruptible|on(?:Exit|Error|Interrupt)|retry|timeout\w*)$/

/** The list without one of its members, and without the comma beside it. */
const without = (members: ReadonlyArray<Node>, index: number): Edit | undefined => {
  const [before, member, after] = [members[index - 1], members[index], members[index + 1]]
  if (member === undefined) return undefined
  if (after !== undefined) return { start: member.start, end: after.start, text: "" }
  return { start: before?.end ?? member.start, end: member.end, text: "" }
}

const step: Operator = ({ node }) => {
  if (node.type !== "CallExpression" || nodeAt(nodeAt(node, "callee"), "property")?.["name"] !== "pipe") return NONE
  const steps = nodesAt(node, "arguments")
  return steps.flatMap((one, index) => {
    const name = dotted(one.type === "CallExpression" ? nodeAt(one, "callee") : one)
    return STEPS.test(name) ? (without(steps, index) ?? []) : []
  })
}

/** Rows in a table are tuples, which have all their members. */
const element: Operator = ({ around, node }) => {
  const elements = nodesAt(node, "elements")
  if (node.type !== "ArrayExpression" || elements.length < 2 || around[0]?.type === "ArrayExpression") return NONE
  return elements.flatMap((_, index) => without(elements, index) ?? [])
}

const FUNCTIONS = new Set(["ArrowFunctionExpression", "FunctionExpression", "FunctionDeclaration", "MethodDefinition"])

export const isTopLevel = (around: ReadonlyArray<Node>): boolean => !around.some(({ type }) => FUNCTIONS.has(type))

/** A table by name. Smaller objects are records, which have all their fields. */
const ROWS = 4

const property: Operator = ({ around, node }) => {
  const properties = nodesAt(node, "properties")
  if (node.type !== "ObjectExpression" || properties.length < ROWS || !isTopLevel(around)) return NONE
  return properties.flatMap((_, index) => without(properties, index) ?? [])
}

/** A list that is written as one text. */
const WORDS = /^\s*(?:[\w.$-]+\s+){3,}[\w.$-]+\s*$/

const word: Operator = ({ around, node, source }) => {
  const isLiteral =
    typeof node["value"] === "string" || (node.type === "TemplateLiteral" && nodesAt(node, "quasis").length === 1)
  const text = source.slice(node.start + 1, node.end - 1).replaceAll("\\n", "  ")
  if (!isLiteral || !isTopLevel(around) || !WORDS.test(text)) return NONE
  return [...text.matchAll(/[\w.$-]+/g)].map(({ 0: name, index }) => {
    const start = node.start + 1 + index
    return { start, end: start + name.length, text: "" }
  })
}

/** Calls that are easily mistaken for each other. */
const CALLS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  min: "max",
  max: "min"
}

const call: Operator = ({ node }) => {
  const name = node.type === "CallExpression" ? nodeAt(nodeAt(node, "callee"), "property") : undefined
  const isMember = name?.type === "Identifier" && nodeAt(node, "callee")?.type === "MemberExpression"
  const of = dotted(nodeAt(nodeAt(node, "callee"), "object"))
  if (name === undefined || !isMember || /^[A-Z]/.test(of) !== (of === "Math")) return NONE
  const other = CALLS[String(name["name"])]
  return other === undefined ? NONE : replaced(name, other)
}

/** Finds, and says that it found nothing. */
const nothing: Operator = ({ node }) =>
  node.type === "CallExpression" && dotted(nodeAt(node, "callee")) === "Option.some"
    ? replaced(node, "Option.none()")
    : NONE

export const OPERATORS: Readonly<Record<string, Operator>> = {
  "condition turned round": condition,
  "other comparison": isOf("BinaryExpression", between(COMPARED)),
  "other calculation": isOf("BinaryExpression", between(CALCULATED)),
  "and for or": isOf("LogicalExpression", between(LOGICAL)),
  "without the fallback": isOf("LogicalExpression", fallback),
  "other assignment": isOf("AssignmentExpression", between(ASSIGNED)),
  "number off by one": isOf("Literal", number),
  "true for false": isOf("Literal", truth),
  "other flag": isOf("Literal", flag),
  "statement left out": statement,
  "step left out": step,
  "element left out": element,
  "row left out": property,
  "word left out": word,
  "other call": call,
  "none instead of some": nothing
}
