# Completions of algogen for bash. To install them:
#   mkdir -p ~/.local/share/bash-completion/completions
#   algogen --completions bash > ~/.local/share/bash-completion/completions/algogen
# or, without the package bash-completion, add this line to ~/.bashrc:
#   source <(algogen --completions bash)
_algogen_models() {
  cat "${XDG_CACHE_HOME:-$HOME/.cache}/algogen/models.txt" 2>/dev/null || printf '%s\n' meta-llama/llama-3.2-1b-instruct:free meta-llama/llama-3.2-3b-instruct:free google/gemma-2-9b-it:free mistralai/mistral-7b-instruct:free microsoft/phi-3-mini-128k-instruct:free qwen/qwen-2-7b-instruct:free
}
_algogen() {
  local line="${COMP_LINE:0:COMP_POINT}" IFS=$' \t\n' words word before command
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  word="${words[${#words[@]}-1]}"
  before="${words[${#words[@]}-2]}"
  command="${words[1]}"
  COMPREPLY=()
  if (( ${#words[@]} == 2 )); then
    COMPREPLY=($(compgen -W "generate init models doctor report view journal validate score compare python worker status cancel simulate help --version --completions" -- "$word"))
    return
  fi
  if [[ "$word" == --*=* ]]; then before="${word%%=*}"; word="${word#*=}"; fi
  case "$command:$before" in
    generate:--model|generate:-m) COMPREPLY=($(compgen -W "$(_algogen_models)" -- "$word")) ;;
    generate:--ticker|generate:-t) COMPREPLY=() ;;
    generate:--tickers) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--jobs) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--shard) COMPREPLY=() ;;
    generate:--db) COMPREPLY=() ;;
    generate:--batch) COMPREPLY=() ;;
    generate:--samples) COMPREPLY=() ;;
    generate:--distinct) COMPREPLY=() ;;
    generate:--data) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--bar) COMPREPLY=($(compgen -W "minute hour day" -- "$word")) ;;
    generate:--prompt) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--system) COMPREPLY=() ;;
    generate:--effort) COMPREPLY=($(compgen -W "none minimal low medium high xhigh max" -- "$word")) ;;
    generate:--max-tokens) COMPREPLY=() ;;
    generate:--temperature) COMPREPLY=() ;;
    generate:--provider-json) COMPREPLY=() ;;
    generate:--service-tier) COMPREPLY=() ;;
    generate:--config) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--base-url) COMPREPLY=() ;;
    generate:--api-key-env) COMPREPLY=() ;;
    generate:--concurrency) COMPREPLY=() ;;
    generate:--connections) COMPREPLY=() ;;
    generate:--request-timeout) COMPREPLY=() ;;
    generate:--deadline) COMPREPLY=() ;;
    generate:--max-retries) COMPREPLY=() ;;
    generate:--patience) COMPREPLY=() ;;
    generate:--repair) COMPREPLY=() ;;
    generate:--rounds) COMPREPLY=() ;;
    generate:--imports) COMPREPLY=() ;;
    generate:--fee) COMPREPLY=() ;;
    generate:--slippage) COMPREPLY=() ;;
    generate:--budget) COMPREPLY=() ;;
    generate:--out|generate:-o) IFS=$'\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--report) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--metrics) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    generate:--otlp) COMPREPLY=() ;;
    init:--base-url) COMPREPLY=() ;;
    init:--api-key-env) COMPREPLY=() ;;
    init:--model|init:-m) COMPREPLY=($(compgen -W "$(_algogen_models)" -- "$word")) ;;
    init:--ticker|init:-t) COMPREPLY=() ;;
    models:--base-url) COMPREPLY=() ;;
    models:--api-key-env) COMPREPLY=() ;;
    doctor:--model|doctor:-m) COMPREPLY=($(compgen -W "$(_algogen_models)" -- "$word")) ;;
    doctor:--system) COMPREPLY=() ;;
    doctor:--effort) COMPREPLY=($(compgen -W "none minimal low medium high xhigh max" -- "$word")) ;;
    doctor:--max-tokens) COMPREPLY=() ;;
    doctor:--temperature) COMPREPLY=() ;;
    doctor:--provider-json) COMPREPLY=() ;;
    doctor:--service-tier) COMPREPLY=() ;;
    doctor:--config) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    doctor:--base-url) COMPREPLY=() ;;
    doctor:--api-key-env) COMPREPLY=() ;;
    doctor:--request-timeout) COMPREPLY=() ;;
    report:--report) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    view:--port) COMPREPLY=() ;;
    journal:--out|journal:-o) IFS=$'\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
    journal:--show) COMPREPLY=() ;;
    journal:--prune) COMPREPLY=() ;;
    validate:--imports) COMPREPLY=() ;;
    validate:--config) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    score:--data) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    score:--bar) COMPREPLY=($(compgen -W "minute hour day" -- "$word")) ;;
    score:--fee) COMPREPLY=() ;;
    score:--slippage) COMPREPLY=() ;;
    score:--imports) COMPREPLY=() ;;
    score:--config) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    compare:--data) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    compare:--bar) COMPREPLY=($(compgen -W "minute hour day" -- "$word")) ;;
    compare:--fee) COMPREPLY=() ;;
    compare:--slippage) COMPREPLY=() ;;
    compare:--imports) COMPREPLY=() ;;
    compare:--config) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    worker:--db) COMPREPLY=() ;;
    worker:--concurrency) COMPREPLY=() ;;
    worker:--base-url) COMPREPLY=() ;;
    worker:--api-key-env) COMPREPLY=() ;;
    worker:--imports) COMPREPLY=() ;;
    worker:--fee) COMPREPLY=() ;;
    worker:--slippage) COMPREPLY=() ;;
    status:--db) COMPREPLY=() ;;
    status:--batch) COMPREPLY=() ;;
    status:--prune) COMPREPLY=() ;;
    cancel:--db) COMPREPLY=() ;;
    cancel:--batch) COMPREPLY=() ;;
    simulate:--port) COMPREPLY=() ;;
    simulate:--seed) COMPREPLY=() ;;
    simulate:--scenario) COMPREPLY=($(compgen -W "healthy flaky rate-limited outage hostile" -- "$word")) ;;
    simulate:--profile) COMPREPLY=($(compgen -W "openrouter openai azure gemini mistral groq minimax litellm ollama llamacpp lmstudio vllm" -- "$word")) ;;
    help:*) COMPREPLY=($(compgen -W "generate init models doctor report view journal validate score compare python worker status cancel simulate" -- "$word")) ;;
    --completions:*) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    *) if [[ "$word" == -* ]]; then
      case "$command:" in
    generate:*) COMPREPLY=($(compgen -W "--model -m --ticker -t --tickers --jobs --shard --db --batch --samples --distinct --data --bar --arena --prompt --show-prompt --system --effort --max-tokens --temperature --provider-json --service-tier --config --base-url --api-key-env --simulate --demo --stream --no-stream --concurrency --connections --request-timeout --deadline --max-retries --patience --repair --rounds --imports --trial --trial-unsandboxed --fee --slippage --budget --dry-run --resume --allow-paid --out -o --json --events --report --open --view --metrics --otlp --quiet --verbose" -- "$word")) ;;
    init:*) COMPREPLY=($(compgen -W "--base-url --api-key-env --model -m --ticker -t" -- "$word")) ;;
    models:*) COMPREPLY=($(compgen -W "--free --base-url --api-key-env --simulate --json --verbose" -- "$word")) ;;
    doctor:*) COMPREPLY=($(compgen -W "--model -m --system --effort --max-tokens --temperature --provider-json --service-tier --allow-paid --config --base-url --api-key-env --simulate --stream --no-stream --request-timeout --json --verbose" -- "$word")) ;;
    report:*) COMPREPLY=($(compgen -W "--report --open" -- "$word")) ;;
    view:*) COMPREPLY=($(compgen -W "--port" -- "$word")) ;;
    journal:*) COMPREPLY=($(compgen -W "--out -o --show --prune --json" -- "$word")) ;;
    validate:*) COMPREPLY=($(compgen -W "--imports --trial --trial-unsandboxed --config --json" -- "$word")) ;;
    score:*) COMPREPLY=($(compgen -W "--data --bar --arena --fee --slippage --imports --trial-unsandboxed --config --json" -- "$word")) ;;
    compare:*) COMPREPLY=($(compgen -W "--data --bar --arena --fee --slippage --imports --trial-unsandboxed --config --json" -- "$word")) ;;
    python:*) COMPREPLY=($(compgen -W "" -- "$word")) ;;
    worker:*) COMPREPLY=($(compgen -W "--db --concurrency --base-url --api-key-env --imports --trial --fee --slippage --verbose" -- "$word")) ;;
    status:*) COMPREPLY=($(compgen -W "--db --batch --prune --json" -- "$word")) ;;
    cancel:*) COMPREPLY=($(compgen -W "--db --batch" -- "$word")) ;;
    simulate:*) COMPREPLY=($(compgen -W "--port --seed --scenario --profile --list" -- "$word")) ;;
      esac
    else
      case "$command:" in
    generate:*) COMPREPLY=() ;;
    init:*) COMPREPLY=() ;;
    models:*) COMPREPLY=($(compgen -W "$(_algogen_models)" -- "$word")) ;;
    doctor:*) COMPREPLY=() ;;
    report:*) IFS=$'\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
    view:*) IFS=$'\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
    journal:*) IFS=$'\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
    validate:*) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    score:*) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    compare:*) IFS=$'\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
    python:*) COMPREPLY=() ;;
    worker:*) COMPREPLY=() ;;
    status:*) COMPREPLY=() ;;
    cancel:*) COMPREPLY=() ;;
    simulate:*) COMPREPLY=() ;;
      esac
    fi ;;
  esac
  local split="${word%"${word##*[:=@]}"}" place
  for place in "${!COMPREPLY[@]}"; do COMPREPLY[place]="${COMPREPLY[place]#"$split"}"; done
}
complete -F _algogen algogen
