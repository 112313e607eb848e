/** Names that commands need: they stand alone here, so that a flag can be checked without loading the simulator. */

/** What the journal knows a simulator by, whatever its port. */
export const IDENTITY = "simulator"

export const SCENARIOS = ["healthy", "flaky", "rate-limited", "outage", "hostile"] as const
export type Scenario = (typeof SCENARIOS)[number]

export const PROFILES = [
  "openrouter",
  "openai",
  "azure",
  "gemini",
  "mistral",
  "groq",
  "minimax",
  "litellm",
  "ollama",
  "llamacpp",
  "lmstudio",
  "vllm"
] as const
export type Profile = (typeof PROFILES)[number]
