/** What requests cost, by the server's own notes, and what a run makes of that. */
import type { Outcome } from "../../../src/generation/Report.js"
import { mostFor } from "./Answers.js"
import type { Request } from "./Server.js"

export const ROUNDING = 1e-9

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

/** What is spent, and what may be spent by requests that are under way or whose price nobody told: never more than this. */
export const committed = (requests: ReadonlyArray<Request>): number => sum(requests.map(commitment))

const commitment = ({ maxTokens, model, overAt, reply, wholeAt }: Request): number => {
  if (overAt !== undefined && reply.cost !== undefined) return reply.cost
  const isOpen = overAt === undefined || (reply.isGood && wholeAt !== undefined)
  return isOpen ? mostFor(model, maxTokens) : 0
}

interface Bill {
  /** What the server said that it costs, whatever became of the answer afterwards. */
  readonly certain: number
  /** The same of those whose price came in the moment in which something cut them short. */
  readonly doubtful: number
}

const billOf = (requests: ReadonlyArray<Request>, isDoubtful: (request: Request) => boolean): Bill => {
  const told = requests.filter(({ reply, toldAt }) => toldAt !== undefined && reply.cost !== undefined)
  const of = (some: ReadonlyArray<Request>) => sum(some.map(({ reply }) => reply.cost ?? 0))
  return { certain: of(told.filter((one) => !isDoubtful(one))), doubtful: of(told.filter(isDoubtful)) }
}

/** The rules that a report breaks. */
export const check = (
  outcomes: ReadonlyArray<Outcome>,
  requests: ReadonlyArray<Request>,
  budget: number | undefined,
  isDoubtful: (request: Request) => boolean
): ReadonlyArray<string> => {
  const broken: Array<string> = []
  const spent = sum(requests.map(({ reply }) => reply.cost ?? 0))
  if (budget !== undefined && spent > budget + ROUNDING) broken.push(`$${spent} were spent of a budget of $${budget}`)
  const ledger = sum(outcomes.flatMap(({ attempts }) => attempts).map(({ usage }) => usage?.cost ?? 0))
  const bill = billOf(requests, isDoubtful)
  if (ledger < bill.certain - ROUNDING || ledger > bill.certain + bill.doubtful + ROUNDING) {
    broken.push(`the ledger says $${ledger}, and the server billed $${bill.certain}`)
  }
  return broken
}
