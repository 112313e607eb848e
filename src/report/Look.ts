/** The colours of the page, light and dark, and how an outcome is drawn: a colour, and a pattern for those who see none. */
import * as Struct from "effect/Struct"

export const LIGHT = {
  ground: "#ffffff",
  panel: "#f5f6f8",
  ink: "#1b1f24",
  muted: "#545d68",
  rule: "#d3d8de",
  accent: "#0550ae",
  running: "#3b82d0",
  ok: "#1a7f37",
  limited: "#9a6700",
  failed: "#c21f2c",
  unusable: "#7a45d6",
  stopped: "#5c6570",
  keyword: "#b01c48",
  text: "#0a4d2c",
  number: "#0550ae",
  added: "#d5f5dc",
  removed: "#fde2e0",
  warning: "#fff3cd"
}

export type Palette = Readonly<Record<keyof typeof LIGHT, string>>

export const DARK: Palette = {
  ground: "#0f1318",
  panel: "#181d24",
  ink: "#e6eaef",
  muted: "#9aa4af",
  rule: "#343b44",
  accent: "#7ab7ff",
  running: "#4a90d9",
  ok: "#42b85a",
  limited: "#d9a02b",
  failed: "#f8665f",
  unusable: "#b891ff",
  stopped: "#8b95a1",
  keyword: "#ff8095",
  text: "#8fd9a8",
  number: "#86c1ff",
  added: "#14361f",
  removed: "#45201f",
  warning: "#3a300f"
}

/** What attempts of a kind have in common, in the order of the legend. */
export const KINDS = {
  ok: "brought an algorithm",
  limited: "rate limit",
  failed: "failed at the server or on the way",
  unusable: "answer of no use",
  stopped: "the run ended first",
  running: "under way"
}
export type Kind = keyof typeof KINDS

export const ALL: ReadonlyArray<Kind> = Struct.keys(KINDS)

const BY_TAG: ReadonlyMap<string, Kind> = new Map([
  ["ok", "ok"],
  ["RateLimited", "limited"],
  ["AccountRefused", "limited"],
  ["CutOff", "unusable"],
  ["EmptyAnswer", "unusable"],
  ["BadCode", "unusable"],
  ["Refused", "unusable"],
  ["MalformedAnswer", "unusable"],
  ["AnswerTooLarge", "unusable"],
  ["DeadlineExceeded", "stopped"],
  ["Interrupted", "stopped"],
  ["running", "running"]
])

export const kindOf = (outcome: string): Kind => BY_TAG.get(outcome) ?? "failed"
