/** What every prompt of the project says, whatever the market is. */
import * as Contract from "../code/Contract.js"

export const CALL = `The function is called once per tick, in order, with positional arguments:
${Contract.PARAMETERS.map(({ about, name }) => `- ${name}: ${about}`).join("\n")}`

/** `own` are the rules of one kind of prompt. */
export const rules = (imports: string, own: ReadonlyArray<string>): string =>
  [
    'Keep state such as past prices in module-level variables. Declare every one that the function assigns with "global".',
    `Use only the standard modules ${imports}, or none.`,
    "No network, no files, no input or output, no threads, no clock. Running the module must do nothing but define things.",
    'Return "HOLD" while there is too little history for the strategy.',
    "Guard every division against a zero divisor, and every mean or deviation against too few values.",
    ...own,
    "A price that is zero, negative or not finite is a reason to HOLD.",
    "Every path through the function ends in a return of one of the values above; it never raises and never loops without end.",
    "Define every name that you use, helpers and imports included."
  ]
    .map((rule) => `- ${rule}`)
    .join("\n")

export const ANSWER = "Answer with the Python source of the whole module only: no explanation, no Markdown."
