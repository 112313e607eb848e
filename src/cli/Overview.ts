/** What `algogen` and `algogen --help` print. It imports nothing, so that it appears at once. */

export const ABOUT = "Ask several language models at once to write a trading algorithm in Python"

export const ABOUT_EACH = {
  generate: "Ask several models at once to write a trading algorithm, and save what works",
  models: "List the models on offer, with context length and prices",
  doctor: "Find out why requests fail: key, base URL, models, one small request",
  journal: "List the answers you paid for, or delete old ones",
  validate: "Check Python files or saved answers, without sending anything",
  python: "Print the module for callers in Python: algogen python > algogen.py",
  simulate: "Run a simulated server on this machine, for tests and demonstrations"
}

/** Replaces the generated overview, which puts every description to the right of the longest list of flags. */
const overview = (version: string): string =>
  [
    `algogen ${version}`,
    ABOUT,
    "",
    "Commands:",
    ...Object.entries(ABOUT_EACH).map(([name, about]) => `  ${name.padEnd(10)}${about}`),
    "",
    "algogen COMMAND --help lists its flags. Others: --version, --completions bash, zsh or fish."
  ].join("\n")

/** The answer to the arguments if no flag parser is needed for it. */
export const answer = (version: string, words: ReadonlyArray<string>): string | undefined => {
  const [word, ...others] = words
  if (others.length > 0) return undefined
  if (word === undefined || word === "--help" || word === "-h") return overview(version)
  return word === "--version" ? version : undefined
}
