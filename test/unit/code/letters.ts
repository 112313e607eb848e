/** Names in letters of all kinds wherever a name may stand, some of them with what belongs to no name: the same for the same seed. */
import { random } from "./mutations.js"

const PLACES: ReadonlyArray<string> = [
  "A = 1\nB += A",
  "A: B = 1; del A",
  "A.B = C.A[B]",
  "def A(B, C=1, *D): return B",
  "def A(B, /, *, C): pass",
  "async def A(B):\n    async for C in B: await D",
  "class A(B, C=1):\n    def B(C, __D): global __A",
  "f(A=1, B=2)",
  "f(1, **A, B=C)",
  "import A, os",
  "import A.B as C",
  "from A.B import (C as D, A)",
  "from __future__ import A",
  "f'{A} B {C.D!r:>{B}}' 'C'",
  'f"{ A[B] = }"',
  "A'x'",
  'x = A"B"',
  "A B",
  "def f():\n    global A, B\n    C = 1",
  "def f():\n    A = 1\n    global B",
  "def f(A):\n    global B",
  "def f():\n    A = 1\n    def g():\n        nonlocal B",
  "match x:\n    case A: pass\n    case B: pass",
  "match x:\n    case A.B | 1: pass",
  "match x:\n    case [A, *B, C]: pass",
  "match x:\n    case {1: A, **B}: pass",
  "match x:\n    case A(B, C=D): pass",
  "match x:\n    case C(A=1, B=2): pass",
  "match x:\n    case A as B: pass",
  "match x:\n    case A, B if C: pass",
  "match A, B:\n    case C, D: pass",
  "W x:\n    W 1: pass",
  "W A W B: pass",
  "W x",
  "for A, B in C:\n    D",
  "with A as B, C: pass",
  "try: A\nexcept B as C: pass",
  "[A for B in C if D]",
  "async def f(): return {A: B async for A in C}",
  "[A := 1 for B in c]",
  "x = lambda A, B=1: C",
  "A if B else -C ** D",
  "1A",
  "1 if x else A",
  "@A.B\ndef f(): pass",
  "if A:\n\tB = C",
  "A \\\n  = (B := C)"
]

const WORDS =
  "if else True None match case _ type async await f rb print X x fi __debug__ eval in not lambda is annotations".split(
    " "
  )

/** Every letter and digit at another place of Unicode, where NFKC finds it. */
const moved = (word: string, capital: number, small: number): string =>
  word.replaceAll(/[A-Za-z]/g, (letter) => {
    const code = letter.charCodeAt(0)
    return String.fromCodePoint(code < 97 ? capital + code - 65 : small + code - 97)
  })

const LETTERS: ReadonlyArray<(word: string) => string> = [
  (word) => word,
  (word) => moved(word, 0x1d400, 0x1d41a),
  (word) => moved(word, 0x1d5a0, 0x1d5ba),
  (word) => moved(word, 0xff21, 0xff41),
  (word) => word.charAt(0) + moved(word.slice(1), 0x1d468, 0x1d482)
]

/** Older than all versions of Python that are compared with. */
const CHARACTERS = [..."aéßªºµﬁǅℌⅨ℘℮αжא中豈ｶﾞ가ㄱ𐐀𐌰𝒳𝔣𠀀𝛼𞤀𛀀"]
const INSIDE = [..."1_·፩٣０𝟘𝟡\u0301\u0316\u{e0100}ำ\uff3f\u203f\u1d165𑣠"]
const NEVER = [..."😀゛\u037a–€\u00a0\u200d・²½〜"]

export const programs = (count: number, seed: number): ReadonlyArray<string> => {
  const below = random(seed)
  const pick = (from: ReadonlyArray<string>): string => from[below(from.length)] ?? ""
  const word = (): string => LETTERS[below(LETTERS.length)]?.(pick(WORDS)) ?? ""
  const name = (): string => {
    if (below(3) === 0) return word()
    const first = below(20) === 0 ? pick(INSIDE) : pick(CHARACTERS)
    const rest = Array.from({ length: below(3) }, () => pick(below(2) === 0 ? CHARACTERS : INSIDE))
    return first + rest.join("") + (below(20) === 0 ? pick(NEVER) : "")
  }
  return Array.from({ length: count }, (_, index) => {
    const [a, b, c] = [name(), name(), name()]
    // Of two that are one to Python, or that are written alike.
    const second = [a, a.normalize("NFKC"), b, b, b][below(5)] ?? b
    const names: Readonly<Record<string, string>> = { A: a, B: second, C: c, D: name() }
    const place = PLACES[index % PLACES.length] ?? ""
    return `${place.replaceAll(/(?<![\w'])[ABCD]|(?<=__)[ABCD]|W/g, (hole) => names[hole] ?? word())}\n`
  })
}
