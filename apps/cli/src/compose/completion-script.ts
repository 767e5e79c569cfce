/**
 * bash's script is ours. The library's needs the package bash-completion, cannot be sourced twice, never completes
 * files, and evaluates the line that is being typed: a command substitution in it would be run by pressing Tab.
 */
const BASH = `# bash completion for alphaforge; works in bash 3.2 and later
_alphaforge() {
    local line last=""
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -n $last ]]; then COMPREPLY+=("\${last%%$'\\t'*}"); fi
        last=$line
    done < <(alphaforge complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    # The last line is a colon and a number; 0 leaves it to bash, which knows files.
    if [[ $last != ":0" ]]; then compopt +o default 2>/dev/null; fi
}
complete -o default -F _alphaforge alphaforge`;

/** The script that a shell is to read. */
export async function completionScript(shell: "bash" | "zsh" | "fish" | "powershell"): Promise<string> {
  if (shell === "bash") return BASH;
  const { script } = await import("@bomb.sh/tab");
  return printed(() => script(shell, "alphaforge", "alphaforge"));
}

/** What the library prints and does not return. */
function printed(print: () => void): string {
  const lines: string[] = [];
  const { log } = globalThis.console;
  globalThis.console.log = (text: string) => lines.push(text);
  try {
    print();
  } finally {
    globalThis.console.log = log;
  }
  return lines.join("\n");
}
