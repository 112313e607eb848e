/**
 * Decides whether a rate limit without a scope concerns the model or the account: the model, until several distinct models
 * are refused. A model that is refused while others are answered says nothing about the account.
 */

interface Seen {
  readonly model: string
  /** `refused` may speak for a limit of the account, what is `neither` speaks for nothing. */
  readonly was: "refused" | "answered" | "neither"
}

export interface Evidence {
  /** The latest outcomes, oldest first. */
  readonly recent: ReadonlyArray<Seen>
  /** Models whose last outcome was a refusal. */
  readonly limited: ReadonlySet<string>
  /** Those of them that others were answered since. */
  readonly suspects: ReadonlySet<string>
  /** Whether the latest refusal said until when. */
  readonly hinted: boolean
}

/** So many outcomes are looked at, */
const OUTCOMES = 10

/** and so many distinct models among them prove it: one or two dead ones never do. */
export const DISTINCT_MODELS = 3

export const none: Evidence = { recent: [], limited: new Set(), suspects: new Set(), hinted: false }

/** A rate limit whose scope the server did not name; `hinted` where it said until when. */
export const limited = (evidence: Evidence, model: string, hinted: boolean): Evidence => ({
  recent: latest(evidence, { model, was: evidence.suspects.has(model) ? "neither" : "refused" }),
  limited: new Set([...evidence.limited, model]),
  suspects: evidence.suspects,
  hinted
})

export const answered = (evidence: Evidence, model: string): Evidence => {
  const others = [...evidence.limited].filter((other) => other !== model)
  return {
    ...evidence,
    recent: latest(evidence, { model, was: "answered" }),
    limited: new Set(others),
    suspects: new Set(others)
  }
}

/** The account said until when it refuses: to have been refused is no trouble of a model's own then, and proves no more. */
export const explained = ({ suspects }: Evidence): Evidence => ({
  recent: [],
  limited: suspects,
  suspects,
  hinted: false
})

/** Any other outcome: it only makes older ones older. */
export const other = (evidence: Evidence, model: string): Evidence => ({
  ...evidence,
  recent: latest(evidence, { model, was: "neither" })
})

export const isAccountWide = (evidence: Evidence): boolean => witnesses(evidence.recent).size >= DISTINCT_MODELS

/**
 * Is a refusal of this model as good as one of the account, since there are too few models to prove it: so it is where the
 * model is not dead but answered among the latest outcomes.
 */
export const isAlone = ({ recent }: Evidence, model: string): boolean =>
  new Set(recent.map((seen) => seen.model)).size < DISTINCT_MODELS &&
  recent.some((seen) => seen.model === model && seen.was === "answered")

/**
 * Have models been refused until a moment, but too few to tell whether it is the account. Where no moment is named it is
 * not asked: models that are dead without a word would slow the others down. Nor is it where others were answered since.
 */
export const isOpen = (evidence: Evidence): boolean =>
  evidence.hinted &&
  !isAccountWide(evidence) &&
  [...witnesses(evidence.recent)].some((model) => !evidence.suspects.has(model))

const witnesses = (recent: Evidence["recent"]): ReadonlySet<string> =>
  new Set(recent.filter(({ was }) => was === "refused").map(({ model }) => model))

const latest = ({ recent }: Evidence, outcome: Seen) => [...recent, outcome].slice(-OUTCOMES)
