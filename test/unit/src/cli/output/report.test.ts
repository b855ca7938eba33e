import { describe, expect, it } from 'vitest'
import { report, wantsJson } from '../../../../../src/cli/output/report.ts'
import { Problem } from '../../../../../src/problem.ts'
import { fakeWorld } from '../../../../support/fake-context.ts'

function reported(error: unknown, argv: string[] = [], options: Parameters<typeof fakeWorld>[0] = {}) {
  const world = fakeWorld(options)
  const code = report(world.context, error, argv)
  return { code, stdout: world.stdout(), stderr: world.stderr() }
}

describe('a failure', () => {
  it('is reported with its cause, its fields and the next step', () => {
    const problem = new Problem('request.invalid', 'The request is not valid', {
      hint: 'Do this.',
      fields: { name: 'is too long' },
      requestId: 'r1',
    })
    expect(reported(problem)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: The request is not valid\n  name: is too long\nhint: Do this.\n',
    })
    expect(reported(problem, ['--verbose']).stderr).toContain('request: r1\n')
  })

  it('reports the fault of a field once', () => {
    const problem = new Problem('request.invalid', 'name is too long.', { fields: { name: 'is too long' } })
    expect(reported(problem).stderr).toBe('error: name is too long.\n')
  })

  it('is a JSON document on stderr if JSON was asked for', () => {
    const { code, stdout, stderr } = reported(new Problem('rate.limited', 'slow down', { retryAfter: 3 }), ['--json'])
    expect([code, stdout]).toEqual([8, ''])
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'rate.limited', title: 'Too many requests', detail: 'slow down', status: 429, exit_code: 8, retry_after: 3 },
    })
  })

  it('that was not expected reveals no internals', () => {
    const { code, stderr } = reported(new SyntaxError('Unexpected token in "canary"'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: An internal error occurred \(SyntaxError\)\.\nhint: /)
    expect(stderr).not.toContain('canary')
    expect(reported('canary').stderr).not.toContain('canary')
  })

  it('of the operating system names the file', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: 'EACCES', syscall: 'open' })
    expect(reported(error)).toEqual({ code: 1, stdout: '', stderr: "error: EACCES: permission denied, open '/x'\n" })
  })

  it('cannot control the terminal with text from the server', () => {
    expect(reported(new Problem('resource.conflict', 'a\u001b[2J\nhint: b')).stderr).toBe('error: a\\u001b[2J\n  hint: b\n')
  })

  it('has colour on a terminal that supports it', () => {
    const problem = new Problem('usage', 'x')
    expect(reported(problem, [], { tty: true }).stderr).toBe('\u001b[31merror:\u001b[0m x\n')
    expect(reported(problem, [], { tty: true, env: { NO_COLOR: '1' } }).stderr).toBe('error: x\n')
    expect(reported(problem, [], { tty: true, env: { TERM: 'dumb' } }).stderr).toBe('error: x\n')
    expect(reported(problem, [], { env: { CLICOLOR_FORCE: '1' } }).stderr).toContain('\u001b[31m')
    expect(reported(problem, [], { env: { CLICOLOR_FORCE: '1', NO_COLOR: '1' } }).stderr).toBe('error: x\n')
  })
})

it.each([
  [['a', '--json'], true],
  [['--output', 'json'], true],
  [['--output=json'], true],
  [['-o', 'json'], true],
  [['-ojson'], true],
  [['-o=json'], true],
  [['--output', 'yaml'], false],
  [['run', '--', 'x', '--json'], false],
  [[], false],
])('%j asks for JSON: %s', (argv, expected) => {
  expect(wantsJson(argv)).toBe(expected)
})
