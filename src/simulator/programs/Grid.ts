/** Grid: a ladder of prices around an anchor, one lot for each rung. */
import type * as Draw from "../Draw.js"

export const title = "a grid around a drifting anchor"

export const source = (draw: Draw.Draw): string => `import math
from typing import Optional, Tuple, Union

STEP = 0.00${draw.integer(3, 8)}  # distance between two rungs, as a share of the anchor
LOT = ${draw.integer(3, 10)}
DRIFT = 0.0${draw.integer(1, 5)}

_anchor: Optional[float] = None
_rung: int = 0


def execute_trade(
    ticker: str, price: float, tick: int, cash_balance: float, shares_held: float
) -> Union[str, Tuple[str, int]]:
    global _anchor, _rung
    if not price or price <= 0:
        return "HOLD"
    if _anchor is None:
        _anchor = price
        return "HOLD"

    rung = math.floor((price - _anchor) / (_anchor * STEP))
    moved = rung - _rung
    _rung = rung
    _anchor += DRIFT * (price - _anchor)

    if moved < 0:
        lots = min(-moved * LOT, int(cash_balance / price))
        return ("BUY", lots) if lots > 0 else "HOLD"
    if moved > 0 and shares_held > 0:
        lots = min(moved * LOT, int(shares_held))
        return ("SELL", lots) if lots > 0 else "HOLD"
    return "HOLD"
`
