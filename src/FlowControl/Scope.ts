/**
 * Whom a rate limit concerns where the server does not say: the model alone, until several distinct models prove that it
 * is the account. A model that goes on being refused while another one is answered proves nothing but its own trouble.
 */

export interface Evidence {
  /** The latest outcomes, oldest first: the refused model, or `undefined` where an outcome speaks for no account limit. */
  readonly recent: ReadonlyArray<string | undefined>
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
  recent: latest(evidence, evidence.suspects.has(model) ? undefined : model),
  limited: new Set([...evidence.limited, model]),
  suspects: evidence.suspects,
  hinted
})

export const answered = (evidence: Evidence, model: string): Evidence => {
  const others = [...evidence.limited].filter((other) => other !== model)
  return { ...evidence, recent: latest(evidence, undefined), limited: new Set(others), suspects: new Set(others) }
}

/** The account said until when it refuses: to have been refused is no trouble of a model's own then, and proves no more. */
export const explained = ({ suspects }: Evidence): Evidence => ({
  recent: [],
  limited: suspects,
  suspects,
  hinted: false
})

/** Any other outcome: it only makes older ones older. */
export const other = (evidence: Evidence): Evidence => ({ ...evidence, recent: latest(evidence, undefined) })

export const isAccountWide = (evidence: Evidence): boolean => witnesses(evidence) >= DISTINCT_MODELS

/**
 * Have models been refused until a moment, but too few to tell whether it is the account. Where no moment is named it is
 * not asked: models that are dead without a word would slow the others down.
 */
export const isOpen = (evidence: Evidence): boolean =>
  evidence.hinted && witnesses(evidence) > 0 && !isAccountWide(evidence)

const witnesses = ({ recent }: Evidence): number => new Set(recent.filter((model) => model !== undefined)).size

const latest = ({ recent }: Evidence, outcome: string | undefined) => [...recent, outcome].slice(-OUTCOMES)
