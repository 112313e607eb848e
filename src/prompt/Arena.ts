/**
 * The prompt for those whose files are played by the arena of AlgoClash, and the price arrays that stand at the head of
 * such a file. Its numbers are those of the arena's own settings: 390 ticks, 10,000 dollars, margin and shorts.
 */
import * as Bars from "../market/Bars.js"
import type * as Template from "./Template.js"
import * as Words from "./Words.js"

/** A year of days; longer arrays would only make the file longer. */
const MAX_BARS = 250

const price = (value: number): string => String(Number(value.toPrecision(8)))

const COLUMNS: Readonly<Record<string, (series: Bars.Series) => ReadonlyArray<string>>> = {
  _HISTORICAL_DATES: ({ times }) => times.map((time) => JSON.stringify(new Date(time).toISOString().slice(0, 10))),
  _HISTORICAL_OPENS: ({ open }) => open.map(price),
  _HISTORICAL_HIGHS: ({ high }) => high.map(price),
  _HISTORICAL_LOWS: ({ low }) => low.map(price),
  _HISTORICAL_CLOSES: ({ close }) => close.map(price),
  _HISTORICAL_VOLUMES: ({ volume }) => volume.map((value) => String(Math.round(value)))
}

export const NAMES: ReadonlyArray<string> = Object.keys(COLUMNS)

/** The arrays as Python: the latest prices of the part that a prompt may describe, none of those kept for scoring. */
export const arrays = (series: Bars.Series): string => {
  const shown = Bars.shown(series)
  const latest = Bars.slice(shown, Math.max(0, shown.close.length - MAX_BARS))
  return Object.entries(COLUMNS)
    .map(([name, valuesOf]) => `${name} = [${valuesOf(latest).join(", ")}]\n`)
    .join("")
}

const ARRAYS = `
These lists are defined before your code, of equal length and oldest first; use them, and don't define them:
${NAMES.join(", ")}. There is an entry for each bar of the past. The dates are texts such as "2024-01-02", the rest are numbers. They end before tick 0.
`

export const prompt = (hasPrices: boolean): Template.Template => ({
  names: new Set(["ticker", "strategy", "signature", "imports"]),
  render: (values) => write(values, hasPrices ? ARRAYS : "")
})

const write = ({ imports, signature, strategy, ticker }: Template.Values, arrays: string): string =>
  `Write a Python 3.11 module that trades the stock ${ticker()} for one day, against other programs. It must define this function at module level:

${signature()}

${Words.CALL}
A tick is one minute of trading. The day has 390: tick runs from 0 to 389.
${arrays}
It returns one of these and nothing else:
- a tuple of "BUY" or "SELL" and a whole number of shares greater than zero, for example ("BUY", 10) or ("SELL", 3)
- "HOLD"

The arena's rules:
- You start with 10,000 dollars and no shares. What you are worth after the last tick decides: cash, and shares at the last price.
- Margin: cash_balance may go down to -40,000. Shorts: shares_held may go down to -250; a SELL beyond what you own opens a short, and BUY
  closes it. Orders beyond these limits are cut to fit.
- An order may be filled in part or not at all, and after some HOLDs in a row the arena places a small order for you: go by
  cash_balance and shares_held as they are, not by a count of your own.

${strategy()}
Follow this strategy with these numbers; other models are given other strategies. Where it says to buy with a share of the cash, you may
use the margin as well; where it sells everything, you may also go short by as much, and buy back where it would buy.

Rules:
${Words.rules(imports(), ["From tick 380 on close what is open."])}

${Words.ANSWER}
`
