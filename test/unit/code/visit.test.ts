import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { tree } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"
import { visit } from "../../../src/code/python/Tree.js"
import { good } from "./fixtures.js"

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Whatever a node holds, found without knowing any kind of node. */
const below = (value: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value.flatMap(below)
  if (!isRecord(value)) return []
  const inner = Object.entries(value).flatMap(([field, child]) => (/^(?:ctx|ops?)$/.test(field) ? [] : below(child)))
  return "nodeType" in value ? [value, ...inner] : inner
}

const EVERYTHING = `
@a.b
def f(a: int, /, b=1, *c, d=2, **e) -> str:
    global y
    x: int = 1
    x += -a[1:2, ::3] ** (b if c else not d)
    return [i for i in a if i], {j: k for j, k in b}, {m for m in n}, (o := 1, *p), lambda q: q
class A(B, metaclass=C):
    async def g(self):
        async with a as b, c: await d
        async for i in j: yield i
        for k in l: break
        else: del k
        while m < n <= o != p in q is not r: continue
try:
    raise E from F
except (G, H) as i: assert j, k
finally: pass
match a:
    case {"b": c, **d}: pass
    case [1, *e] if k: pass
    case F(g, h=i) | J(g, i) as j: pass
if a and b or c: print(f"{a!r:>{b}}", *c, sep=d, **e)
elif b: from c import (d as e)
else: nonlocal_ = {**a, "b": {1, 2}}
`

describe("the walk over a tree", () => {
  it("meets each node once, in the order of the source", () => {
    for (const source of [EVERYTHING, ...good]) {
      const module = Either.getOrThrow(tree(source, Target.of("3.13")))
      const met: Array<unknown> = []
      visit(module, (node) => {
        met.push(node)
        return true
      })
      const all = below(module)
      assert.strictEqual(met.length, all.length)
      for (const [index, node] of met.entries()) assert.strictEqual(node, all[index])
    }
  })
})
