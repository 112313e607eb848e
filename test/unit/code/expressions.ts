/** Made-up statements with all that may stand between brackets, the same for the same seed. */
import { random } from "./mutations.js"

const ATOMS = "a|é|1|'s'|\"é,(\"|'a' 'b'|f'{a}é{b, c}'|b'x'|...|None|2.5|'''m\nn'''|[]|()|{}|[a,]|(a,)|(a)".split("|")
const PARAMETERS = "|a|a, b|a=(1, 2), *b|*, a|a, /, b|a=lambda x, y: x, b=2|*a, **b".split("|")
const SEPARATORS = [", ", ", ", ",", ",\n  ", ", # c, (\n", ",\\\n", " ,"]
const ENDS = ["", "", "", ",", ",\n", ", # c)\n", " # c]\n"]

export class Maker {
  private readonly below: (count: number) => number

  /** `isPlain`: without `yield` and `:=`, which are seldom allowed. */
  constructor(
    seed: number,
    private readonly isPlain = false
  ) {
    this.below = random(seed)
  }

  pick<A>(...values: ReadonlyArray<A>): A {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new Error("nothing to pick from")
    return value
  }

  private one(...makers: ReadonlyArray<() => string>): string {
    return this.pick(...makers)()
  }

  /** Between brackets. */
  private elements(make: () => string, least = 0, most = 5): string {
    const count = least + this.below(most - least)
    const all = Array.from({ length: count }, make)
    return (
      all.map((element, index) => (index === 0 ? "" : this.pick(...SEPARATORS)) + element).join("") +
      (count === 0 ? "" : this.pick(...ENDS))
    )
  }

  private operand(depth: number): string {
    return depth > 0 && this.below(2) === 0 ? `(${this.expression(depth - 1)})` : this.pick(...ATOMS)
  }

  private element(depth: number): string {
    const value = this.expression(depth - 1)
    return this.pick(value, value, value, `*${this.operand(depth - 1)}`, this.isPlain ? value : `c := ${value}`)
  }

  private argument(depth: number): string {
    const value = this.expression(depth - 1)
    return this.pick(value, value, `*${value}`)
  }

  /** In the order in which a call may have them. */
  private readonly arguments = (depth: number, least = 0, most = 5): string => {
    let keyword = 0
    return this.elements(
      () => {
        if (keyword === 0 && this.below(4) > 0) return this.argument(depth)
        return this.below(4) === 0 && keyword > 2
          ? `**${this.operand(depth - 1)}`
          : `k${keyword++}=${this.expression(depth - 1)}`
      },
      least,
      most
    )
  }

  expression(depth: number): string {
    if (depth <= 0) return this.pick(...ATOMS)
    const operand = (): string => this.operand(depth)
    const element = (): string => this.element(depth)
    const pair = (): string =>
      this.pick(`${this.expression(depth - 1)}: ${operand()}`, `**${operand()}`, `${operand()}: ${operand()}`)
    const index = (): string => this.pick(operand(), `${operand()}:${operand()}`, ":", "::2", "1:")
    return this.one(
      () => this.pick(...ATOMS),
      () => `${operand()} + ${operand()}`,
      () => `lambda ${this.pick(...PARAMETERS)}: ${operand()}`,
      () => `${operand()} if ${operand()} else ${operand()}`,
      () => `[${this.elements(element)}]`,
      () => `(${this.elements(element, 2)})`,
      () => `{${this.elements(pair)}}`,
      () => `{${this.elements(element, 1)}}`,
      () => `${this.pick("f", "a.b", "f(1)", "(g)", "...")}(${this.arguments(depth)})`,
      () => `${this.pick("a", "f()", "(x)")}[${this.elements(index, 1)}]`,
      () => `[${operand()} for a, b in ${operand()} if ${operand()}]`,
      () => `{${operand()}: ${operand()} for (a, b) in [${this.elements(element)}]}`,
      () => `f(${operand()} for a in ${operand()})`,
      () => (this.isPlain ? operand() : `f((yield ${operand()}, ${operand()}))`),
      () => (this.isPlain ? operand() : `(b := ${operand()})`),
      () => `not ${operand()}`,
      () => `${operand()} < ${operand()} in ${operand()}`,
      () => `-${operand()}.x`
    )
  }

  /** With at least so many elements in one of its brackets. */
  statement(least: number, depth = 3): string {
    const large = (): string =>
      this.one(
        () => `[${this.elements(() => this.element(depth), least, least + 5)}]`,
        () => `(${this.elements(() => this.element(depth), least, least + 5)})`,
        () => `{${this.elements(() => `${this.operand(depth)}: ${this.expression(depth)}`, least, least + 5)}}`,
        () => `f(${this.arguments(depth, least, least + 5)})`,
        () => `a[${this.elements(() => this.operand(depth), least, least + 5)}]`
      )
    return this.one(
      () => `x = ${large()}`,
      () => `x = y[1, 2] = ${large()}, ${large()},`,
      () => `return ${this.operand(1)} + ${large()}`,
      () => `x: ${this.operand(1)} = ${large()}`,
      () => `for a, (b, c) in ${large()}:\n    ${this.operand(1)}`,
      () => `with f(${large()}) as (a, b): ${large()}`,
      () => `with (f(${large()}) as a, b as (c, d)): pass`,
      () => `def f(a, b=${large()}, *c, d=${this.operand(1)}) -> ${large()}:\n    return ${large()}`,
      () => `class A(${this.arguments(depth, least, least + 5)}):\n    a = ${large()}`,
      () => `@f(${large()})\ndef f(): pass`,
      () => `if ${large()}:\n    x\nelif ${large()}: pass`,
      () => `x += ${large()}; y = ${large()}; z`,
      () => `raise f(${large()}) from ${this.operand(1)}`,
      () => `assert ${large()}, ${large()}`,
      () => `x = [a for b in ${large()} if ${large()}]`,
      () => `x = lambda a, b: ${large()}`,
      () => `a[${large()}], b = ${large()}`,
      () => `match(${this.arguments(depth, least, least + 5)})`,
      () =>
        `match ${large()}:\n    case [a, b, (c, d)] | A(1, 2, x=3, y=(4, 5)): pass\n    case {1: a, 'b': (c, d), **e}: pass`
    )
  }

  /** With one character or sign too many or too few. */
  broken(source: string): string {
    const at = this.below(source.length)
    const sign = this.pick(...",|)|(|]|[|{|}|:|=| for | lambda |*|**|a|1| in | if | yield |:=|\n|.| else |'".split("|"))
    return source.slice(0, at) + this.pick(sign, "") + source.slice(at + this.below(2))
  }
}
