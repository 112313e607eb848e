/** The one answer that everybody gets: a real module of 2 kB in a fenced block, as plain JSON or as a stream of events. */

export const MODULE = `"""Mean reversion: buy well below the average of the recent prices, sell well above it."""
import math
from collections import deque
from statistics import fmean, pstdev

WINDOW = 24
ENTRY = 1.8
EXIT = 0.4
STAKE = 0.22
STOP_LOSS = 0.06
COOL_DOWN = 5

_prices = deque(maxlen=WINDOW)
_entry_price = None
_last_trade = -COOL_DOWN


def _is_usable(price):
    return isinstance(price, (int, float)) and math.isfinite(price) and price > 0


def _score(price):
    """How many standard deviations the price is away from the mean, or None while that is unknown."""
    if len(_prices) < WINDOW:
        return None
    deviation = pstdev(_prices)
    if deviation <= 1e-9:
        return None
    return (price - fmean(_prices)) / deviation


def _quantity(cash_balance, price):
    """As many shares as the stake pays for; never more than the cash at hand."""
    if cash_balance <= 0:
        return 0
    return int(cash_balance * STAKE // price)


def _is_stopped(price):
    """Has the price fallen too far below what was paid."""
    return _entry_price is not None and price < _entry_price * (1 - STOP_LOSS)


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    global _entry_price, _last_trade
    if not _is_usable(price):
        return "HOLD"
    score = _score(price)
    _prices.append(float(price))
    if score is None:
        return "HOLD"

    held = int(shares_held) if shares_held > 0 else 0
    if held and _is_stopped(price):
        _entry_price = None
        _last_trade = tick
        return ("SELL", held)

    if tick - _last_trade < COOL_DOWN:
        return "HOLD"

    if score < -ENTRY:
        quantity = _quantity(cash_balance, price)
        if quantity > 0:
            _entry_price = float(price)
            _last_trade = tick
            return ("BUY", quantity)
        return "HOLD"

    if held and score > EXIT:
        _entry_price = None
        _last_trade = tick
        return ("SELL", held)
    return "HOLD"
`

/** What the model says: the module in a fenced block, as most models send it. */
const textOf = (module) => `\`\`\`python\n${module}\`\`\`\n`
export const TEXT = textOf(MODULE)

/** The same with a last line of its own, for answers that all differ. */
export const numbered = (number) => textOf(`${MODULE}# ${number}\n`)

const NUMBER = /^# \d+\n$/

/** Is this the module, or the text, that was sent. */
export const isRight = (got) =>
  got === MODULE || got.trim() === TEXT.trim() || (got.startsWith(MODULE) && NUMBER.test(got.slice(MODULE.length)))

const USAGE = { prompt_tokens: 520, completion_tokens: 560, total_tokens: 1080, cost: 0.000412 }
const CREATED = 1750000000
const ID = "gen-1750000000-AbCdEfGhIjKlMnOpQrSt"

export const json = (model, text = TEXT) =>
  JSON.stringify({
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: text } }],
    usage: USAGE
  })

/** The events of a stream, one string each, with the text in `deltas` parts of about the same length. */
export const events = (model, deltas, text = TEXT) => {
  const size = Math.ceil(text.length / deltas)
  const parts = Array.from({ length: deltas }, (_, at) => text.slice(at * size, (at + 1) * size)).filter(Boolean)
  const chunk = (delta, rest = {}, finish = null) =>
    `data: ${JSON.stringify({
      id: ID,
      object: "chat.completion.chunk",
      created: CREATED,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...rest
    })}\n\n`
  return [
    ": OPENROUTER PROCESSING\n\n",
    ...parts.map((content) => chunk({ role: "assistant", content })),
    chunk({ role: "assistant", content: "" }, { usage: USAGE }, "stop"),
    "data: [DONE]\n\n"
  ]
}
