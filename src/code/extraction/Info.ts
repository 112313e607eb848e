/**
 * What stands behind an opening fence: the language, attributes for a web page, and now and then the first line of the code.
 */

export interface Info {
  /** `other`: a language that Python is not written in. */
  readonly kind: "python" | "unlabelled" | "unknown" | "other"
  /** What a model thinks, in a fence of its own. */
  readonly thought: boolean
  /** Code behind the language, on the same line. */
  readonly code: string
}

const LANGUAGE = /^[{.\s]*([a-z][a-z+#_-]*[\d.]*)(?![\w=(])[}]?/i
const PYTHON = /^(?:i?py(?:thon)?(?:[\d.]*|[-_]?repl|con)|python[-_]\w+|sage|tool_code)$/i
const OTHER =
  /^(?:md|markdown|mdx|json[c5l]?|ya?ml|xml|html?|svg|bash|sh|shell|zsh|fish|console|terminal|powershell|ps1|cmd|bat|dockerfile|diff|patch|csv|toml|ini|sql|js|javascript|jsx|tsx?|typescript|css|latex|tex|mermaid|output|log|ipynb)$/i
const THOUGHT = /^(?:think|thinking|thoughts?|reasoning|scratchpad)$/i

/** A statement, as opposed to a title, a path, a list of highlighted lines. */
const STATEMENT =
  /^(?:(?:import|from|def|class|if|for|while|try|with|global|async|return|pass|lambda|print)\b|@\w|"""|'''|[A-Za-z_]\w*(?:[ ]*:[^=]*)?[ ]+=[ ]|[A-Za-z_][\w.]*\()/
const NAME_OF_FILE = /^#\s*[\w./-]+\.py\s*$/
const ATTRIBUTE = /^(\w+)=/

/** `body` is the code behind, where somebody has it at hand. */
export const read = (info: string, body: () => string): Info => {
  // Blanks at the end may be in a string.
  const text = info.trimStart()
  if (text === "") return { kind: "unlabelled", thought: false, code: "" }
  if (STATEMENT.test(text)) return { kind: "unlabelled", thought: false, code: text }
  const [whole = "", language = ""] = LANGUAGE.exec(text) ?? []
  const kind = PYTHON.test(language) ? "python" : OTHER.test(language) ? "other" : "unknown"
  const rest = text.slice(whole.length).trimStart()
  const attribute = ATTRIBUTE.exec(rest)?.[1]
  const isCode =
    STATEMENT.test(rest) ||
    (rest.startsWith("#") && !NAME_OF_FILE.test(rest)) ||
    (attribute !== undefined && new RegExp(`\\b${attribute}\\b`).test(body()))
  return { kind, thought: THOUGHT.test(language), code: isCode && kind !== "other" ? rest : "" }
}
