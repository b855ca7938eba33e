import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import { BASH } from './scripts/bash.ts'
import { FISH } from './scripts/fish.ts'
import { POWERSHELL } from './scripts/powershell.ts'
import { ZSH } from './scripts/zsh.ts'

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof SHELLS)[number]

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The named shell, or the user's login shell.
 * @throws Problem `usage` for an unsupported shell
 */
export function shellOf(named: Shell | undefined, env: Environment): Shell {
  if (named) return named
  const login = (env['SHELL'] ?? '').split('/').at(-1)
  const found = SHELLS.find(shell => shell === login) ?? (process.platform === 'win32' ? 'powershell' : undefined)
  if (found) return found
  throw new Problem('usage', `Your login shell${login ? ` (${login})` : ''} is not one of ${SHELLS.join(', ')}.`, {
    hint: 'Name the shell: `1claw completion install bash`.',
  })
}

/** The script's place, and the startup file that loads it; fish loads its own folder. */
export interface Places {
  readonly script: string
  readonly startup?: { readonly file: string; readonly line: string }
}

/** @param dir folder of our settings. @throws Problem `config.invalid` for a user without a home folder. */
export function placesOf(shell: Shell, env: Environment, dir: string): Places {
  const home = env['HOME'] || env['USERPROFILE']
  if (!home) throw new Problem('config.invalid', 'There is no home folder, so completion cannot be installed.')
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config')
  switch (shell) {
    case 'fish':
      return { script: join(config, 'fish', 'completions', '1claw.fish') }
    case 'zsh':
      return sourced(join(dir, 'completion.zsh'), join(env['ZDOTDIR'] || home, '.zshrc'))
    case 'bash':
      return sourced(join(dir, 'completion.bash'), join(home, '.bashrc'))
    case 'powershell': {
      const folder = process.platform === 'win32' ? join(home, 'Documents', 'PowerShell') : join(config, 'powershell')
      const script = join(dir, 'completion.ps1')
      return {
        script,
        startup: { file: join(folder, 'Microsoft.PowerShell_profile.ps1'), line: `. '${script.replaceAll("'", "''")}'` },
      }
    }
  }
}

function sourced(script: string, file: string): Places {
  const quoted = `'${script.replaceAll("'", `'\\''`)}'`
  return { script, startup: { file, line: `[ -r ${quoted} ] && . ${quoted}` } }
}
