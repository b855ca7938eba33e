import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '../../support/house/files.ts'

const ended = (child: ChildProcess) =>
  new Promise<{ code: number | null; signal: NodeJS.Signals | null; said: string }>(resolve => {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (said += chunk))
    child.on('close', (code, signal) => resolve({ code, signal, said }))
  })

describe('a program that is run once the checkout is ready', () => {
  let folder: string
  let program: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ready-'))
    program = join(folder, 'program.mjs')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const run = (text: string, ...args: string[]) => {
    writeFileSync(program, text)
    return spawn(process.execPath, ['scripts/ready.js', program, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  it('gets its arguments unchanged, and returns its exit code', async () => {
    const { code, said } = await ended(
      run('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7', '--port', 'a b', '--tools', ''),
    )
    expect(JSON.parse(said)).toEqual(['--port', 'a b', '--tools', ''])
    expect(code).toBe(7)
  })

  it('runs on the pinned Node, and so do its children', async () => {
    const { said } = await ended(
      run(`import { execSync } from 'node:child_process'; console.log(process.version, String(execSync('node --version')))`),
    )
    const [own, child] = said.trim().split(/\s+/)
    expect(own).toMatch(/^v24\./)
    expect(child).toBe(own)
  })

  it('receives a signal once', async () => {
    const child = run(`
      let heard = 0
      process.on('SIGTERM', () => { heard += 1; setTimeout(() => process.exit(40 + heard), 50) })
      setInterval(() => {}, 1000)
      console.log('up')`)
    child.stdout.once('data', () => child.kill('SIGTERM'))
    expect((await ended(child)).code).toBe(41)
  })

  it('ends on a signal that it does not handle', async () => {
    const child = run(`setInterval(() => {}, 1000); console.log('up')`)
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect((await ended(child)).signal).toBe('SIGINT')
  })
})

describe('a checkout that cannot be made ready', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkout-'))
    cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: { zod: '1.0.0' } }))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const lockFor = (zod: string) =>
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': { dependencies: { zod } } } }))

  const ready = (env: NodeJS.ProcessEnv = process.env) =>
    ended(spawn(process.execPath, ['scripts/ready.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))

  it('reports that the lock file belongs to another package.json, and installs nothing', async () => {
    lockFor('2.0.0')
    const { code, said } = await ready()
    expect(code).toBe(1)
    expect(said).toBe('package-lock.json is not that of package.json. Run `npm install` and commit both.\n')
  })

  it('names the system packages to install when it cannot install them', async () => {
    lockFor('1.0.0')
    const { code, said } = await ready({ PATH: folder })
    expect(code).toBe(1)
    expect(said).toBe(
      'Missing to compile native packages: python3, make, g++. Install with: sudo apt-get install -y python3 make g++\n',
    )
  })
})
