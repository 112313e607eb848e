/** What is asked for: ids of models, the prompt of those who have none of their own, and a loop with n workers. */

export const TICKER = "AAPL"

export const modelIds = (count) =>
  Array.from({ length: count }, (_, at) => `bench/model-${String(at).padStart(5, "0")}`)

/** About as long as the prompt of algogen. */
const RULES = `Write a Python 3.11 module that trades the stock ${TICKER}. It must define this function at module level:

def execute_trade(ticker, price, tick, cash_balance, shares_held):

It is called once per tick and returns "BUY", "SELL", "HOLD" or a pair such as ("BUY", 10).
${"- Guard every division, keep state in module-level variables, and never raise.\n".repeat(20)}
Answer with the Python source of the whole module only: no explanation, no Markdown.
`

export const promptFor = ({ model, sample }) => `${RULES}\nVariant ${sample} of ${model}.\n`

export const messagesFor = (request) => [{ role: "user", content: promptFor(request) }]

export const MAX_TOKENS = 4096

/** Every model as many times as there are samples. */
export const requestsOf = function* ({ models, samples }) {
  for (const [position, model] of models.entries()) {
    for (let sample = 1; sample <= samples; sample += 1) yield { model, sample, position }
  }
}

/**
 * Asks for everything with as many workers as are in flight, each of which asks for one thing after the other: what
 * somebody writes by hand around a client. `ask` resolves to the text of the answer.
 */
export const askAll = async (work, ask) => {
  const requests = requestsOf(work)
  const worker = async () => {
    for (let next = requests.next(); !next.done; next = requests.next()) {
      try {
        work.take(await ask(next.value))
      } catch (error) {
        work.fail(error)
      }
    }
  }
  await Promise.all(Array.from({ length: work.inFlight }, worker))
}
