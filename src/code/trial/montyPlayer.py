

# Appended to the module, and plays one regime. Written in the part of Python that Monty knows, under a name that no module
# uses. Raises on an answer that is not legal: Monty refusing a module proves nothing, so no more needs to be said.
def trial__play(trial__regime, trial__ticker, trial__arity):
    cash, shares, told = trial__regime["cash"], trial__regime["shares"], []
    floor = min(0, shares)
    for tick, price in enumerate(trial__regime["prices"]):
        if trial__arity == 5:
            answer = execute_trade(trial__ticker, price, tick, cash, shares)
        else:
            answer = execute_trade(trial__ticker, cash, shares)
        word, count = answer, 1
        if isinstance(answer, tuple):
            word, count = answer
            told.append([word, count])
            if word == "HOLD" or isinstance(count, bool) or not isinstance(count, int) or count <= 0:
                raise ValueError("not a legal action")
        else:
            told.append([word])
        if word == "BUY":
            count = min(count, int(cash // price))
            cash, shares = round(cash - count * price, 2), shares + count
        elif word == "SELL":
            count = min(count, max(0, shares - floor))
            cash, shares = round(cash + count * price, 2), shares - count
        elif word != "HOLD":
            raise ValueError("not a legal action")
    return told


trial__play(trial__regime, trial__ticker, trial__arity)
