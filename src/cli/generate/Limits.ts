/** How a run asks, by the flags. */
import type * as Plan from "../../generation/Plan.js"
import type * as Commands from "../Commands.js"

interface Chosen {
  readonly concurrency: number
  readonly simulated: boolean
}

/** Not the instructions: the prompt has them, with their placeholders filled in. */
export const of = (flags: Omit<Commands.Generate, "models">, { concurrency, simulated }: Chosen) =>
  ({
    maxCompletionTokens: flags.maxCompletionTokens,
    temperature: flags.temperature,
    effort: flags.effort,
    provider: flags.provider,
    serviceTier: flags.serviceTier,
    allowPaid: flags.allowPaid,
    rounds: flags.rounds,
    concurrency,
    requestTimeout: flags.requestTimeout,
    deadline: flags.deadline,
    maxRetries: flags.maxRetries,
    patience: flags.patience,
    repairs: flags.repairs,
    budget: flags.budget,
    // There is no journal of simulated models.
    resume: flags.resume && !simulated
  }) satisfies Plan.Limits
