/**
 * The patterns of `match`: which names they bind, which of them catch everything, and what may stand in them.
 */
import { type ExprNode, type Of, type PatternNode, position } from "../Tree.js"
import type { Report } from "./Report.js"
import { checkName, forbidden } from "./Targets.js"

/** A pattern that always matches makes the cases behind it unreachable, which Python refuses. */
export const catchesAll = (pattern: PatternNode): boolean =>
  pattern.nodeType === "MatchAs"
    ? pattern.pattern === undefined || catchesAll(pattern.pattern)
    : pattern.nodeType === "MatchOr" && pattern.patterns.some(catchesAll)

/** Attribute lookups and literals; a sum is a complex number. */
const isValue = (node: ExprNode): boolean => {
  switch (node.nodeType) {
    case "Constant":
      return true
    case "Attribute":
      return node.value.nodeType === "Name" || (node.value.nodeType === "Attribute" && isValue(node.value))
    case "UnaryOp":
      return node.op.nodeType === "USub" && isNumber(node.operand)
    case "BinOp":
      return (
        (node.op.nodeType === "Add" || node.op.nodeType === "Sub") &&
        (isNumber(node.left) || (node.left.nodeType === "UnaryOp" && isValue(node.left))) &&
        isImaginary(node.right) &&
        !isImaginary(node.left)
      )
    default:
      return false
  }
}

const isNumber = (node: ExprNode): boolean =>
  node.nodeType === "Constant" &&
  (typeof node.value === "number" || typeof node.value === "bigint" || isImaginary(node))
const isImaginary = (node: ExprNode): boolean =>
  node.nodeType === "Constant" && typeof node.value === "object" && node.value !== null

/** The real and the imaginary part of a number. */
type Parts = readonly [real: number | bigint, imaginary: number]

const numberOf = (node: ExprNode): Parts | undefined => {
  switch (node.nodeType) {
    case "Constant": {
      const { value } = node
      if (typeof value === "number" || typeof value === "bigint") return [value, 0]
      if (typeof value === "boolean") return [+value, 0]
      return typeof value === "object" && value !== null && "imag" in value ? [value.real, value.imag] : undefined
    }
    case "UnaryOp": {
      const [real, imaginary] = numberOf(node.operand) ?? []
      return real === undefined || imaginary === undefined ? undefined : [-real, -imaginary]
    }
    case "BinOp": {
      // A real number and an imaginary one: both parts of a complex number are floats.
      const [left, right] = [numberOf(node.left), numberOf(node.right)]
      if (left === undefined || right === undefined) return undefined
      return [Number(left[0]), node.op.nodeType === "Sub" ? -right[1] : right[1]]
    }
    default:
      return undefined
  }
}

/** As texts the two zeros are one, and a whole number is the same with and without a point. */
const textOf = (part: number | bigint): string => String(Number.isInteger(part) ? BigInt(part) : part)

/** Keys are equal as Python has it, where True is 1, and 0 is -0 and 0j. Those that cannot be compared are `undefined`. */
const keyOf = (node: ExprNode): string | undefined => {
  const parts = numberOf(node)
  if (parts !== undefined) return parts.map(textOf).join(" ")
  if (node.nodeType !== "Constant") return undefined
  if (typeof node.value !== "string") return String(node.value)
  // The parser leaves the name of a character as it is written, like the same letters in a raw string.
  if (node.value.includes("\\N{")) return undefined
  return `${/b/i.test(node.quote_style ?? "") ? "b" : ""}"${node.value}`
}

/** An ellipsis is a text without quotes to the parser. */
export const isEllipsis = (node: ExprNode): boolean =>
  node.nodeType === "Constant" && node.value === "..." && node.quote_style === undefined

export const check = (pattern: PatternNode, report: Report): void => {
  const bound = new Set<string>()
  const bind = (name: string, at: { readonly lineno: number }): void => {
    if (bound.has(name)) report.add("bad-pattern", `multiple assignments to name '${name}' in pattern`, at)
    checkName(name, at, report)
    bound.add(name)
  }

  const sequence = (patterns: ReadonlyArray<PatternNode>, at: { readonly lineno: number }): void => {
    if (patterns.filter(({ nodeType }) => nodeType === "MatchStar").length > 1) {
      report.add("bad-pattern", "multiple starred expressions in sequence pattern", at)
    }
    for (const part of patterns) visit(part, true)
  }

  const mapping = (node: Of<"MatchMapping">): void => {
    const keys = node.keys.map(keyOf).filter((key) => key !== undefined)
    if (new Set(keys).size < keys.length) report.add("bad-pattern", "mapping pattern checks a key twice", node)
    if (!node.keys.every((key) => isValue(key) && !isEllipsis(key))) {
      report.add("bad-pattern", "mapping pattern keys may only match literals and attribute lookups", node)
    }
    for (const part of node.patterns) visit(part)
    if (node.rest === "_") report.add("bad-pattern", "'**_' is not allowed in a mapping pattern", node)
    if (node.rest !== undefined) bind(node.rest, node)
  }

  const klass = (node: Of<"MatchClass">): void => {
    const names = node.kwd_attrs
    if (names.some(forbidden)) report.add("bad-target", "cannot assign to __debug__", node)
    if (new Set(names).size < names.length) {
      report.add("bad-pattern", "attribute name repeated in class pattern", node)
    }
    if (node.kwd_attrs[0] === "_" && node.patterns.length > 0) {
      report.add("bad-pattern", "'_' cannot be the first attribute behind a positional pattern", node)
    }
    const keyword = node.kwd_patterns[0]
    const positional = node.patterns[node.patterns.length - 1]
    if (keyword !== undefined && positional !== undefined && position(positional) > position(keyword)) {
      report.add("bad-pattern", "positional patterns follow keyword patterns", node)
    }
    for (const part of [...node.patterns, ...node.kwd_patterns]) visit(part)
  }

  const alternatives = (node: Of<"MatchOr">): void => {
    const before = new Set(bound)
    let names: ReadonlySet<string> | undefined
    for (const [index, part] of node.patterns.entries()) {
      if (index < node.patterns.length - 1 && catchesAll(part)) {
        report.add("bad-pattern", "an alternative that matches everything makes the remaining ones unreachable", part)
      }
      bound.clear()
      for (const name of before) bound.add(name)
      visit(part)
      const own = new Set([...bound].filter((name) => !before.has(name)))
      if (names !== undefined && (own.size !== names.size || [...own].some((name) => !names?.has(name)))) {
        report.add("bad-pattern", "alternative patterns bind different names", part)
      }
      names = own
    }
  }

  const visit = (node: PatternNode, inSequence = false): void => {
    switch (node.nodeType) {
      case "MatchValue":
        if (!isValue(node.value)) {
          report.add("bad-pattern", "patterns may only match literals and attribute lookups", node)
        }
        break
      case "MatchSingleton":
        break
      case "MatchSequence":
        sequence(node.patterns, node)
        break
      case "MatchMapping":
        mapping(node)
        break
      case "MatchClass":
        klass(node)
        break
      case "MatchStar":
        if (!inSequence || report.layout().isGrouped(node)) {
          report.add("bad-pattern", "a starred pattern is only allowed in a sequence", node)
        }
        if (node.name !== undefined) bind(node.name, node)
        break
      case "MatchAs":
        if (node.pattern !== undefined) visit(node.pattern)
        if (node.name !== undefined) bind(node.name, node)
        break
      case "MatchOr":
        alternatives(node)
        break
    }
  }
  visit(pattern)
}
