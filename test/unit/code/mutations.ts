/**
 * Broken and unbroken relatives of programs, the same for the same seed: characters, tokens and lines taken away, doubled,
 * exchanged, and statements put where they may not stand.
 */

/** A small generator of numbers (mulberry32): tests need the same ones on every machine. */
export const random = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const CHARACTERS = "()[]{}:,.=+-*/'\"\\#@ \n\tx0_~%&|^<>!;"
const WORDS =
  "if else elif for while not and or is in def class return yield await async with as try except finally raise from import global nonlocal lambda pass break continue del assert True None match case print x 0 2.5 'a' f'{x}' b'z' ( ) [ ] { } , : ; . = == -> := ... * **".split(
    " "
  )
const STATEMENTS = [
  "return 1",
  "yield x",
  "x = yield",
  "await x",
  "break",
  "continue",
  "global x",
  "global price",
  "nonlocal x",
  "from math import *",
  "from __future__ import annotations",
  "x: int = 3",
  "del f()",
  "x = *a",
  "*a, b = c",
  "f(a=1, a=2)",
  "f(a=1, 2)",
  "f(x for x in y, 1)",
  "x = (y := 1)",
  "y := 1",
  "[x for x in y if (x := 1)]",
  "def g(a, a): pass",
  "def g(*): pass",
  "async def g(): [await x for x in y]",
  "with a as b, c as d: pass",
  "for *x in y: pass",
  "try: pass",
  "try: pass\nexcept: pass\nexcept E: pass",
  "match x:\n    case y: pass\n    case 1: pass",
  "match x, y:\n    case a, *b: pass",
  "x = f'{y!r:>{z}}'",
  "x = f'{y z}'",
  "x = b'a' 'b'",
  "x = 012",
  "x = '\\x4'",
  "@f\ndef g(): pass",
  "x = 1; if y: pass"
]

type Mutation = (source: string, pick: (below: number) => number) => string

const character: Mutation = (source, pick) => {
  const at = pick(source.length)
  const inserted = pick(2) === 0 ? "" : CHARACTERS.charAt(pick(CHARACTERS.length))
  return source.slice(0, at) + inserted + source.slice(at + pick(2))
}

const token: Mutation = (source, pick) => {
  const tokens: ReadonlyArray<string> = source.match(/\w+|'[^'\n]*'|"[^"\n]*"|\s+|[^]/g) ?? []
  const at = pick(tokens.length)
  const word = WORDS[pick(WORDS.length)] ?? ""
  return tokens.with(at, ["", word, `${tokens[at] ?? ""} ${word}`][pick(3)] ?? "").join("")
}

const line: Mutation = (source, pick) => {
  const lines = source.split("\n")
  const at = pick(lines.length)
  const own = lines[at] ?? ""
  const changed = [
    [],
    [own, own],
    [`    ${own}`],
    [own.trimStart()],
    [`\t${own}`],
    [own.slice(0, pick(own.length + 1))]
  ]
  return lines.toSpliced(at, 1, ...(changed[pick(changed.length)] ?? [])).join("\n")
}

const statement: Mutation = (source, pick) => {
  const lines = source.split("\n")
  const at = pick(lines.length)
  const [indent = ""] = /^\s*/.exec(lines[at] ?? "") ?? []
  const inserted = (STATEMENTS[pick(STATEMENTS.length)] ?? "").split("\n").map((one) => indent + one)
  return lines.toSpliced(at, 0, ...inserted).join("\n")
}

const ALL = [character, token, line, statement]

export const mutations = (sources: ReadonlyArray<string>, count: number, seed: number): ReadonlyArray<string> => {
  const pick = random(seed)
  return Array.from({ length: count }, () => {
    const source = sources[pick(sources.length)] ?? ""
    const once = ALL[pick(ALL.length)]?.(source, pick) ?? source
    return pick(5) === 0 ? (ALL[pick(ALL.length)]?.(once, pick) ?? once) : once
  })
}
