/** Whoever looks on from outside: a tracer and a logger that keep all they are told. */
import { Logger, Option, Tracer } from "effect"

export interface Seen {
  readonly name: string
  readonly attributes: Map<string, unknown>
  readonly told: Array<unknown>
}

export const watch = () => {
  const spans: Array<Seen> = []
  const logs: Array<unknown> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const told: Array<unknown> = []
      spans.push({ name, attributes, told })
      return {
        _tag: "Span",
        spanId: String(spans.length).padStart(16, "0"),
        traceId: Option.match(parent, { onNone: () => "0".repeat(32), onSome: ({ traceId }) => traceId }),
        name,
        parent,
        context,
        links,
        kind,
        sampled: true,
        status: { _tag: "Started", startTime },
        attributes,
        attribute: (key, value) => void attributes.set(key, value),
        addLinks: (more) => void told.push(more),
        event: (...event) => void told.push(event),
        end: (_, exit) => void told.push(exit)
      }
    },
    context: (run) => run()
  })
  const logger = Logger.make((options) => {
    logs.push([Logger.stringLogger.log(options), Logger.jsonLogger.log(options), options.message, options.cause])
  })
  return { spans, logs, tracer, logging: Logger.replace(Logger.defaultLogger, logger) }
}
