/** A tracer that keeps every span, for whoever wants to look at them. */
import { Option, Tracer } from "effect"

export interface Seen {
  readonly name: string
  readonly kind: Tracer.SpanKind
  readonly parent: Seen | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: Tracer.SpanStatus
  /** How often it was ended. */
  readonly ends: number
}

export const make = () => {
  const spans: Array<Seen> = []
  const byId = new Map<string, Seen>()
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const spanId = String(spans.length + 1)
      const attributes = new Map<string, unknown>()
      let status: Tracer.SpanStatus = { _tag: "Started", startTime }
      let ends = 0
      const seen: Seen = {
        name,
        kind,
        parent: Option.getOrUndefined(Option.flatMap(parent, (above) => Option.fromNullable(byId.get(above.spanId)))),
        get attributes() {
          return Object.fromEntries(attributes)
        },
        get status() {
          return status
        },
        get ends() {
          return ends
        }
      }
      spans.push(seen)
      byId.set(spanId, seen)
      return {
        _tag: "Span",
        name,
        spanId,
        traceId: "trace",
        parent,
        context,
        links,
        kind,
        sampled: true,
        attributes,
        get status() {
          return status
        },
        end: (endTime, exit) => {
          ends += 1
          status = { _tag: "Ended", startTime, endTime, exit }
        },
        attribute: (key, value) => {
          attributes.set(key, value)
        },
        event: () => {},
        addLinks: () => {}
      }
    },
    context: (f) => f()
  })
  const named = (start: string): ReadonlyArray<Seen> => spans.filter(({ name }) => name.startsWith(start))
  return { tracer, spans, named }
}
