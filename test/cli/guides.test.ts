import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/house/files.ts'

/** The guides whose commands are run, in the order of the page, each by one shell. */
const GUIDES = ['quickstart', 'agent-quickstart', '../moving-in', 'agents', 'self-onboarding', 'fleets', 'sharing-and-rotation']

let folder = ''
let server: ReturnType<typeof spawn> | undefined
const env = () => ({
  PATH: `${folder}:${process.env['PATH']}`,
  HOME: folder,
  ONECLAW_CONFIG_DIR: join(folder, 'config'),
  XDG_CACHE_HOME: join(folder, 'cache'),
  // The compile cache of other tests.
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-guides-'))
  writeFileSync(join(folder, '1claw'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/run.js')}' "$@"\n`)
  chmodSync(join(folder, '1claw'), 0o755)
  const started = spawn(join(folder, '1claw'), ['serve', '--dev', '--port', '0', '--data-dir', join(folder, 'data')], {
    env: env(),
  })
  server = started
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      if (said.includes('Try ')) resolve()
    }
    started.stdout.on('data', hear)
    started.stderr.on('data', hear)
    started.on('exit', () => reject(new Error(said)))
  })
})

afterAll(async () => {
  const ended = new Promise(resolve => server?.on('exit', resolve))
  server?.kill()
  await ended
  rmSync(folder, { recursive: true, force: true })
})

/** The commands of a page: its blocks of `sh`. */
function commandsIn(guide: string): string {
  const page = readFileSync(join(ROOT, 'docs/guides', `${guide}.md`), 'utf8')
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('')
}

describe('the commands of a guide', () => {
  it.each(GUIDES)('%s', { timeout: 120_000 }, async guide => {
    const place = mkdtempSync(join(folder, `${basename(guide)}-`))
    const commands = commandsIn(guide)
    expect(commands.match(/1claw /g)?.length).toBeGreaterThan(5)
    const shell = spawn('bash', ['--norc', '-e', '-o', 'pipefail', '-x'], { cwd: place, env: env() })
    shell.stdin.end(commands)
    shell.stdout.resume()
    const [stderr, [status]] = await Promise.all([text(shell.stderr), once(shell, 'exit')])
    expect(status === 0 ? '' : stderr).toBe('')
  })
})
