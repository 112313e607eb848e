/** The names that flags offer. They stand alone here, so that a command can check a flag without loading the simulator. */

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
