/** For PowerShell 5.1 and later. */
export const POWERSHELL = `# Completion of 1claw for PowerShell.
Register-ArgumentCompleter -Native -CommandName 1claw -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($wordToComplete -eq '' -and $_.Extent.EndOffset -le $cursorPosition) } |
    ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.Extent.Text } })
  # A quote that is still open is part of the word.
  $current = $wordToComplete -replace '^[''"]', ''
  & 1claw __complete @before "+$current" 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    $word, $about = $_ -split "\`t", 2
    $text = if ($word -match '[^\\w./:=@%?&+-]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
    [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $(if ($about) { $about } else { $word }))
  }
}
`
