/**
 * Decides whether a rate limit without a scope concerns the model or the account: the model, until several distinct models
 * are refused. A model that is refused while others are answered says nothing about the account.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"

interface Seen {
  readonly model: string
  /** `refused` may speak for a limit of the account, `late` for too many at once, what is `neither` for nothing. */
  readonly was: "refused" | "answered" | "late" | "neither"
}

export interface Evidence {
  /** The latest outcomes, oldest first. */
  readonly recent: ReadonlyArray<Seen>
  /** Models whose last outcome was a refusal, and no other one was answered since. */
  readonly refused: HashSet.HashSet<string>
  /** Models whose last outcome was a refusal, and others were answered since; and after how many refusals that was so. */
  readonly suspects: HashMap.HashMap<string, number>
  /** Whether the latest refusal said until when. */
  readonly hinted: boolean
}

/** The latest outcomes that count. */
const OUTCOMES = 10

/** Refusals by this many models among them prove a limit of all: one or two dead models never do. */
export const DISTINCT_MODELS = 3

/** Where they are not dead but answered among the latest outcomes, two do, or a single one where no other is asked. */
const LIVE_MODELS = 2

/** Servers round the moments that they name to whole seconds. */
export const ROUNDING_MS = 1_000

export const none: Evidence = { recent: [], refused: HashSet.empty(), suspects: HashMap.empty(), hinted: false }

/** A rate limit whose scope the server did not name; `hinted` where it said until when. */
export const limited = (evidence: Evidence, model: string, hinted: boolean): Evidence => {
  const { recent, refused, suspects } = evidence
  const times = timesSuspect(evidence, model)
  // Many samples of a model that are refused at once count once: else they would push out the answers before them.
  const isSaid = times === 0 && HashSet.has(refused, model) && witnesses(evidence).includes(model)
  return {
    recent: isSaid ? recent : latest(evidence, { model, was: times > 0 ? "neither" : "refused" }),
    refused: HashSet.add(refused, model),
    suspects,
    hinted
  }
}

export const answered = (evidence: Evidence, model: string): Evidence => {
  const others = HashSet.remove(evidence.refused, model)
  const before = HashMap.remove(evidence.suspects, model)
  return {
    ...evidence,
    recent: latest(evidence, { model, was: "answered" }),
    refused: HashSet.empty(),
    // Each is moved once: an answer costs no more for having been preceded by many refusals.
    suspects: HashSet.reduce(others, before, (all, other) => HashMap.set(all, other, timesSuspect(evidence, other) + 1))
  }
}

/** The account said until when it refuses: to have been refused is no trouble of a model's own then, and proves no more. */
export const explained = ({ suspects }: Evidence): Evidence => ({
  recent: [],
  refused: HashSet.empty(),
  suspects,
  hinted: false
})

const seen =
  (was: Seen["was"]) =>
  (evidence: Evidence, model: string): Evidence => ({ ...evidence, recent: latest(evidence, { model, was }) })

/** Any other outcome: it only makes older ones older. */
export const other = seen("neither")

/** The time was over before there was an answer. */
export const late = seen("late")

/** So many of the latest outcomes were late, beside an answer: then a server that answers one after the other has too many. */
const LATE = 3

/** Are there too many at once, and not one or two models that never answer. */
export const isCrowded = ({ recent }: Evidence): boolean => {
  const answered = modelsOf(recent.filter(({ was }) => was === "answered"))
  const late = recent.filter(({ was }) => was === "late")
  const isDead = [...modelsOf(late)].every((model) => !answered.has(model))
  return answered.size > 0 && late.length >= LATE && (!isDead || modelsOf(late).size >= DISTINCT_MODELS)
}

/** Does the model go on being refused while others are answered. */
export const isSuspect = ({ suspects }: Evidence, model: string): boolean => HashMap.has(suspects, model)

/** After how many of its refusals in a row others were answered. */
export const timesSuspect = ({ suspects }: Evidence, model: string): number =>
  Option.getOrElse(HashMap.get(suspects, model), () => 0)

export const isAccountWide = (evidence: Evidence): boolean => witnesses(evidence).length >= DISTINCT_MODELS

/** Was the model answered among the latest outcomes. */
export const isAlive = ({ recent }: Evidence, model: string): boolean =>
  recent.some((seen) => seen.model === model && seen.was === "answered")

/** How many models stand refused, those aside that were refused more often than so while others were answered. */
export const standing = ({ refused, suspects }: Evidence, times: number): number =>
  HashMap.reduce(suspects, HashSet.size(refused), (count, often, model) =>
    often > times || HashSet.has(refused, model) ? count : count + 1
  )

/** Were all models refused that are among the latest outcomes, or as many as prove a limit of all. */
export const isOfAllAsked = (evidence: Evidence): boolean =>
  witnesses(evidence).length >= Math.min(DISTINCT_MODELS, modelsOf(evidence.recent).size)

/**
 * Are there too few models for that, but the refused ones live, and all of them if there is one or two: each was answered or let
 * in lately, or is refused until the same moment as one that was. `untilOf` is in milliseconds since the epoch, or NaN.
 */
export const isAccountOfFew = (
  evidence: Evidence,
  letIn: ReadonlySet<string>,
  untilOf: (model: string) => number
): boolean => {
  const refused = witnesses(evidence)
  const lives = (model: string) => isAlive(evidence, model) || letIn.has(model)
  // Windows that end with the clock's minute end together, too: beside a model that is let in the same moment proves nothing.
  const isOfAll = [...letIn].every((model) => refused.includes(model))
  const moments = refused.filter(lives).map(untilOf)
  const isWithThem = (model: string) => moments.some((moment) => Math.abs(untilOf(model) - moment) <= ROUNDING_MS)
  return (
    refused.length >= Math.min(LIVE_MODELS, modelsOf(evidence.recent).size) &&
    refused.every((model) => lives(model) || (isOfAll && isWithThem(model)))
  )
}

/**
 * Is a refusal of this model as good as one of the account, since there are too few models to prove it: so it is where the
 * model is not dead but answered among the latest outcomes.
 */
export const isAlone = (evidence: Evidence, model: string): boolean =>
  modelsOf(evidence.recent).size < DISTINCT_MODELS && isAlive(evidence, model)

/**
 * Have models been refused until a moment, but too few to tell whether it is the account. Where no moment is named it is
 * not asked: models that are dead without a word would slow the others down. Nor is it where somebody was answered since.
 */
export const isOpen = (evidence: Evidence): boolean =>
  evidence.hinted &&
  !isAccountWide(evidence) &&
  witnesses(evidence).some((model) => HashSet.has(evidence.refused, model))

/** The models whose refusals may speak for a limit of the account. */
export const witnesses = ({ recent }: Evidence): ReadonlyArray<string> => [
  ...modelsOf(recent.filter(({ was }) => was === "refused"))
]

const modelsOf = (recent: Evidence["recent"]): ReadonlySet<string> => new Set(recent.map(({ model }) => model))

const latest = ({ recent }: Evidence, outcome: Seen) => [...recent, outcome].slice(-OUTCOMES)
