/** Whatever is in the registry comes out as text that a Prometheus server takes, and says the same. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, FastCheck as fc, Metric, MetricBoundaries } from "effect"
import * as Prometheus from "../../../src/telemetry/Prometheus.js"
import { character, times } from "../properties.js"
import { parse, type Sample } from "./prometheusText.js"

/** The registry is one for the process: each test looks at its own names. */
const family = (name: string) => Effect.map(Prometheus.render, (text) => parse(text).get(name))

const samples = (name: string) =>
  Effect.map(family(name), (found) =>
    (found?.samples ?? []).map(({ labels, name, value }): readonly [string, Sample["labels"], number] => [
      name,
      labels,
      value
    ])
  )

const hostile = 'a"b\\c\nd{e="f"} \\n é 模型 \u0000'

describe("as Prometheus text", () => {
  it.effect("a counter is a total, with its description and its tags as they were", () =>
    Effect.gen(function* () {
      const counter = Metric.counter("shop.sales", { description: 'sold "today"\\\nin all\u0000', incremental: true })
      yield* Metric.incrementBy(Metric.tagged(counter, "gen_ai.request.model", hostile), 2)
      yield* Metric.increment(Metric.tagged(Metric.tagged(counter, "a", ""), "b", "}"))
      const found = yield* family("shop_sales_total")
      assert.strictEqual(found?.type, "counter")
      assert.strictEqual(found?.help, 'sold "today"\\\\\\nin all\u0000')
      deepStrictEqual(
        found?.samples.map(({ labels, value }) => [labels, value]).sort(([, a], [, b]) => Number(a) - Number(b)),
        [
          [{ a: "", b: "}" }, 1],
          [{ gen_ai_request_model: hostile }, 2]
        ]
      )
    })
  )

  it.effect("a total is not called so twice, and a counter may be as large as it likes", () =>
    Effect.gen(function* () {
      yield* Metric.incrementBy(Metric.counter("visits_total", { bigint: true, incremental: true }), 12_345_678_901n)
      deepStrictEqual(yield* samples("visits_total"), [["visits_total", {}, 12_345_678_901]])
    })
  )

  it.effect("a gauge is itself, below zero and beyond all numbers too", () =>
    Effect.gen(function* () {
      const gauge = Metric.gauge("weather.temperature")
      const at = (place: string, value: number) => Metric.set(Metric.tagged(gauge, "at", place), value)
      const values = [-1.5, 0, 1e-7, 1.5e21, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
      yield* Effect.forEach(values, (value) => at(String(value), value))
      const found = yield* samples("weather_temperature")
      deepStrictEqual(
        values.map((value) => found.find(([, labels]) => Object.values(labels)[0] === String(value))?.[2]),
        values
      )
    })
  )

  it.effect("a histogram has cumulative buckets, of which the last holds all", () =>
    Effect.gen(function* () {
      const histogram = Metric.histogram("letters.weight", MetricBoundaries.fromIterable([0.5, 1, 2.5]))
      yield* Effect.forEach([0.25, 0.5, 0.75, 2, 3, 1_000], (value) =>
        Metric.update(Metric.tagged(histogram, "kind", "air"), value)
      )
      yield* Metric.update(histogram, 2)
      const found = yield* samples("letters_weight")
      const of = (kind: string | undefined) =>
        found
          .filter(([, labels]) => labels["kind"] === kind)
          .map(([name, labels, value]) => [name.replace("letters_weight_", ""), labels["le"], value])
      deepStrictEqual(of("air"), [
        ["bucket", "0.5", 2],
        ["bucket", "1", 3],
        ["bucket", "2.5", 4],
        ["bucket", "+Inf", 6],
        ["sum", undefined, 1_006.5],
        ["count", undefined, 6]
      ])
      deepStrictEqual(of(undefined), [
        ["bucket", "0.5", 0],
        ["bucket", "1", 0],
        ["bucket", "2.5", 1],
        ["bucket", "+Inf", 1],
        ["sum", undefined, 2],
        ["count", undefined, 1]
      ])
    })
  )

  it.effect("a frequency counts by key, a summary names its quantiles", () =>
    Effect.gen(function* () {
      const words = Metric.frequency("words")
      yield* Effect.forEach(["a", "b", "a"], (word) => Metric.update(words, word))
      deepStrictEqual(yield* samples("words_total"), [
        ["words_total", { key: "a" }, 2],
        ["words_total", { key: "b" }, 1]
      ])
      const waits = Metric.summary({ name: "waits", maxAge: "1 day", maxSize: 10, error: 0, quantiles: [0.5] })
      yield* Effect.forEach([2, 2, 2], (wait) => Metric.update(waits, wait))
      deepStrictEqual(yield* samples("waits"), [
        ["waits", { quantile: "0.5" }, 2],
        ["waits_sum", {}, 6],
        ["waits_count", {}, 3]
      ])
    })
  )

  it.effect(
    "names that are none become some: digits in front, foreign letters, a counter and a gauge of one name",
    () =>
      Effect.gen(function* () {
        yield* Metric.increment(Metric.tagged(Metric.counter("9 lives"), "2nd.tag", "x"))
        deepStrictEqual(yield* samples("_9_lives_total"), [["_9_lives_total", { _2nd_tag: "x" }, 1]])
        yield* Metric.set(Metric.gauge("größe"), 1)
        deepStrictEqual(yield* samples("gr__e"), [["gr__e", {}, 1]])
        yield* Metric.increment(Metric.counter("twice"))
        yield* Metric.set(Metric.gauge("twice"), 5)
        deepStrictEqual(yield* samples("twice_total"), [["twice_total", {}, 1]])
        deepStrictEqual(yield* samples("twice"), [["twice", {}, 5]])
        yield* Metric.increment(Metric.tagged(Metric.tagged(Metric.counter("tags"), "a.b", "1"), "a-b", "2"))
        assert.strictEqual((yield* samples("tags_total")).length, 1)
      })
  )

  it.effect("any name and any tag can be read back", () =>
    Effect.gen(function* () {
      const text = fc.oneof(fc.string(), fc.string({ unit: character, maxLength: 12 }), fc.constant(hostile))
      const cases = fc.sample(fc.record({ name: text, tag: text, value: text }), times(100))
      yield* Effect.forEach(cases, ({ name, tag, value }, index) =>
        Metric.incrementBy(Metric.tagged(Metric.counter(`${name} ${index} `), `tag${tag}`, value), index + 1)
      )
      const found = new Set(
        [...parse(yield* Prometheus.render).values()].flatMap(({ samples }) =>
          samples.map(({ labels, value }) => `${value} ${Object.values(labels)[0]}`)
        )
      )
      cases.forEach(({ value }, index) =>
        assert.isTrue(found.has(`${index + 1} ${value}`), JSON.stringify(cases[index]))
      )
    })
  )
})

describe("the reader of these tests", () => {
  it("refuses what a server would", () => {
    const wrong = [
      "# TYPE a gauge\na 1",
      "a 1\n",
      "# TYPE a gauge\n",
      "# TYPE a gauge\nb 1\n",
      '# TYPE a gauge\na{b="c",} 1\n',
      '# TYPE a gauge\na{b="c"d="e"} 1\n',
      '# TYPE a gauge\na{b="c",b="d"} 1\n',
      '# TYPE a gauge\na{b="\\x"} 1\n',
      '# TYPE a gauge\na{1="c"} 1\n',
      "# TYPE a gauge\na Infinity\n",
      "# TYPE a gauge\na 1\na 2\n",
      "# TYPE a counter\na 1\n",
      "# TYPE a_total counter\na_total -1\n",
      "# TYPE a.b gauge\na.b 1\n",
      "# TYPE a gauge\na 1\n# TYPE a gauge\na 1\n",
      "# HELP b x\n# TYPE a gauge\na 1\n",
      '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
      '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
      '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 2\na_sum 1\na_count 3\n',
      '# TYPE a histogram\na_bucket{le="2"} 1\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n'
    ]
    for (const text of wrong) assert.isTrue(Either.isLeft(Either.try(() => parse(text))), text)
    assert.strictEqual(parse('# HELP a \\\\ \\n\n# TYPE a gauge\na{b="\\"\\\\\\n",c=""} +Inf\na -1e-7\n').size, 1)
  })
})
