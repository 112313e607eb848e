/** Runs inside a Node child: plays the module in Monty, and reports as the driver for python3 does. */
const { createRequire } = require("node:module")
const { readFileSync } = require("node:fs")
const { pathToFileURL } = require("node:url")

const job = JSON.parse(readFileSync(0, "utf8"))
const say = (message) => process.stdout.write(`${job.nonce} ${JSON.stringify(message)}\n`)
const load = async () => import(pathToFileURL(createRequire(job.anchor).resolve("@pydantic/monty")))

const play = ({ Monty }) => {
  const program = new Monty(job.program, { inputs: ["trial__regime", "trial__ticker", "trial__arity"] })
  say({ _tag: "Ready", sandboxed: true })
  for (const regime of job.regimes) {
    const inputs = { trial__regime: regime, trial__ticker: job.ticker, trial__arity: job.arity }
    const told = program.run({ inputs, limits: job.limits, printCallback: () => {} })
    say({ _tag: "Loaded" })
    say({ _tag: "Orders", orders: told.join(" ") })
  }
}

load().then(
  (monty) => {
    try {
      play(monty)
    } catch (error) {
      say({ _tag: "Unready", reason: String(error && error.message).slice(0, 200) })
    }
  },
  () => say({ _tag: "Unready", reason: "the package @pydantic/monty is not installed" })
)
