/**
 * What is said of each of many small pieces of Python, and how they are taken apart: `test/golden/python`. Whether the verdicts
 * are right a test of the system asks CPython. Where they are meant to change, run this file with `-u`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import * as Report from "../../../src/code/python/compile/Report.js"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as Elements from "../../../src/code/python/Elements.js"
import * as Layout from "../../../src/code/python/Layout.js"
import * as Parser from "../../../src/code/python/Parser.js"
import * as PyAst from "../../../src/code/python/PyAst.js"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Rewrite from "../../../src/code/python/Rewrite.js"
import * as Scopes from "../../../src/code/python/Scopes.js"
import * as Table from "../../../src/code/python/scopes/Table.js"
import * as Shape from "../../../src/code/python/Shape.js"
import * as Statement from "../../../src/code/python/Statement.js"
import * as Target from "../../../src/code/python/Target.js"
import type { Token, Tokens } from "../../../src/code/python/Token.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import { type Module, visit } from "../../../src/code/python/Tree.js"
import * as Steps from "../../../src/code/Steps.js"
import type { CodeFailure } from "../../../src/domain/CodeFailure.js"
import { ENDINGS, GRAMMAR, NAMES } from "./snippets.js"
import { counted } from "./steps.js"
import { ENTRY } from "./structures.js"

const VERSIONS = ["3.9", "3.10", "3.11", "3.12", "3.13"] as const
const NEWEST = Target.of("3.13")

/** What is on the first line is not what has no line. */
const placed = (source: string): string => `#\n${source}`

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, "    ")

const told = ({ code, line, message, stage, truncated }: CodeFailure): string =>
  `${stage} ${code}, line ${line}${truncated ? ", cut off" : ""}: ${message}`

const golden = async (file: string, lines: ReadonlyArray<string>): Promise<void> => {
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/python/${file}.txt`)
}

/** The verdicts of all versions, where they differ. */
const verdictsOn = (source: string): string => {
  const verdictOf = (version: Target.Version): string =>
    Either.match(compiles(placed(source), Target.of(version)), { onLeft: told, onRight: () => "ok" })
  const first = verdictOf("3.9")
  if (first === verdictOf("3.13")) return `3.9: ${first}`
  const said = VERSIONS.map(verdictOf)
  return said
    .flatMap((verdict, index) => (verdict === said[index - 1] ? [] : [`${VERSIONS[index]}: ${verdict}`]))
    .join("\n")
}

const shownToken = ({ fields, kind, text }: Token): string => {
  const inner = fields?.map(({ line, tokens }) => `{${line}: ${tokens.map(shownToken).join(" ")}}`).join("") ?? ""
  return (text === "" ? kind.toUpperCase() : `${kind.charAt(0)}${JSON.stringify(text)}`) + inner
}

const tokensOf = (source: string): Tokens | undefined => Either.getOrUndefined(Tokenizer.tokenize(source, NEWEST))

interface Taken {
  readonly text: string
  readonly tokens: Tokens
  readonly module: Module
}

/** As the checks take it apart, undefined where it is no Python. */
const taken = (source: string): Taken | undefined => {
  const tokens = tokensOf(source)
  if (tokens === undefined || Either.isLeft(compiles(source, NEWEST))) return undefined
  const text = Rewrite.forParser(source, tokens.all)
  const read = Either.getOrThrow(Tokenizer.tokenize(text, NEWEST, Infinity))
  return Either.match(
    PyAst.parsed(text, PyAst.TOP, () => read),
    {
      onLeft: () => undefined,
      onRight: (module) => ({ text, tokens: read, module })
    }
  )
}

const shownBracket = ({ close, commas, inner, kind, open }: Elements.Bracket): string =>
  `${kind ?? "?"} ${open}-${close} [${commas.join(" ")}] ${inner.map((one) => `(${shownBracket(one)})`).join("")}`

const shownStatement = ({ blocks, line, size }: Cuts.Statement): string =>
  `${line}+${size}` +
  blocks
    .map(
      ({ end, hasCases, line, size, statements }) =>
        `{${hasCases ? "cases " : ""}${line}-${end}+${size}: ${statements.map(shownStatement).join(" ")}}`
    )
    .join("")

const shownTable = ({ className, kind, names, reads, star }: Table.Table): string => {
  const flags = [...names].map(([name, flags]) => `${name}=${flags}`)
  const read = reads.map(({ expected, line, name }) => `${name}@${line}${expected ? "?" : ""}`)
  return `${kind} ${className ?? ""}${star ? "*" : ""} ${flags.join(" ")} | ${read.join(" ")}`
}

const placesIn = ({ module, text, tokens }: Taken): string => {
  const layout = Layout.make(text, tokens.all)
  const found: Array<string> = []
  visit(module, (node) => {
    if (!("lineno" in node) || !("col_offset" in node) || node.lineno === undefined) return true
    const span = { ...node, lineno: node.lineno, col_offset: node.col_offset ?? 0 }
    const where = `${layout.isGrouped(span) ? "grouped" : ""}${layout.isEnclosed(span) ? "enclosed" : ""}`
    if (where !== "") found.push(`${node.nodeType}@${node.lineno}:${span.col_offset} ${where}`)
    return true
  })
  return found.join(", ")
}

const HAS_BLOCKS = /^(?:.*Def|(?:Async)?(?:With|For)|If|While|Try.*|Match.*|ExceptHandler)$/

/** Without the ends of statements with blocks, which nobody reads. */
const shown = (value: unknown): string =>
  JSON.stringify(value, function (this: { readonly nodeType?: unknown }, key, inner: unknown) {
    if (key.startsWith("end_") && HAS_BLOCKS.test(String(this.nodeType))) return undefined
    return typeof inner === "bigint" ? `${inner}n` : inner
  })

describe("small pieces of Python", () => {
  it("are refused, or not, as they were", () =>
    golden(
      "verdicts",
      GRAMMAR.map((source) => `${indented(source)}\n${verdictsOn(source)}`)
    ))

  it("are refused for their names and their entry point as they were", () => {
    const { check } = make()
    return golden(
      "names",
      NAMES.map((source) => {
        const module = placed(source.includes("execute_trade") ? source : source + ENTRY)
        const verdict = Either.match(check(module), {
          onLeft: told,
          onRight: ({ arity, imports }) => `ok, ${arity} ${imports.join(" ")}`
        })
        return `${indented(source)}\n${verdict}`
      })
    )
  })

  it("are taken for half a module as they were", () => {
    const { accept } = make()
    return golden(
      "endings",
      ENDINGS.map((source) => {
        const verdict = Either.match(accept(source, { endingImplied: true }), { onLeft: told, onRight: () => "ok" })
        return `${indented(source)}\n${verdict}`
      })
    )
  })

  it("have the tokens that they had", () =>
    golden(
      "tokens",
      GRAMMAR.map((source) => {
        const tokens = tokensOf(source)
        if (tokens === undefined) return `${indented(source)}\nnone`
        const { all, endsInComment, unclosed } = tokens
        const end = `${endsInComment ? " #" : ""}${unclosed === undefined ? "" : ` ${shownToken(unclosed)}`}`
        return `${indented(source)}\n${all.map(shownToken).join(" ")}${end}`
      })
    ))

  it("have each token where it stands", () => {
    for (const source of [...GRAMMAR, ...NAMES]) {
      for (const token of tokensOf(source)?.all ?? []) {
        const { column, endColumn, endLine, line, offset, text } = token
        const before = source.slice(0, offset).split("\n")
        const through = source.slice(0, offset + text.length).split("\n")
        const found = [text, line, column, endLine, endColumn].join()
        const wanted = [before.length, before.at(-1)?.length, through.length, through.at(-1)?.length]
        if (found !== [source.slice(offset, offset + text.length), ...wanted].join())
          assert.fail(`${shownToken(token)} in ${source}`)
      }
    }
  })

  it("are taken apart as they were", () => {
    const partsOf = (source: string): ReadonlyArray<string> => {
      const found = taken(source)
      if (found === undefined) return []
      const { module, text, tokens } = found
      const report = Report.make(NEWEST, () => Layout.make(text, tokens.all))
      const tables = [...Table.all(Steps.run(Scopes.build(module, report)))]
      return [
        indented(source),
        text === source ? "as it is" : `rewritten\n${indented(text)}`,
        `cuts ${Cuts.statements(tokens.all).map(shownStatement).join(" ")}`,
        `brackets ${Elements.brackets(tokens.all).map(shownBracket).join("; ")}`,
        `places ${placesIn(found)}`,
        tables.map(shownTable).join("\n"),
        `shape ${Shape.of(source)?.exact}`
      ]
    }
    return golden("parts", [...GRAMMAR, ...NAMES].flatMap(partsOf))
  })

  it("have the same tree in the smallest parts as in one, or are wrong in the same way", () => {
    let cut = 0
    for (const source of GRAMMAR) {
      const tokens = tokensOf(source)
      if (tokens === undefined) continue
      const text = Rewrite.forParser(source, tokens.all)
      const read = (): Tokens => Either.getOrElse(Tokenizer.tokenize(text, NEWEST, Infinity), () => tokens)
      const [parsed, rests] = counted(Statement.parsed({ text, lines: 0, line: 1 }, read, { least: 2, part: 1 }))
      const verdict = Either.match({
        onLeft: ({ failure }: PyAst.Wrong) => told(failure),
        onRight: ({ body }: Module) => shown(body)
      })
      assert.strictEqual(verdict(parsed), verdict(PyAst.parsed(text, PyAst.TOP, read)), source)
      if (rests > 3) cut += 1
    }
    assert.isAbove(cut, 30)
  })

  it("have the same trees in a long module, and in long blocks, as by themselves", () => {
    const read = GRAMMAR.flatMap((source) => taken(source)?.text ?? [])
    const heads = [
      "",
      "if a:\n",
      "class A:\n",
      "async def f():\n",
      "try: a\nexcept b:\n",
      "match a:\n case b:\n",
      "while a: b\nelse:\n"
    ]
    for (const head of heads) {
      const indent = head.startsWith("match") ? "  " : head === "" ? "" : " "
      const source = head + read.map((text) => text.replaceAll(/^(?=.)/gm, indent)).join("")
      const tokens = Either.getOrThrow(Tokenizer.tokenize(source, NEWEST, Infinity))
      const whole = PyAst.parsed(source, PyAst.TOP, () => tokens)
      const inParts = Steps.run(Parser.tree(source, Cuts.statements(tokens.all), () => tokens))
      const body = Either.map(inParts, (module) => shown(module.body))
      assert.strictEqual(Either.getOrThrow(body) === shown(Either.getOrThrow(whole).body), true, head)
    }
  })
})
