/** Deals jobs to several processes: each job to one of them, the same in every run, whatever else is asked for. Pure. */
import { shortHash } from "../../domain/Hash.js"
import type { Job } from "./Job.js"

export interface Shard {
  /** From 1. */
  readonly index: number
  readonly of: number
}

export const WANTED = "a part and the number of parts, such as 1/4 for the first of four"

/** `1/4` */
export const parse = (text: string): Shard | undefined => {
  const [, index = "", of = ""] = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  return shard.index >= 1 && shard.index <= shard.of ? shard : undefined
}

const HASHES = 2 ** 32

/** The part that a job belongs to, from 1. Jobs that are asked for twice belong to the same. */
export const partOf = ({ model, prompt = "", sample = 1, ticker }: Job, of: number): number =>
  // By the upper bits, which depend on every letter.
  1 + Math.floor((Number.parseInt(shortHash(JSON.stringify([ticker, model, sample, prompt])), 16) / HASHES) * of)

/** Is the job one of this process; every job is where nothing is dealt. */
export const has = (shard: Shard | undefined, job: Job): boolean =>
  shard === undefined || partOf(job, shard.of) === shard.index
