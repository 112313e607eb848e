/** What is read off an equity curve. Pure arithmetic in a fixed order, so that the last digit is the same everywhere. */

export const mean = (values: ReadonlyArray<number>): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** Of a sample: divided by one less than its size. */
export const deviation = (values: ReadonlyArray<number>): number => {
  if (values.length < 2) return 0
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0) / (values.length - 1))
}

/** From each value to the next, as a share of the earlier one. */
export const returns = (equity: ReadonlyArray<number>): ReadonlyArray<number> =>
  equity.slice(1).map((value, index) => {
    const before = equity[index] ?? value
    // Who owes more than there is has nothing left that could grow by a share.
    return before > 0 ? value / before - 1 : 0
  })

/** The traded value by the mean equity; by that of the start where debts have eaten it up. */
export const turnover = (traded: number, equity: ReadonlyArray<number>): number => {
  const middle = mean(equity)
  return traded / (middle > 0 ? middle : (equity[0] ?? 1))
}

/** The largest drawdown: from a peak to a later low, as a share of the peak. */
export const maxDrawdown = (equity: ReadonlyArray<number>): number => {
  let peak = 0
  let largest = 0
  for (const value of equity) {
    peak = Math.max(peak, value)
    if (peak > 0) largest = Math.max(largest, (peak - value) / peak)
  }
  return largest
}

/** Mean by deviation, times the root of the periods in a year; null where nothing deviates. */
export const sharpe = (changes: ReadonlyArray<number>, perYear: number): number | null => {
  const spread = deviation(changes)
  return spread === 0 ? null : (mean(changes) / spread) * Math.sqrt(perYear)
}
