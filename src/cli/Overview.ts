/** What `algogen` and `algogen --help` print. Imports nothing, so that it is there at once. */

export const ABOUT = "Ask several language models at once to write a trading algorithm in Python"

export const ABOUT_EACH = {
  generate: "Ask several models at once to write a trading algorithm, and save what works",
  models: "List the models on offer, with context length and prices",
  doctor: "Find out why requests fail: key, base URL, models, one small request",
  journal: "List the answers that were paid for, or forget the old ones",
  validate: "Check Python files, or answers of models, without asking anybody",
  simulate: "Serve the simulated OpenRouter on this machine, for tests and demonstrations"
}

/** In place of the generated one, in which every description stands to the right of the longest list of flags. */
const overview = (version: string): string =>
  [
    `algogen ${version}`,
    ABOUT,
    "",
    "Commands:",
    ...Object.entries(ABOUT_EACH).map(([name, about]) => `  ${name.padEnd(10)}${about}`),
    "",
    "Each with --help tells its flags. Others: --version, --completions bash, zsh or fish."
  ].join("\n")

/** The answer to the words after the program's name, where it takes no parser of flags to give one. */
export const answer = (version: string, words: ReadonlyArray<string>): string | undefined => {
  const [word, ...others] = words
  if (others.length > 0) return undefined
  if (word === undefined || word === "--help" || word === "-h") return overview(version)
  return word === "--version" ? version : undefined
}
