import { strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as Finish from "../../../../src/api/wire/Finish.js"

const words: Readonly<Record<Finish.Finish, string>> = {
  whole:
    "stop STOP Stop end_turn endTurn END_TURN eos eos_token EOS_TOKEN stop_sequence tool_calls function_call COMPLETE complete " +
    "completed done finish finished end_of_turn stop_token stopped ended FinishReason.STOP FINISH_REASON_STOP <|im_end|> <|eot_id|> " +
    "<|return|> return normal NORMAL",
  "token-limit":
    "length LENGTH max_tokens MAX_TOKENS maxTokens model_length max_output_tokens max_new_tokens max_length token_limit " +
    "context_length_exceeded model_context_window_exceeded FinishReason.MAX_TOKENS stop_length stopped_limit finish_length " +
    "max_completion_tokens truncated incomplete",
  filtered:
    "content_filter CONTENT_FILTERED azure_content_filter SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII sensitive " +
    "IMAGE_SAFETY guardrail_intervened stop_content_filter refusal ERROR_TOXIC " +
    "content_filter:PROHIBITED_CONTENT content_filter:SAFETY",
  failed:
    "error ERROR abort aborted cancelled canceled timeout network_error insufficient_system_resource MALFORMED_FUNCTION_CALL " +
    "engine_error end_timeout stop_error completed_with_errors user_cancelled UNEXPECTED_TOOL_CALL request_failed rate_limit " +
    "function_call_filter:MALFORMED_FUNCTION_CALL function_call_filter:UNEXPECTED_TOOL_CALL tool_call_filter",
  unknown:
    "load OTHER LANGUAGE xyz success ok constructor __proto__ unspecified FINISH_REASON_UNSPECIFIED backend uncompleted " +
    "abnormal returned_early not_finished"
}

describe("a finish reason", () => {
  for (const [finish, reasons] of Object.entries(words)) {
    for (const reason of reasons.split(" ")) {
      it(`${reason} means ${finish}`, () => strictEqual(Finish.of(reason), finish))
    }
  }

  it("may be there and say nothing", () => {
    for (const silent of ["", " ", "null", "NULL", "none", "None", null, undefined, 3, {}, ["stop"], { type: 3 }]) {
      strictEqual(Finish.word(silent), undefined)
    }
    strictEqual(Finish.word("stop"), "stop")
    strictEqual(Finish.word("OTHER"), "OTHER")
  })

  it("may be in an object, as SGLang has it", () => {
    strictEqual(Finish.word({ type: "length", length: 4096 }), "length")
    strictEqual(Finish.word({ type: "stop", matched: 2 }), "stop")
    strictEqual(Finish.word({ type: "abort", message: "gone", status_code: 500 }), "abort")
    strictEqual(Finish.word({ reason: "max_tokens" }), "max_tokens")
    strictEqual(Finish.word({ type: null, reason: "stop" }), "stop")
    strictEqual(Finish.word({ type: "none" }), undefined)
  })
})
