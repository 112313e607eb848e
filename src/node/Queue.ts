/**
 * A pool that tells a request when it has to wait for a connection and when it gets one, and passes over a request that was
 * left meanwhile: to send it would only cost a connection.
 */
import * as Undici from "@effect/platform-node/Undici"
import type { Wait } from "../api/Connections.js"

/** A request's place in the queue. */
export interface Caller {
  readonly wait: Pick<Wait, "begin" | "end"> | undefined
  /** Nobody waits for the answer any more. */
  readonly isLeft: () => boolean
}

const PLACE: unique symbol = Symbol("place")

interface WithPlace {
  readonly [PLACE]: Caller
}

const hasPlace = (options: object): options is WithPlace => PLACE in options

const placeOf = (options: object): Caller | undefined => (hasPlace(options) ? options[PLACE] : undefined)

/** Proxies hand on a copy of the options, so the place is one of them. */
export const withPlace = <Options extends object>(options: Options, place: Caller): Options & WithPlace => ({
  ...options,
  [PLACE]: place
})

type Dispatch = Undici.Dispatcher["dispatch"]

export class Pool extends Undici.Pool {
  override dispatch(...[options, handler]: Parameters<Dispatch>): boolean {
    placeOf(options)?.wait?.begin()
    return super.dispatch(options, handler)
  }
}

/** One connection of a pool. */
export class Client extends Undici.Client {
  override dispatch(...[options, handler]: Parameters<Dispatch>): boolean {
    const place = placeOf(options)
    place?.wait?.end()
    return place?.isLeft() === true || super.dispatch(options, handler)
  }
}
