/** Bodies of answers in the shapes of many APIs, whole and damaged; what is read from each is in `test/golden/wire/answers.txt`. */

const said = (content: unknown, finish?: unknown, more: object = {}) => ({
  id: "gen-1",
  model: "served",
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finish }],
  ...more
})
const delta = (content: unknown, finish: unknown = null, more: object = {}) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  ...more
})
const events = (...chunks: ReadonlyArray<unknown>): string =>
  chunks.map((chunk) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`).join("")
const lines = (...chunks: ReadonlyArray<unknown>): string =>
  chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join("")
const usage = { prompt_tokens: 3, completion_tokens: 5, cost: 0.25 }
const counted = { id: "gen-1", choices: [], usage }

const STREAMS: ReadonlyArray<readonly [name: string, text: string]> = [
  ["a stream to its [DONE]", events(delta("de"), delta("f"), delta("", "stop"), "[DONE]")],
  ["done in other letters", events(delta("de"), delta("f"), '"[Done]"', delta("x"))],
  ["[END]", events(delta("de"), "[END]")],
  ["an event named done", `${events(delta("de"))}event: done\ndata: {}\n\n`],
  ["an event named complete, without data", `${events(delta("de"))}event: complete\n\n${events(delta("x"))}`],
  ["an event of another name", `${events(delta("de"))}event: ping\ndata: {}\n\n${events(delta("x"))}`],
  ["usage behind the finish reason", events(delta("de"), delta("f", "stop"), counted, delta("x"))],
  ["usage with the finish reason", events(delta("de"), delta("f", "stop", { usage }), delta("x"))],
  [
    "usage with each chunk",
    events(delta("de", null, { usage }), delta("f", null, { usage }), delta("", "stop", { usage }), "[DONE]")
  ],
  ["usage before anything else", events(counted, delta("de"), delta("f", "stop"))],
  ["a finish reason in each chunk", events(delta("de", "stop"), delta("f", "stop"))],
  [
    "a finish reason in each chunk, with usage",
    events(delta("de", "stop", { usage }), delta("f", "stop", { usage }), delta("g"))
  ],
  [
    "a finish reason on the thoughts",
    events({ choices: [{ delta: { reasoning: "hm" }, finish_reason: "stop" }] }, delta("def"))
  ],
  [
    "text after a finish reason of several chunks",
    events(delta("d"), delta("e", "stop"), delta("f"), delta("", "length"))
  ],
  ["a finish reason that is the word null", events(delta("def", "null"), delta("", "NULL"))],
  ["no finish reason", events(delta("de"), delta("f"))],
  ["white space only", events(delta(" \n"), delta("", "stop"))],
  ["white space, then text", events(delta("\n", "stop"), delta("def"), "[DONE]")],
  ["no end of the last line", 'data: {"choices":[{"delta":{"content":"def"}}]}'],
  ["half a last line", `${events(delta("de"))}data: {"choices":[{"delta":{"cont`],
  ["a chunk that cannot be read, then text", events(delta("de"), '{"choices":[{"delta":{"cont', delta("f"), "[DONE]")],
  ["a chunk that cannot be read behind the end", events(delta("de"), delta("f", "stop"), '{"choices":[', "[DONE]")],
  [
    "text behind a chunk that could not be read behind the end",
    events(delta("de"), delta("f", "stop"), '{"choices":[', delta("g"))
  ],
  ["a whole answer behind a chunk that could not be read", events(delta("de"), '{"cho', said("def", "stop"))],
  ["a snapshot behind its parts", events(delta("de"), said("def", "stop"))],
  ["comments, ids and retries", `: hello\nid: 1\nretry: 5\n${events(delta("def", "stop"))}:\n\n`],
  ["returns", events(delta("de"), delta("f", "stop")).replaceAll("\n", "\r\n")],
  ["returns alone", events(delta("de"), delta("f", "stop")).replaceAll("\n", "\r")],
  ["no blank lines", events(delta("de"), delta("f", "stop")).replaceAll("\n\n", "\n")],
  ["a value over several lines", 'data: {"choices":\ndata: [{"delta":{"content":"def"}}]}\n\n'],
  ["no space behind the colon", events(delta("def", "stop")).replaceAll("data: ", "data:")],
  ["two spaces behind the colon", events(delta("def", "stop")).replaceAll("data: ", "data:  ")],
  ["the prefix twice", events(delta("def", "stop")).replaceAll("data: ", "data: data: ")],
  ["data without a colon", `data\n\n${events(delta("def"))}`],
  ["several values in an event", events(`${JSON.stringify(delta("de"))}${JSON.stringify(delta("f", "stop"))}`)],
  ["several values, the last torn", events(`${JSON.stringify(delta("de"))}{"choices":[{`)],
  ["words, then a value, in an event", `data: well:\ndata: ${JSON.stringify(delta("def"))}\n\n`],
  ["words instead of an answer", events("Number of choices must be greater than 0.")],
  ["noise instead of an answer", events("ping", "keep-alive", "OK", "processing")],
  ["words behind half an answer", events(delta("de"), "upstream connect error")],
  ["harmless words behind an answer", events(delta("def"), "all good")],
  ["words between text and its end", events(delta("de"), "error: it failed", delta("f", "stop"))],
  ["an error event with words", `${events(delta("de"))}event: error\ndata: it broke\n\n`],
  ["an error event with an object", 'event: error\ndata: {"message":"it broke","code":503}\n\n'],
  ["an error event without data", "event: error\n\n"],
  ["an error event in capitals", 'event: ERROR\ndata: {"error":{"message":"it broke"}}\n\n'],
  ["an error field of a stream", `${events(delta("de"))}error: {"message":"out of slots","code":500}\n\n`],
  ["an error field with words in a stream", `${events(delta("de"))}error: out of slots\n\n`],
  ["an error field with words and nothing before it", "error: out of slots\n\n"],
  ["an error in a chunk behind text", events(delta("de"), { error: { message: "it broke", code: 502 } }, delta("f"))],
  [
    "an error in a chunk behind the whole answer",
    events(delta("de"), delta("f", "stop"), { error: { message: "no usage" } })
  ],
  [
    "an error in a choice",
    events({ choices: [{ delta: {}, error: { message: "it broke", code: 429 }, finish_reason: "error" }] })
  ],
  ["a hollow error beside text", events(delta("def", "stop", { error: { message: "", code: null, ok: false } }))],
  ["a hollow error by itself", events({ error: {} })],
  ["an error that is no error", events(delta("def", "stop", { error: "null" }))],
  [
    "other choices than the first",
    events({
      choices: [
        { index: 1, delta: { content: "x" } },
        { index: 0, delta: { content: "def" } }
      ]
    })
  ],
  ["choices without an index", events({ choices: [{ delta: { content: "def" } }, { delta: { content: "x" } }] })],
  [
    "choices that begin with one",
    events({
      choices: [
        { index: 1, delta: { content: "def" } },
        { index: 2, delta: { content: "x" } }
      ]
    })
  ],
  ["a text beside the delta", events({ choices: [{ text: "def", finish_reason: "stop" }] })],
  [
    "the whole beside the last delta",
    events(delta("def"), { choices: [{ delta: { content: "" }, message: { content: "def" }, finish_reason: "stop" }] })
  ],
  ["a delta that is a string", events({ choices: [{ delta: "def", finishReason: "STOP" }] })],
  ["a delta that is null", events({ choices: [{ delta: null, message: { content: "def" } }] })],
  [
    "content in parts",
    events({
      choices: [
        {
          delta: {
            content: [
              { type: "text", text: "de" },
              { type: "thinking", thinking: [{ text: "hm" }] },
              { type: "image" },
              "f"
            ]
          }
        }
      ]
    })
  ],
  ["content that is a number", events({ choices: [{ delta: { content: 5 } }] })],
  ["a refusal", events({ choices: [{ delta: { refusal: "I must not" }, finish_reason: "stop" }] })],
  [
    "a refusal and a text",
    events({ choices: [{ delta: { refusal: "I must not", content: "def" }, finish_reason: "stop" }] })
  ],
  [
    "native finish reasons",
    events({ choices: [{ delta: { content: "def" }, finish_reason: "stop", native_finish_reason: "MAX_TOKENS" }] })
  ],
  ...(["reasoning", "reasoning_content", "thinking", "thoughts", "reasoning_text"] as const).map(
    (field) =>
      [`thoughts in ${field}`, events({ choices: [{ delta: { [field]: "hm" } }] }, delta("def", "stop"))] as const
  ),
  [
    "thoughts in details",
    events({
      choices: [{ delta: { reasoning_details: [{ type: "reasoning.summary", summary: "hm" }, { text: "so" }, 5] } }]
    })
  ],
  ["thoughts only, to the end", events({ choices: [{ delta: { reasoning: "def" } }] }, delta("", "stop"), "[DONE]")],
  ["thoughts only, and no end", events({ choices: [{ delta: { reasoning: "def" } }] })],
  ["thoughts only, cut off", events({ choices: [{ delta: { reasoning: "hm" } }] }, delta("", "length"))],
  [
    "thoughts ten times as long as a text that is cut off",
    events({ choices: [{ delta: { reasoning: "h".repeat(40) } }] }, delta("defg", "length"))
  ],
  [
    "thoughts not quite ten times as long",
    events({ choices: [{ delta: { reasoning: "h".repeat(39) } }] }, delta("defg", "length"))
  ],
  [
    "hidden thoughts, nine tenths",
    events(
      delta("def", "length", { usage: { completion_tokens: 100, completion_tokens_details: { reasoning_tokens: 90 } } })
    )
  ],
  [
    "hidden thoughts, fewer",
    events(
      delta("def", "length", { usage: { completion_tokens: 100, output_tokens_details: { reasoning_tokens: 89 } } })
    )
  ],
  [
    "hidden thoughts by another name",
    events(delta("def", "length", { usage: { completion_tokens: 10, reasoning_tokens: 10 } }))
  ],
  [
    "hidden thoughts that are none",
    events(delta("def", "length", { usage: { completion_tokens: 0, reasoning_tokens: 0 } }))
  ],
  ["open thoughts in the text", events(delta("<think>hm", "length"))],
  ["closed thoughts in the text", events(delta("<think>hm</think>def", "length"))],
  ...["error", "content_filter", "length", "odd_word", "stop", "network_error", ""].flatMap((finish) => [
    [`finish reason "${finish}" behind text`, events(delta("de"), delta("f", finish))] as const,
    [`finish reason "${finish}" without text`, events(delta("", finish), "[DONE]")] as const
  ]),
  ["letters of two, three and four bytes", events(delta("é\u07ff\u0800€😀"))]
]

const BODIES: ReadonlyArray<readonly [name: string, text: string]> = [
  ["nothing", ""],
  ["blanks", " \n\n "],
  ["no JSON", "<html><body>Bad gateway</body></html>"],
  ["words", "hello"],
  ["null", "null"],
  ["an empty object", "{}"],
  ["an empty list", "[]"],
  ["an answer", JSON.stringify(said("def", "stop", { usage }))],
  ["an answer, indented", JSON.stringify(said("def", "stop"), undefined, 2)],
  ["an answer without a finish reason", JSON.stringify(said("def"))],
  ["an empty answer", JSON.stringify(said("", "stop"))],
  ["an answer of null", JSON.stringify(said(null, "stop", { usage }))],
  ["no choices", JSON.stringify({ id: "x", choices: [] })],
  ["choices that are null", JSON.stringify({ id: "x", choices: null })],
  ["a chunk by itself", JSON.stringify(delta("def", "stop"))],
  ["a list of one answer", JSON.stringify([said("def", "stop")])],
  ["a body that breaks off in its text", JSON.stringify(said("define", "stop")).slice(0, 75)],
  ["a body that breaks off behind its text", JSON.stringify(said("def", "stop")).slice(0, -20)],
  ["a body that breaks off behind its finish reason", JSON.stringify(said("def", "stop")).slice(0, -2)],
  ["a body that breaks off before its text", '{"id":"gen-1","model":"served","choices":[{"mess'],
  ["a body that breaks off in an escape", '{"choices":[{"message":{"content":"de\\u00'],
  ["a body that breaks off behind a backslash", '{"choices":[{"message":{"content":"de\\\\\\'],
  ["lines", lines(delta("de"), delta("f", "stop"))],
  ["one line", lines(said("def", "stop"))],
  ["lines, the last one torn", `${lines(delta("de"))}{"choices":[{"del`],
  ["values in a row", `${JSON.stringify(delta("de"))}${JSON.stringify(delta("f", "stop"))}`],
  ["a list of chunks", JSON.stringify([delta("de"), delta("f", "stop")])],
  ["a list of chunks without its end", JSON.stringify([delta("de"), delta("f", "stop")]).slice(0, -1)],
  ...["data", "result", "output", "response", "body", "payload"].map(
    (field) => [`an answer in ${field}`, JSON.stringify({ [field]: said("def", "stop") })] as const
  ),
  ["an answer in data beside an error", JSON.stringify({ error: { message: "no" }, data: said("def", "stop") })],
  [
    "Ollama's chat",
    lines(
      { model: "m", message: { content: "de", thinking: "hm" }, done: false },
      { model: "m", message: { content: "f" }, done: true, done_reason: "stop", prompt_eval_count: 3, eval_count: 5 }
    )
  ],
  ["Ollama's chat without its end", lines({ model: "m", message: { content: "de" }, done: false })],
  ["Ollama's generate", JSON.stringify({ response: "def", thinking: "hm", done: true, done_reason: "length" })],
  [
    "Responses, streamed",
    events(
      { type: "response.reasoning_text.delta", delta: "hm" },
      { type: "response.output_text.delta", delta: "def" },
      {
        type: "response.completed",
        response: {
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "def" }] }],
          usage: { input_tokens: 3, output_tokens: 5 }
        }
      }
    )
  ],
  [
    "Responses",
    JSON.stringify({
      output: [
        { type: "reasoning", summary: [{ text: "hm" }] },
        { type: "message", content: [{ type: "output_text", text: "def" }] }
      ],
      status: "completed"
    })
  ],
  [
    "Responses, incomplete",
    JSON.stringify({
      output: [{ content: [{ text: "de" }] }],
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" }
    })
  ],
  [
    "Responses, incomplete without a reason",
    JSON.stringify({ output: [{ content: [{ text: "de" }] }], status: "incomplete" })
  ],
  [
    "Anthropic, streamed",
    events(
      { type: "message_start", message: { usage: { input_tokens: 3 } } },
      { type: "content_block_delta", delta: { thinking: "hm" } },
      { type: "content_block_delta", delta: { text: "def" } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 } },
      { type: "message_stop" }
    )
  ],
  [
    "Anthropic",
    JSON.stringify({
      content: [
        { type: "thinking", thinking: "hm" },
        { type: "text", text: "def" }
      ],
      stop_reason: "max_tokens",
      usage: { input_tokens: 3, output_tokens: 5 }
    })
  ],
  [
    "Cohere, streamed",
    events(
      { type: "content-delta", delta: { message: { content: { thinking: "hm" } } } },
      { type: "content-delta", delta: { message: { content: { text: "def" } } } },
      { type: "message-end", delta: { finish_reason: "COMPLETE" } }
    )
  ],
  ["Cohere", JSON.stringify({ message: { content: [{ type: "text", text: "def" }] }, finish_reason: "COMPLETE" })],
  [
    "Gemini",
    JSON.stringify({
      candidates: [{ content: { parts: [{ text: "hm", thought: true }, { text: "def" }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, thoughtsTokenCount: 2 }
    })
  ],
  ["Gemini, blocked", JSON.stringify({ promptFeedback: { blockReason: "SAFETY" } })],
  [
    "DashScope",
    JSON.stringify({ output: { text: "def", finish_reason: "stop" }, usage: { input_tokens: 3, output_tokens: 5 } })
  ],
  ["a text and why it ended", JSON.stringify({ content: "def", finish_reason: "length" })],
  ["llama.cpp", JSON.stringify({ content: "def", stop: true, stop_type: "eos" })],
  ["llama.cpp, at its limit", events({ content: "de", stop: false }, { content: "", stop: true, stop_type: "limit" })],
  ["TGI", JSON.stringify({ generated_text: "def", details: { finish_reason: "eos_token" } })],
  ["TGI, by another field", JSON.stringify({ generated_text: "def", finish_reason: "length" })],
  ["Groq's count", JSON.stringify(said("def", "stop", { x_groq: { usage } }))],
  ["a price below zero", JSON.stringify(said("def", "stop", { usage: { prompt_tokens: 1, cost: -1 } }))],
  ["counts that are none", JSON.stringify(said("def", "stop", { usage: { prompt_tokens: "3" } }))],
  [
    "MiniMax, beside an answer",
    JSON.stringify(said("def", "stop", { base_resp: { status_code: 0, status_msg: "success" } }))
  ],
  [
    "MiniMax, a failure beside an answer",
    JSON.stringify(said("def", "stop", { base_resp: { status_code: 1002, status_msg: "slow" } }))
  ]
]

export const ANSWERS = [...STREAMS, ...BODIES]
