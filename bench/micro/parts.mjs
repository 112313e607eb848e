/** The parts of an answer's way, each as a function that does it `n` times, and the loop that they are compared with. */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Classify from "../../dist/api/wire/Classify.js"
import * as EventStream from "../../dist/api/wire/EventStream.js"
import * as Secret from "../../dist/api/wire/Secret.js"
import * as CodeCheck from "../../dist/code/CodeCheck.js"
import { Algorithm } from "../../dist/domain/Algorithm.js"
import { Answer as Answered } from "../../dist/domain/Answer.js"
import * as Gatekeeper from "../../dist/flow/Gatekeeper.js"
import { AlgorithmStore } from "../../dist/storage/AlgorithmStore.js"
import * as FileSystemStore from "../../dist/storage/algorithmStore/FileSystem.js"
import { FileName } from "../../dist/storage/FileName.js"
import { Journal } from "../../dist/storage/Journal.js"
import * as FileJournal from "../../dist/storage/journal/File.js"
import * as Answer from "../peers/lib/Answer.mjs"
import { messagesFor } from "../peers/lib/Work.mjs"

const MODEL = "bench/model-00000"
const IN_FLIGHT = 6

/** What somebody's own code does with an answer: JSON there and back, a search, a copy. Never change it. */
const loop = (n) => {
  let length = 0
  for (let time = 0; time < n; time += 1) {
    const { choices } = JSON.parse(Answer.json(MODEL))
    const lines = choices[0].message.content.split("\n").filter((line) => /\S/.test(line))
    length += JSON.stringify({ lines, time }).length
  }
  return length
}

const repeated = (once) => (n) => {
  for (let time = 0; time < n; time += 1) once(time)
}

const pure = () => {
  const body = { _tag: "Body", status: 200, headers: {}, text: Answer.json(MODEL) }
  const asked = { model: MODEL, maxCompletionTokens: 4096, sent: ["model", "messages", "max_tokens"] }
  const chunks = Answer.events(MODEL, 16)
  const { accept } = CodeCheck.make()
  return {
    classify: repeated(() => Classify.classify(body, asked, 0, Secret.NONE)),
    "stream reader": repeated(() => {
      const reader = EventStream.make(Number.POSITIVE_INFINITY)
      for (const chunk of chunks) reader.push(chunk)
      reader.end()
    }),
    "extraction and check": repeated(() => accept(Answer.TEXT))
  }
}

const SERVICES = { journal: Journal, store: AlgorithmStore }

const effects = (services, folder, admit) => {
  const { journal, store } = services
  const name = FileName.make ?? FileName
  const algorithm = (sample) =>
    new Algorithm({
      model: MODEL,
      ticker: "AAPL",
      sample,
      code: Answer.MODULE,
      promptHash: "0".repeat(64),
      generatedAt: DateTime.unsafeMake(0)
    })
  const messages = messagesFor({ model: MODEL, sample: 1 })
  const answer = new Answered({ text: Answer.TEXT, model: MODEL, finishReason: "stop" })
  let number = 0
  const subject = { model: MODEL, isFree: false, tokens: 5000, endsAt: Number.POSITIVE_INFINITY }
  const each = (one) => (n) =>
    Effect.runPromise(
      Effect.forEach(
        Array.from({ length: n }, () => (number += 1)),
        one,
        { concurrency: IN_FLIGHT, discard: true }
      )
    )
  return {
    journal: each((at) =>
      journal.append({ key: String(at).padStart(64, "0"), model: MODEL, ticker: "AAPL", messages, answer })
    ),
    store: each((at) => store.save(name(`generated_algo_${at % 50}.py`), algorithm(1 + (at % 50)))),
    gate: each(() => admit(subject)(Effect.yieldNow()))
  }
}

/** Hands the parts to `use`, with a folder and services that last as long. */
export const withParts = async (use) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-micro-"))
  const scope = Effect.runSync(Scope.make())
  const live = Layer.mergeAll(
    FileSystemStore.layer({ directory: folder }),
    FileJournal.layer({ directory: folder })
  ).pipe(Layer.provide(NodeContext.layer))
  try {
    const context = await Effect.runPromise(Layer.buildWithScope(live, scope))
    const services = await Effect.runPromise(Effect.provide(Effect.all(SERVICES), context))
    const flow = await Effect.runPromise(Scope.extend(Gatekeeper.make({}), scope))
    const admit = await Effect.runPromise(Scope.extend(flow.join({ jobs: 1000, concurrency: IN_FLIGHT }), scope))
    await use({ loop, parts: { ...pure(), ...effects(services, folder, admit) } })
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
