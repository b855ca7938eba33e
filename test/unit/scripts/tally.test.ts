import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '../../support/house/files.ts'

describe('the count of CI', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tally-'))
    mkdirSync(join(folder, 'node_modules/.cache/1claw'), { recursive: true })
    cpSync(join(ROOT, 'scripts/tally.js'), join(folder, 'scripts/tally.mjs'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const left = (name: string, content: unknown) =>
    writeFileSync(join(folder, 'node_modules/.cache/1claw', name), JSON.stringify(content))

  const count = (tests: number, checks: number) => {
    const { stdout, status } = spawnSync(process.execPath, [join(folder, 'scripts/tally.mjs'), `${tests}`, `${checks}`], {
      encoding: 'utf8',
    })
    return { said: stdout, status }
  }

  const file = (name: string, ...tests: string[]) => ({
    name,
    status: tests.includes('failed') ? 'failed' : 'passed',
    assertionResults: tests.map(status => ({ status })),
  })
  const passing = { testResults: [file('a', 'passed', 'passed'), file('b', 'passed', 'passed', 'passed')] }
  const checks = [{ ok: true }, { ok: true }]

  it('adds tests and checks', () => {
    left('tests.json', passing)
    left('checks.json', checks)
    expect(count(0, 0)).toEqual({ said: '7 passed, 0 failed\n', status: 0 })
  })

  it('counts failed tests, files that did not load and failed checks', () => {
    const unloaded = { name: 'c', status: 'failed', assertionResults: [] }
    left('tests.json', {
      testResults: [file('a', 'passed', 'passed', 'passed', 'passed'), file('b', 'failed', 'passed'), unloaded],
    })
    left('checks.json', [{ ok: true }, { ok: false }])
    expect(count(1, 1)).toEqual({ said: '6 passed, 3 failed\n', status: 1 })
  })

  it('takes the result of a second try in the place of the first', () => {
    left('tests.json', { testResults: [file('a', 'passed'), file('b', 'failed', 'passed'), file('c', 'failed')] })
    left('checks.json', checks)
    left('second-try.json', { testResults: [file('b', 'passed', 'passed'), file('c', 'failed')] })
    expect(count(1, 0)).toEqual({ said: '5 passed, 1 failed\n', status: 1 })
    left('second-try.json', { testResults: [file('b', 'passed', 'passed'), file('c', 'passed')] })
    expect(count(1, 0)).toEqual({ said: '6 passed, 0 failed\n', status: 0 })
  })

  it('trusts a failing exit code over a report without a failure', () => {
    left('tests.json', passing)
    left('checks.json', checks)
    expect(count(1, 0)).toEqual({ said: '7 passed, 1 failed\n', status: 1 })
    expect(count(0, 1)).toEqual({ said: '7 passed, 1 failed\n', status: 1 })
  })

  it('counts a missing report as a failure', () => {
    expect(count(0, 0)).toEqual({ said: '0 passed, 2 failed\n', status: 1 })
  })
})
