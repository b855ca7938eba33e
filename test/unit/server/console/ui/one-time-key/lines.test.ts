import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { curlLines, envFile, pathIn, shellLines } from '../../../../../../server/console/ui/one-time-key/lines.ts'

const KEY = { url: 'https://claw.example.com', variable: 'ONECLAW_AGENT_API_KEY', key: 'ocv_abc-_1' } as const

/** The words that a shell reads from a line, one on each line. */
const words = (line: string) =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')

it('the commands read a secret with the command line', () => {
  const [url, key, command = ''] = shellLines({ ...KEY, vault: 'v', path: 'prod/db' }).split('\n')
  expect([url, key]).toEqual(['export ONECLAW_API_URL=https://claw.example.com', 'export ONECLAW_AGENT_API_KEY=ocv_abc-_1'])
  expect(words(command)).toEqual(['1claw', 'secrets', 'get', 'prod/db', '--vault', 'v'])
})

it('the commands have placeholders where nothing is granted, which no shell reads as a redirection', () => {
  expect(words(shellLines(KEY).split('\n')[2] ?? '')).toEqual(['1claw', 'secrets', 'get', '<path>', '--vault', '<vault>'])
  expect(words(curlLines({ ...KEY, path: pathIn('prod/**/it*') }))).toEqual([
    'curl',
    '-sS',
    '-H',
    'Authorization: Bearer ocv_abc-_1',
    'https://claw.example.com/v1/vaults/<vault>/secrets/prod/<name>/it<name>',
  ])
})

it('the commands fill the environment of a program', () => {
  expect(envFile(KEY)).toBe('ONECLAW_API_URL=https://claw.example.com\nONECLAW_AGENT_API_KEY=ocv_abc-_1\n')
})
