

# Appended to the module, and plays one regime. Written in the part of Python that Monty knows, under names that no module
# uses. Raises on an answer that is not legal: Monty refusing a module proves nothing, so no more needs to be said.
def trial__affordable(cash, unit):
    count = max(0, int(cash / unit))
    while count > 0 and count * unit > cash:
        count -= 1
    while count < 9007199254740991 and (count + 1) * unit <= cash:
        count += 1
    return count


def trial__play(trial__regime, trial__ticker, trial__arity):
    cash, shares, told = trial__regime["cash"], trial__regime["shares"], []
    fee, slippage = trial__regime["fee"], trial__regime["slippage"]
    least = trial__regime["leastCash"]
    floor = min(trial__regime["leastShares"], shares)
    for tick, price in enumerate(trial__regime["prices"]):
        if trial__arity == 5:
            answer = execute_trade(trial__ticker, price, tick, cash, shares)
        else:
            answer = execute_trade(trial__ticker, cash, shares)
        word, count = answer, 1
        if isinstance(answer, tuple):
            word, count = answer
            if word == "HOLD" or isinstance(count, bool) or not isinstance(count, int) or count <= 0:
                raise ValueError("not a legal action")
        count = min(count, 9007199254740991)
        if word == "BUY":
            told.append(count)
            unit = price * (1 + slippage) * (1 + fee)
            count = min(count, trial__affordable(cash - least, unit))
            cash, shares = cash - count * unit, shares + count
        elif word == "SELL":
            told.append(-count)
            unit = price * (1 - slippage) * (1 - fee)
            count = min(count, max(0, shares - floor))
            cash, shares = cash + count * unit, shares - count
        elif word == "HOLD":
            told.append(0)
        else:
            raise ValueError("not a legal action")
    return told


trial__play(trial__regime, trial__ticker, trial__arity)
