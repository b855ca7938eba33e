import { describe, expect, it } from 'vitest'
import { completion, type Known } from '../../../../../src/cli/completion/candidates.ts'
import { grammar } from '../../../../../src/cli/completion/grammar.ts'

const GRAMMAR = grammar()

const PATHS: Record<string, string[]> = { '': ['prod/db', 'prod/api/key', 'test/db'], other: ['x'] }
const KNOWN: Known = {
  vaults: ['my vault', 'other'],
  agents: ['bot'],
  profiles: ['default', 'work'],
  paths: vault => PATHS[vault ?? ''] ?? [],
  references: () => ['1claw://my%20vault/prod/db', '1claw://other/x'],
}

/** The words offered for a line with the cursor at its last word. */
function offered(line: string, known: Known = KNOWN) {
  const words = line.split(' ')
  const { candidates, files } = completion(GRAMMAR, words.slice(0, -1), words.at(-1) ?? '', known)
  return [...candidates.map(({ word }) => word), ...(files ? [':files'] : [])]
}

describe('completion', () => {
  it.each<[string, string[]]>([
    ['ru', ['run']],
    ['sec', ['secrets']],
    ['secret', ['secrets']],
    ['secrets ver', ['versions']],
    ['secret ver', ['versions']],
    ['admin users d', ['delete']],
    ['secrets get ', PATHS[''] ?? []],
    ['secrets get prod/a', ['prod/api/key']],
    ['secrets get --vault other ', ['x']],
    ['secrets get --vault=other ', ['x']],
    ['--vault other secrets get ', ['x']],
    ['secrets get --json prod/d', ['prod/db']],
    ['secrets get --vault ', ['my vault', 'other']],
    ['secrets get --vault=o', ['--vault=other']],
    ['secrets get -o y', ['yaml']],
    ['secrets get --output=y', ['--output=yaml']],
    ['secrets get --out-file ', [':files']],
    ['secrets list --prefix p', ['prod/', 'prod/api/']],
    ['agents get ', ['bot']],
    ['policies create --agent b', ['bot']],
    ['vaults use o', ['other']],
    ['profiles use w', ['work']],
    ['config set a', ['api_url']],
    ['config get ', ['api_url', 'cache', 'vault']],
    ['whoami --profile w', ['work']],
    ['run prod/', ['prod/db', 'prod/api/key']],
    ['run --only A ', PATHS[''] ?? []],
    ['run -- l', [':files']],
    ['run prod/db -- ls --', [':files']],
    ['read 1', ['1claw://my%20vault/prod/db', '1claw://other/x']],
    ['read 1claw://o', ['1claw://other/x']],
    ['export 1claw://o', ['1claw://other/x']],
    ['export --format po', ['powershell']],
    ['secrets import ', [':files']],
    ['refs check ', [':files']],
    ['completion z', ['zsh']],
    ['secrets nonsense x', []],
    ['nonsense ', []],
  ])('%s', (line, words) => {
    expect(offered(line)).toEqual(words)
  })

  it('offers flags once, unless they can be repeated', () => {
    expect(offered('secrets get --ver')).toEqual(['--verbose', '--version'])
    expect(offered('secrets get --version 3 --ver')).toEqual(['--verbose'])
    expect(offered('run --env-file x --env-f')).toEqual(['--env-file'])
    expect(offered('--prof')).toEqual(['--profile'])
  })

  it('every visible command is offered with a description', () => {
    for (const [id, { hidden }] of Object.entries(GRAMMAR.commands)) {
      if (hidden) continue
      const words = id.split(':')
      const found = completion(GRAMMAR, words.slice(0, -1), words.at(-1) ?? '', KNOWN).candidates.find(
        ({ word }) => word === words.at(-1),
      )
      expect([id, found?.description ?? '']).toEqual([id, expect.stringMatching(/./)])
    }
  })

  it('an unknown word does not stop completion', () => {
    const none: Known = { vaults: [], agents: [], profiles: [], paths: () => [], references: () => [] }
    expect(offered('secrets get ', none)).toEqual([])
    expect(offered('')).toContain('secrets')
  })
})
