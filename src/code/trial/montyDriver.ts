/**
 * The programs of a trial in Monty: `player` is the Python that is appended to the module and plays one regime, `host` is
 * the Node program that runs both in Monty and reports as the python3 driver does. The player is written in the part of
 * Python that Monty knows, under a name that no module uses, and raises on an answer that is not legal: that Monty
 * refuses a module proves nothing, so it need not say more. Strings, so that they survive bundling.
 */

export const player = (call: string): string => String.raw`

def trial__play(trial__regime, trial__ticker):
    cash, shares, told = trial__regime["cash"], trial__regime["shares"], []
    floor = min(0, shares)
    for tick, price in enumerate(trial__regime["prices"]):
        answer = execute_trade(${call})
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

trial__play(trial__regime, trial__ticker)
`

export const host = String.raw`
const { createRequire } = require("node:module")
const { readFileSync } = require("node:fs")
const { pathToFileURL } = require("node:url")

const job = JSON.parse(readFileSync(0, "utf8"))
const say = (message) => process.stdout.write(job.nonce + " " + JSON.stringify(message) + "\n")
const load = async () => import(pathToFileURL(createRequire(job.anchor).resolve("@pydantic/monty")))

const play = ({ Monty }) => {
  const program = new Monty(job.program, { inputs: ["trial__regime", "trial__ticker"] })
  say({ _tag: "Ready", sandboxed: true })
  for (const regime of job.regimes) {
    const inputs = { trial__regime: regime, trial__ticker: job.ticker }
    const told = program.run({ inputs, limits: job.limits, printCallback: () => {} })
    say({ _tag: "Loaded" })
    for (const [action, shares] of told) say({ _tag: "Action", action, shares })
  }
}

load().then(
  (monty) => {
    try { play(monty) } catch (error) { say({ _tag: "Unready", reason: String(error && error.message).slice(0, 200) }) }
  },
  () => say({ _tag: "Unready", reason: "the package @pydantic/monty is not installed" })
)
`
