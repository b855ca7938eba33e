import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SHELLS } from '../../src/cli/completion/shells.ts'
import { ROOT } from '../../src/cli/context/version.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-completion-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const NAMES = {
  vaults: { [VAULT_ID]: 'my vault', other: 'shared' },
  agents: ['bot'],
  secrets: { [VAULT_ID]: ['prod/db', 'prod/key'], other: ['x'] },
}
const isInstalled = (name: string) => (process.env['PATH'] ?? '').split(':').some(place => existsSync(join(place, name)))

/** The real program, a folder of settings with these names, and no server anywhere. */
function prepared() {
  writeFileSync(join(folder, '1claw'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/run.js')}' "$@"\n`)
  chmodSync(join(folder, '1claw'), 0o755)
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ current: 'default', profiles: { default: { api_url: SERVER, vault: VAULT_ID } } }),
  )
  writeFileSync(join(folder, 'completion.json'), JSON.stringify({ [`default@${SERVER}`]: NAMES }))
  return { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, ONECLAW_CONFIG_DIR: folder, TERM: 'dumb' }
}

const script = (shell: string, env: Record<string, string>) =>
  execFileSync(join(folder, '1claw'), ['completion', shell], { env }).toString()

describe('at TAB', () => {
  it('the program answers without a request', () => {
    const env = prepared()
    const ask = (...words: string[]) => execFileSync(join(folder, '1claw'), ['__complete', ...words], { env }).toString()
    expect(ask('secrets', 'get', '+prod/d')).toBe('prod/db\n')
    expect(ask('secrets', 'get', '--vault', '+')).toBe('my vault\nshared\n')
    expect(ask('read', '+1claw://s')).toBe('1claw://shared/x\n')
    expect(ask('who', '+')).toBe('')
    expect(ask('inject', '-i', '+')).toBe(':files\n')
    expect(ask('+whoa')).toMatch(/^whoami\tShow who you are/)
  })

  it('commands complete even with broken settings', () => {
    const env = prepared()
    writeFileSync(join(folder, 'config.json'), 'not JSON')
    const { stdout, stderr, status } = spawnSync(join(folder, '1claw'), ['__complete', '+whoa'], { env, encoding: 'utf8' })
    expect([stdout.startsWith('whoami\t'), stderr, status]).toEqual([true, '', 0])
  })

  it('bash completes words, words with colons, and quotes what needs it', () => {
    const env = prepared()
    const complete = (line: string) => {
      const words = line.split(/(?<=[:=])|(?=[:=])| /)
      const ask = `source "$1"; COMP_LINE=$2; COMP_POINT=\${#2}; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _1claw; printf '%s\\n' "\${COMPREPLY[@]}"`
      const file = join(folder, 'script')
      writeFileSync(file, script('bash', env))
      return execFileSync('bash', ['--norc', '-c', ask, 'bash', file, line, ...words], { env })
        .toString()
        .trimEnd()
    }
    expect(complete('1claw secrets get prod/d')).toBe('prod/db')
    expect(complete('1claw secrets get ')).toBe('prod/db\nprod/key')
    expect(complete('1claw secrets get --vault ')).toBe('my\\ vault\nshared')
    expect(complete('1claw secrets get --vault=s')).toBe('shared')
    expect(complete('1claw secrets get --vault "m')).toBe('my vault')
    expect(complete("1claw secrets get --vault='m")).toBe('my vault')
    expect(complete('1claw secrets get --vault m')).toBe('my\\ vault')
    expect(complete('1claw read 1claw://s')).toBe('//shared/x')
    expect(complete('1claw inject -i ')).toBe('')
  })

  it.each(['fish'].filter(isInstalled))('%s completes words with their descriptions', () => {
    const env = prepared()
    writeFileSync(join(folder, 'script.fish'), script('fish', env))
    const complete = (line: string) =>
      execFileSync('fish', ['--no-config', '-c', `source ${folder}/script.fish; complete -C "${line}"`], {
        env,
        cwd: folder,
      }).toString()
    expect(complete('1claw secrets get prod/d')).toBe('prod/db\n')
    expect(complete('1claw whoa')).toMatch(/^whoami\tShow who/)
    expect(complete('1claw secrets get --vault ')).toBe('my vault\nshared\n')
    expect(complete("1claw secrets get --vault 'm")).toBe('my vault\n')
    expect(complete('1claw read 1claw://s')).toBe('1claw://shared/x\n')
    expect(complete('1claw inject -i config.j')).toBe('config.json\n')
  })

  it.each(['zsh'].filter(isInstalled))('%s loads its script without warnings, with and without compinit', () => {
    const env = prepared()
    writeFileSync(join(folder, 'script.zsh'), script('zsh', env))
    for (const before of ['', 'autoload -Uz compinit && compinit -u; ']) {
      const { stderr, stdout } = spawnSync('zsh', ['-f', '-c', `${before}source ${folder}/script.zsh; print $_comps[1claw]`], {
        env,
        encoding: 'utf8',
      })
      expect([stderr, stdout]).toEqual(['', '_1claw\n'])
    }
  })
})

describe('names', () => {
  const profile = { api_url: SERVER, credential_store: 'file' as const }
  const settings = { current: 'default', profiles: { default: profile } }
  const vault = { id: VAULT_ID, name: 'prod', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }
  const secret = (path: string) => ({ id: VAULT_ID, path, type: 'generic', version: 1, created_at: '2026-03-01T12:00:00Z' })
  const replies = {
    'vaults.list': () => ({ vaults: [vault] }),
    'vaults.get': () => vault,
    'secrets.list': () => ({ secrets: [secret('a'), secret('b')] }),
    'secrets.put': () => secret('c'),
    'secrets.delete': () => undefined,
    'agents.list': () => {
      throw new Problem('policy.denied')
    },
  }
  const known = () => JSON.parse(readFileSync(join(folder, 'completion.json'), 'utf8'))[`default@${SERVER}`]
  const ran = async (words: string[], options: Parameters<typeof fakeWorld>[0] = {}) => {
    const world = fakeWorld({ env: SIGNED_IN, replies, settings, configDir: folder, stdin: 'v', ...options })
    await runCommand(world.context, ...words)
    return world
  }

  it('are learned from replies, without values', async () => {
    await ran(['secrets', 'list'])
    await ran(['secrets', 'set', 'c'])
    await ran(['secrets', 'delete', 'a', '--yes'])
    await ran(['vaults', 'list'])
    expect(known()).toEqual({ vaults: { [VAULT_ID]: 'prod' }, agents: [], secrets: { [VAULT_ID]: ['b', 'c'] } })
    expect(statSync(join(folder, 'completion.json')).mode & 0o777).toBe(0o600)
  })

  it('are fetched by refresh, as far as they can be listed', async () => {
    const world = await ran(['completion', 'refresh'])
    expect(world.stderr()).toBe('Completion knows 1 vault, 2 secrets and 0 agents.\n')
    expect(known()).toEqual({ vaults: { [VAULT_ID]: 'prod' }, agents: [], secrets: { [VAULT_ID]: ['a', 'b'] } })
  })

  it('are not kept where no login is stored', async () => {
    await ran(['secrets', 'list'], { settings: {} })
    expect(existsSync(join(folder, 'completion.json'))).toBe(false)
    expect((await ran(['completion', 'refresh'], { settings: {} })).exitCode()).toBe(2)
  })

  it('are forgotten at logout', async () => {
    await ran(['secrets', 'list'])
    await ran(['logout'])
    expect(known()).toBeUndefined()
  })
})

describe('completion install', () => {
  const install = async (words: string[], env: Record<string, string> = {}) => {
    const world = fakeWorld({ env: { HOME: folder, ...env }, configDir: join(folder, 'our') })
    await runCommand(world.context, 'completion', ...words)
    return world
  }

  it.each([
    ['bash', '.bashrc', 'our/completion.bash'],
    ['zsh', '.zshrc', 'our/completion.zsh'],
    ['powershell', '.config/powershell/Microsoft.PowerShell_profile.ps1', 'our/completion.ps1'],
  ])('writes the script and one line in the startup file, once: %s', async (shell, startup, place) => {
    if (shell === 'bash') writeFileSync(join(folder, startup), 'alias x=y')
    await install(['install', shell])
    const before = readFileSync(join(folder, startup), 'utf8')
    expect(before).toContain(place)
    expect(before.startsWith('alias x=y\n')).toBe(shell === 'bash')
    expect((await install(['install', shell])).stderr()).toBe(`Completion is set up in ${shell}.\n`)
    expect(readFileSync(join(folder, startup), 'utf8')).toBe(before)
    expect(readFileSync(join(folder, place), 'utf8')).toContain('__complete')
  })

  it('writes a file in its own folder for the login shell: fish', async () => {
    await install(['install'], { SHELL: '/usr/bin/fish' })
    expect(readFileSync(join(folder, '.config/fish/completions/1claw.fish'), 'utf8')).toContain('__complete')
  })

  it('refuses an unknown shell', async () => {
    expect((await install(['install'], { SHELL: '/bin/tcsh' })).exitCode()).toBe(2)
  })

  it.each(SHELLS)('prints the script of %s', async shell => {
    expect((await install([shell])).stdout()).toContain('__complete')
  })
})
