/**
 * Completion scripts for shells, made of the rows of commands and flags: `algogen --completions bash`. They offer values as
 * well: models come from the list that the command saw last (see `ModelCache`), or else are the default ones.
 */
import { DEFAULT } from "../api/DefaultModels.js"
import { PROFILES, SCENARIOS } from "../simulator/Names.js"
import { COMMANDS, type CommandName, type CommandRow, flagsOf, isCommand, textOf } from "./CommandRows.js"
import { type FlagName, type FlagRow, FLAGS, writtenAs } from "./FlagRows.js"

/** What is offered for a value: these words, or what the shell itself knows. */
type Values = ReadonlyArray<string> | "files" | "folders" | "models" | "nothing"

const LISTS: Partial<Readonly<Record<FlagName, Values>>> = {
  model: "models",
  scenario: SCENARIOS,
  profile: PROFILES,
  bar: ["minute", "hour", "day"],
  effort: ["none", "minimal", "low", "medium", "high", "xhigh", "max"]
}

const ofPlaceholder = (placeholder: string): Values => {
  if (/FILE|PATH/.test(placeholder)) return "files"
  return /FOLDER/.test(placeholder) ? "folders" : "nothing"
}

/** Of a flag; undefined for a switch. */
const valuesOf = (flag: FlagName): Values | undefined => {
  const { value }: FlagRow = FLAGS[flag]
  return value === undefined ? undefined : (LISTS[flag] ?? ofPlaceholder(value))
}

const argumentsOf = (command: CommandName): Values => {
  const { args = "" }: CommandRow = COMMANDS[command]
  return command === "models" ? "models" : ofPlaceholder(args)
}

const commands = Object.keys(COMMANDS).filter(isCommand)

interface Offers extends Readonly<Record<Extract<Values, string>, string>> {
  readonly words: (words: string) => string
}

const offering =
  (offers: Offers) =>
  (values: Values): string =>
    typeof values === "string" ? offers[values] : offers.words(values.join(" "))

/** For each flag with a value, one branch of a shell's `case`. */
const branches = (offer: (values: Values) => string): string =>
  commands
    .flatMap((command) =>
      flagsOf(command).flatMap((flag) => {
        const values = valuesOf(flag)
        const names = writtenAs(flag).join(`|${command}:`)
        return values === undefined ? [] : [`    ${command}:${names}) ${offer(values)} ;;`]
      })
    )
    .join("\n")

const rest = (offer: (command: CommandName) => string): string =>
  commands.map((command) => `    ${command}:*) ${offer(command)} ;;`).join("\n")

/** Prints ids, one a line. */
const models = `_algogen_models() {
  cat "\${XDG_CACHE_HOME:-$HOME/.cache}/algogen/models.txt" 2>/dev/null || printf '%s\\n' ${DEFAULT.join(" ")}
}`

const inBash = offering({
  files: `IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null`,
  folders: `IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null`,
  models: 'COMPREPLY=($(compgen -W "$(_algogen_models)" -- "$word"))',
  nothing: "COMPREPLY=()",
  words: (words) => `COMPREPLY=($(compgen -W "${words}" -- "$word"))`
})

// Bash splits words at colons and equals signs, which model ids have, and replaces only what follows the last of them.
const bash = `# Completions of algogen for bash. To install them:
#   mkdir -p ~/.local/share/bash-completion/completions
#   algogen --completions bash > ~/.local/share/bash-completion/completions/algogen
# or, without the package bash-completion, add this line to ~/.bashrc:
#   source <(algogen --completions bash)
${models}
_algogen() {
  local line="\${COMP_LINE:0:COMP_POINT}" IFS=$' \\t\\n' words word before command
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  word="\${words[\${#words[@]}-1]}"
  before="\${words[\${#words[@]}-2]}"
  command="\${words[1]}"
  COMPREPLY=()
  if (( \${#words[@]} == 2 )); then
    COMPREPLY=($(compgen -W "${commands.join(" ")} help --version --completions" -- "$word"))
    return
  fi
  if [[ "$word" == --*=* ]]; then before="\${word%%=*}"; word="\${word#*=}"; fi
  case "$command:$before" in
${branches(inBash)}
    help:*) COMPREPLY=($(compgen -W "${commands.join(" ")}" -- "$word")) ;;
    --completions:*) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    *) if [[ "$word" == -* ]]; then
      case "$command:" in
${rest((command) => `COMPREPLY=($(compgen -W "${flagsOf(command).flatMap(writtenAs).join(" ")}" -- "$word"))`)}
      esac
    else
      case "$command:" in
${rest((command) => inBash(argumentsOf(command)))}
      esac
    fi ;;
  esac
  local split="\${word%"\${word##*[:=@]}"}" place
  for place in "\${!COMPREPLY[@]}"; do COMPREPLY[place]="\${COMPREPLY[place]#"$split"}"; done
}
complete -F _algogen algogen`

const inZsh = offering({
  files: "_files",
  folders: "_files -/",
  models: 'compadd -- ${(f)"$(_algogen_models)"}',
  nothing: ":",
  words: (words) => `compadd -- ${words}`
})

const zsh = `#compdef algogen
# Completions of algogen for zsh. To install them:
#   mkdir -p ~/.zfunc && algogen --completions zsh > ~/.zfunc/_algogen
# and have these lines in ~/.zshrc:
#   fpath=(~/.zfunc $fpath)
#   autoload -Uz compinit && compinit
${models}
_algogen() {
  local command="$words[2]" before="$words[CURRENT-1]"
  if (( CURRENT == 2 )); then compadd -- ${commands.join(" ")} help --version --completions; return; fi
  if [[ "$PREFIX" == --*=* ]]; then before="\${PREFIX%%=*}"; compset -P 1 '*='; fi
  case "$command:$before" in
${branches(inZsh)}
    help:*) compadd -- ${commands.join(" ")} ;;
    --completions:*) compadd -- bash zsh fish ;;
    *) if [[ "$PREFIX" == -* ]]; then
      case "$command:" in
${rest((command) => `compadd -- ${flagsOf(command).flatMap(writtenAs).join(" ")}`)}
      esac
    else
      case "$command:" in
${rest((command) => inZsh(argumentsOf(command)))}
      esac
    fi ;;
  esac
}
if [[ "$funcstack[1]" == _algogen ]]; then _algogen "$@"; else compdef _algogen algogen; fi`

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

const inFish = offering({
  files: "-r -F",
  folders: "-x -a '(__fish_complete_directories)'",
  models: "-x -a '(__algogen_models)'",
  nothing: "-x",
  words: (words) => `-x -a ${quote(words)}`
})

const ofCommand = (command: CommandName): ReadonlyArray<string> => {
  const start = `complete -c algogen -n '__fish_seen_subcommand_from ${command}'`
  const values = argumentsOf(command)
  return [
    ...(values === "nothing" ? [] : [`${start} ${inFish(values).replace("-r -F", "-F").replace("-x", "-f")}`]),
    ...flagsOf(command).map((flag) => {
      const { alias }: FlagRow = FLAGS[flag]
      const values = valuesOf(flag)
      return [
        `${start} -l ${flag}`,
        ...(alias === undefined ? [] : [`-s ${alias}`]),
        ...(values === undefined ? [] : [inFish(values)]),
        `-d ${quote(textOf(command, flag).about)}`
      ].join(" ")
    })
  ]
}

const fish = `# Completions of algogen for fish. To install them:
#   algogen --completions fish > ~/.config/fish/completions/algogen.fish
function __algogen_models
    set -l cache $HOME/.cache
    set -q XDG_CACHE_HOME; and set cache $XDG_CACHE_HOME
    cat $cache/algogen/models.txt 2>/dev/null; or printf '%s\\n' ${DEFAULT.join(" ")}
end
complete -c algogen -f
${commands.map((name) => `complete -c algogen -n __fish_use_subcommand -a ${name} -d ${quote(COMMANDS[name].about)}`).join("\n")}
complete -c algogen -n __fish_use_subcommand -a help
complete -c algogen -n '__fish_seen_subcommand_from help' -a ${quote(commands.join(" "))}
${commands.flatMap(ofCommand).join("\n")}`

const SCRIPTS = new Map([
  ["bash", bash],
  ["sh", bash],
  ["zsh", zsh],
  ["fish", fish]
])

/** Undefined for another shell. */
export const script = (shell: string | undefined): string | undefined => SCRIPTS.get(shell ?? "")
