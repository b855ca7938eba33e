import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ciLines, curlLines, envFile, pathIn, shellLines } from '../../../../../../server/console/ui/one-time-key/lines.ts'

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

it('the commands for CI pipe the key in, and one for a rotated key replaces the old one', () => {
  const [github, gitlab, kubernetes] = ciLines(KEY, true).map(({ text }) => text)
  expect(github).toBe('printf %s ocv_abc-_1 | gh secret set ONECLAW_AGENT_API_KEY')
  expect(gitlab).toBe('printf %s ocv_abc-_1 | glab variable update ONECLAW_AGENT_API_KEY --masked')
  expect(ciLines(KEY, false)[1]?.text).toContain('glab variable set ')
  const fake = 'kubectl() { [ "$1" = create ] && { printf "%s:" "$4"; cat; } || cat; }'
  // `/dev/stdin` is the pipe, and the two lines are one command.
  expect(execFileSync('sh', ['-c', `${fake}\n${kubernetes}`], { encoding: 'utf8' })).toBe('1claw-key:ocv_abc-_1')
})

it('the commands fill the environment of a program', () => {
  expect(envFile(KEY)).toBe('ONECLAW_API_URL=https://claw.example.com\nONECLAW_AGENT_API_KEY=ocv_abc-_1\n')
})
