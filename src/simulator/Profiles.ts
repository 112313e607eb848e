/** The servers that the simulator can play, by name. */
import type * as Names from "./Names.js"
import type * as Profile from "./Profile.js"
import * as Azure from "./profiles/Azure.js"
import * as Gemini from "./profiles/Gemini.js"
import * as Groq from "./profiles/Groq.js"
import * as LiteLlm from "./profiles/LiteLlm.js"
import * as LlamaCpp from "./profiles/LlamaCpp.js"
import * as LmStudio from "./profiles/LmStudio.js"
import * as MiniMax from "./profiles/MiniMax.js"
import * as Mistral from "./profiles/Mistral.js"
import * as Ollama from "./profiles/Ollama.js"
import * as OpenAi from "./profiles/OpenAi.js"
import * as OpenRouter from "./profiles/OpenRouter.js"
import * as Vllm from "./profiles/Vllm.js"

export const table: Readonly<Record<Names.Profile, Profile.Profile>> = {
  openrouter: OpenRouter.profile,
  openai: OpenAi.profile,
  azure: Azure.profile,
  gemini: Gemini.profile,
  mistral: Mistral.profile,
  groq: Groq.profile,
  minimax: MiniMax.profile,
  litellm: LiteLlm.profile,
  ollama: Ollama.profile,
  llamacpp: LlamaCpp.profile,
  lmstudio: LmStudio.profile,
  vllm: Vllm.profile
}

export const all: ReadonlyArray<Profile.Profile> = Object.values(table)
