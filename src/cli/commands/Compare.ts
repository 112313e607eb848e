/** `algogen compare A B`: two modules over the same prices, side by side: scores, equity, and the difference of the code. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Score from "../../domain/Score.js"
import * as Grading from "../../score/Grading.js"
import type * as Commands from "../Commands.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { nothingProduced } from "../Failure.js"
import * as Diff from "../view/Diff.js"
import * as Fit from "../view/Fit.js"
import * as Leaderboard from "../view/Leaderboard.js"
import * as Look from "../view/Look.js"
import * as Sparkline from "../view/Sparkline.js"
import * as Table from "../view/Table.js"
import * as Scoring from "./Score.js"
import * as Validate from "./Validate.js"

const ROWS: ReadonlyArray<readonly [name: string, text: (score: Score.Score) => string]> = [
  ["return after costs", (score) => Score.estimate(score.return)],
  ["over buy and hold", (score) => Score.estimate(score.overHold)],
  ["beats random traders", (score) => Score.share(score.randomBeaten)],
  ["trades", ({ trades }) => (trades === 0 ? "NEVER TRADED" : String(trades))],
  ["orders reduced, refused", ({ reduced, refused }) => `${reduced}, ${refused}`],
  ["time in the market", ({ exposure }) => Score.share(exposure)],
  ["drawdown", ({ maxDrawdown }) => Score.percent(-maxDrawdown)],
  ["Sharpe ratio, a year", ({ sharpe }) => (sharpe === null ? "none" : sharpe.toFixed(2))],
  ["turnover", ({ turnover }) => `${turnover.toFixed(1)} times`],
  ["costs", ({ costs }) => Score.percent(-costs)]
]

/** So many columns of a table belong to the names of its rows and the gaps. */
const BESIDE_CURVES = Math.max(...ROWS.map(([name]) => name.length)) + 2 * Table.GAP.length

/** The equity of both in each market, drawn alike, in so many columns. */
const curves = (one: Score.Score, other: Score.Score, columns: number): ReadonlyArray<ReadonlyArray<string>> =>
  one.plays.map(({ equity, market }, index) => {
    const second = other.plays[index]?.equity ?? []
    const all = [1, ...equity, ...second]
    const [low, high] = [Math.min(...all), Math.max(...all)]
    const room = Math.floor((columns - BESIDE_CURVES) / 2)
    const draw = (values: ReadonlyArray<number>) => Sparkline.render(Sparkline.thin(values, room), low, high)
    return [market, draw(equity), draw(second)]
  })

/** The least that two digits of a percent show. */
const LEAST = 0.0001

const amount = (value: number): string => (value < LEAST / 2 ? `under ${Score.share(LEAST, 2)}` : Score.share(value, 2))

/** Over the same parts, where what both share does not count: closer than two intervals. */
export const verdict = (one: Score.Score, other: Score.Score): string => {
  const { interval, value } = Grading.difference(one, other)
  if (value === 0) return "A and B made the same."
  const said = `A made ${amount(Math.abs(value))} ${value > 0 ? "more" : "less"} than B`
  if (interval === null) return `${said}. There are too few prices to say whether that is chance.`
  const range = `${Score.percent(interval[0])} to ${Score.percent(interval[1])}`
  return interval[0] > 0 || interval[1] < 0
    ? `${said}. The 95 % interval of the difference is ${range}.`
    : `${said}, which may be chance: the 95 % interval of the difference, ${range}, contains 0.`
}

interface Side {
  readonly file: string
  readonly score: Score.Score
}

/** Both scores, as far as the place of the output has room: A and B head the columns, and their paths stand above. */
export const table = (one: Side, other: Side, look: Look.Look): ReadonlyArray<string> => {
  const [first, second] = [one.score, other.score]
  const isComparable = first.plays.every(({ market }, index) => market === second.plays[index]?.market)
  const apart = "They were played over different prices, so their scores do not compare."
  const path = (letter: string, { file }: Side) => {
    const whole = look.clean(file)
    return `${letter}  ${look.isTerminal ? Fit.shorten(whole, look.columns - 3, look.ellipsis) : whole}`
  }
  return [
    path("A", one),
    path("B", other),
    "",
    Fit.table(
      ["", "A", "B"],
      [
        ...ROWS.map(([name, text]) => [name, text(first), text(second)]),
        ...(look.ascii || !isComparable ? [] : curves(first, second, look.columns))
      ],
      look
    ),
    ...(isComparable
      ? [Leaderboard.basis(first), verdict(first, second)]
      : [`A: ${Leaderboard.basis(first)}`, `B: ${Leaderboard.basis(second)}`, apart]
    ).map((sentence) => Fit.hang(look.clean(sentence), look.columns)),
    ""
  ]
}

export const run = (flags: Commands.Compare) =>
  Effect.gen(function* () {
    const [one, other] = yield* Scoring.play(flags, [flags.first, flags.second])
    if (one === undefined || other === undefined) return yield* nothingProduced()
    const [first, second] = [one.score, other.score]
    const repeats = Scoring.standings([one, other]).get(other.index)?.repeats
    // A file that is no module has nothing to compare.
    const diff =
      one.source === undefined || other.source === undefined ? undefined : Diff.render(one.source, other.source)
    if (flags.json) {
      const document: typeof Others.Comparison.Encoded = {
        sides: [Scoring.toJson(one), Scoring.toJson(other)],
        repeats: repeats?.same,
        diff: diff?.join("\n")
      }
      yield* Console.log(Json.document(document))
    } else {
      const scored =
        first === undefined || second === undefined
          ? []
          : table({ file: one.file, score: first }, { file: other.file, score: second }, Look.output())
      const unscored = [one, other].filter(({ score }) => score === undefined).map(Validate.toLine)
      const sameness =
        repeats === undefined
          ? []
          : [repeats.same ? "The same program, apart from names and constants." : "Nearly the same program.", ""]
      const code =
        diff === undefined
          ? []
          : diff.length === 0
            ? ["The code is the same."]
            : [`--- ${one.file}`, `+++ ${other.file}`, ...diff]
      yield* Console.log([...scored, ...unscored, ...sameness, ...code.map(Table.code)].join("\n"))
    }
    yield* Validate.simulated([one, other])
    if (first === undefined || second === undefined) return yield* nothingProduced()
  })
