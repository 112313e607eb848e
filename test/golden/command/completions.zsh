#compdef algogen
# Completions of algogen for zsh. To install them:
#   mkdir -p ~/.zfunc && algogen --completions zsh > ~/.zfunc/_algogen
# and have these lines in ~/.zshrc:
#   fpath=(~/.zfunc $fpath)
#   autoload -Uz compinit && compinit
_algogen_models() {
  cat "${XDG_CACHE_HOME:-$HOME/.cache}/algogen/models.txt" 2>/dev/null || printf '%s\n' meta-llama/llama-3.2-1b-instruct:free meta-llama/llama-3.2-3b-instruct:free google/gemma-2-9b-it:free mistralai/mistral-7b-instruct:free microsoft/phi-3-mini-128k-instruct:free qwen/qwen-2-7b-instruct:free
}
_algogen() {
  local command="$words[2]" before="$words[CURRENT-1]"
  if (( CURRENT == 2 )); then compadd -- generate init models doctor report view journal validate score compare python worker status cancel simulate help --version --completions; return; fi
  if [[ "$PREFIX" == --*=* ]]; then before="${PREFIX%%=*}"; compset -P 1 '*='; fi
  case "$command:$before" in
    generate:--model|generate:-m) compadd -- ${(f)"$(_algogen_models)"} ;;
    generate:--ticker|generate:-t) : ;;
    generate:--tickers) _files ;;
    generate:--jobs) _files ;;
    generate:--shard) : ;;
    generate:--db) : ;;
    generate:--batch) : ;;
    generate:--samples) : ;;
    generate:--distinct) : ;;
    generate:--data) _files ;;
    generate:--bar) compadd -- minute hour day ;;
    generate:--prompt) _files ;;
    generate:--system) : ;;
    generate:--effort) compadd -- none minimal low medium high xhigh max ;;
    generate:--max-tokens) : ;;
    generate:--temperature) : ;;
    generate:--provider-json) : ;;
    generate:--service-tier) : ;;
    generate:--config) _files ;;
    generate:--base-url) : ;;
    generate:--api-key-env) : ;;
    generate:--concurrency) : ;;
    generate:--connections) : ;;
    generate:--request-timeout) : ;;
    generate:--deadline) : ;;
    generate:--max-retries) : ;;
    generate:--patience) : ;;
    generate:--repair) : ;;
    generate:--rounds) : ;;
    generate:--imports) : ;;
    generate:--fee) : ;;
    generate:--slippage) : ;;
    generate:--budget) : ;;
    generate:--out|generate:-o) _files -/ ;;
    generate:--report) _files ;;
    generate:--metrics) _files ;;
    generate:--otlp) : ;;
    init:--base-url) : ;;
    init:--api-key-env) : ;;
    init:--model|init:-m) compadd -- ${(f)"$(_algogen_models)"} ;;
    init:--ticker|init:-t) : ;;
    models:--base-url) : ;;
    models:--api-key-env) : ;;
    doctor:--model|doctor:-m) compadd -- ${(f)"$(_algogen_models)"} ;;
    doctor:--system) : ;;
    doctor:--effort) compadd -- none minimal low medium high xhigh max ;;
    doctor:--max-tokens) : ;;
    doctor:--temperature) : ;;
    doctor:--provider-json) : ;;
    doctor:--service-tier) : ;;
    doctor:--config) _files ;;
    doctor:--base-url) : ;;
    doctor:--api-key-env) : ;;
    doctor:--request-timeout) : ;;
    report:--report) _files ;;
    view:--port) : ;;
    journal:--out|journal:-o) _files -/ ;;
    journal:--show) : ;;
    journal:--prune) : ;;
    validate:--imports) : ;;
    validate:--config) _files ;;
    score:--data) _files ;;
    score:--bar) compadd -- minute hour day ;;
    score:--fee) : ;;
    score:--slippage) : ;;
    score:--imports) : ;;
    score:--config) _files ;;
    compare:--data) _files ;;
    compare:--bar) compadd -- minute hour day ;;
    compare:--fee) : ;;
    compare:--slippage) : ;;
    compare:--imports) : ;;
    compare:--config) _files ;;
    worker:--db) : ;;
    worker:--concurrency) : ;;
    worker:--base-url) : ;;
    worker:--api-key-env) : ;;
    worker:--imports) : ;;
    worker:--fee) : ;;
    worker:--slippage) : ;;
    status:--db) : ;;
    status:--batch) : ;;
    status:--prune) : ;;
    cancel:--db) : ;;
    cancel:--batch) : ;;
    simulate:--port) : ;;
    simulate:--seed) : ;;
    simulate:--scenario) compadd -- healthy flaky rate-limited outage hostile ;;
    simulate:--profile) compadd -- openrouter openai azure gemini mistral groq minimax litellm ollama llamacpp lmstudio vllm ;;
    help:*) compadd -- generate init models doctor report view journal validate score compare python worker status cancel simulate ;;
    --completions:*) compadd -- bash zsh fish ;;
    *) if [[ "$PREFIX" == -* ]]; then
      case "$command:" in
    generate:*) compadd -- --model -m --ticker -t --tickers --jobs --shard --db --batch --samples --distinct --data --bar --arena --prompt --show-prompt --system --effort --max-tokens --temperature --provider-json --service-tier --config --base-url --api-key-env --simulate --demo --stream --no-stream --concurrency --connections --request-timeout --deadline --max-retries --patience --repair --rounds --imports --trial --trial-unsandboxed --fee --slippage --budget --dry-run --resume --allow-paid --out -o --json --events --report --open --view --metrics --otlp --quiet --verbose ;;
    init:*) compadd -- --base-url --api-key-env --model -m --ticker -t ;;
    models:*) compadd -- --free --base-url --api-key-env --simulate --json --verbose ;;
    doctor:*) compadd -- --model -m --system --effort --max-tokens --temperature --provider-json --service-tier --allow-paid --config --base-url --api-key-env --simulate --stream --no-stream --request-timeout --json --verbose ;;
    report:*) compadd -- --report --open ;;
    view:*) compadd -- --port ;;
    journal:*) compadd -- --out -o --show --prune --json ;;
    validate:*) compadd -- --imports --trial --trial-unsandboxed --config --json ;;
    score:*) compadd -- --data --bar --arena --fee --slippage --imports --trial-unsandboxed --config --json ;;
    compare:*) compadd -- --data --bar --arena --fee --slippage --imports --trial-unsandboxed --config --json ;;
    python:*) compadd --  ;;
    worker:*) compadd -- --db --concurrency --base-url --api-key-env --imports --trial --fee --slippage --verbose ;;
    status:*) compadd -- --db --batch --prune --json ;;
    cancel:*) compadd -- --db --batch ;;
    simulate:*) compadd -- --port --seed --scenario --profile --list ;;
      esac
    else
      case "$command:" in
    generate:*) : ;;
    init:*) : ;;
    models:*) compadd -- ${(f)"$(_algogen_models)"} ;;
    doctor:*) : ;;
    report:*) _files -/ ;;
    view:*) _files -/ ;;
    journal:*) _files -/ ;;
    validate:*) _files ;;
    score:*) _files ;;
    compare:*) _files ;;
    python:*) : ;;
    worker:*) : ;;
    status:*) : ;;
    cancel:*) : ;;
    simulate:*) : ;;
      esac
    fi ;;
  esac
}
if [[ "$funcstack[1]" == _algogen ]]; then _algogen "$@"; else compdef _algogen algogen; fi
