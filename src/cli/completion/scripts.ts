/** The shells that completion is written for. */
export const completionShells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type CompletionShell = (typeof completionShells)[number];

/** What a shell evaluates to complete the words of `kiro-gw`; it asks the program itself every time. */
export const completionScripts: Readonly<Record<CompletionShell, string>> = {
  bash: `_kiro_gw() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == ':files' || -z $line ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(kiro-gw __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _kiro_gw kiro-gw
`,
  zsh: `#compdef kiro-gw
_kiro_gw() {
  local line files=0
  local -a found
  for line in "\${(@f)$(kiro-gw __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ':files' ]]; then
      files=1
    elif [[ -n $line ]]; then
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( $#found )) && _describe -V 'kiro-gw' found
  (( files )) && _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
compdef _kiro_gw kiro-gw
`,
  fish: `function __kiro_gw_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (kiro-gw __complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c kiro-gw -f -a '(__kiro_gw_complete)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName kiro-gw -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') {
        # Older ones do not hand on empty words.
        $words += if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' }
    }
    kiro-gw __complete '--' @words 2>$null | Where-Object { $_ -and $_ -ne ':files' } | ForEach-Object {
        $value, $help = $_ -split "\`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
`,
};

/** How each is switched on for good. */
export const completionHints: Readonly<Record<CompletionShell, string>> = {
  bash: `echo 'eval "$(kiro-gw completion bash)"' >> ~/.bashrc`,
  zsh: `echo 'eval "$(kiro-gw completion zsh)"' >> ~/.zshrc`,
  fish: 'kiro-gw completion fish > ~/.config/fish/completions/kiro-gw.fish',
  powershell: "Add-Content $PROFILE 'kiro-gw completion powershell | Out-String | Invoke-Expression'",
};
