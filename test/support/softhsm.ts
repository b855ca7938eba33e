import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where distributions install the module. */
const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]

export interface Token {
  readonly module: string
  readonly tokenLabel: string
  readonly pin: string
}

export interface SoftHsm {
  readonly module: string
  /** Scratch space that goes with it. */
  readonly dir: string
  /** A new token with its own PIN. */
  addToken(): Promise<Token>
  /** Removes all tokens, as if the device were unplugged, until the returned function puts them back. */
  unplug(): Promise<void>
  plugIn(): Promise<void>
  /** Runs `pkcs11-tool` on a token, logged in. Returns its stdout. */
  tool(token: Token, ...args: string[]): Promise<string>
  remove(): Promise<void>
}

/**
 * A SoftHSM in a temporary folder. The module finds it through the environment, which worker processes inherit, so a test file can have
 * only one at a time.
 */
export async function makeSoftHsm(): Promise<SoftHsm> {
  const module = MODULES.find(existsSync)
  if (!module) throw new Error('SoftHSM2 is not installed (Debian: apt-get install softhsm2 opensc)')
  const dir = await mkdtemp(join(tmpdir(), '1claw-hsm-'))
  const tokens = join(dir, 'tokens')
  await mkdir(tokens)
  await writeFile(join(dir, 'softhsm2.conf'), `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const before = process.env['SOFTHSM2_CONF']
  process.env['SOFTHSM2_CONF'] = join(dir, 'softhsm2.conf')
  return {
    module,
    dir,
    async addToken() {
      const token = { module, tokenLabel: `test-${randomBytes(4).toString('hex')}`, pin: randomBytes(6).toString('hex') }
      await run('softhsm2-util', [
        '--init-token',
        '--free',
        '--label',
        token.tokenLabel,
        '--pin',
        token.pin,
        '--so-pin',
        token.pin,
      ])
      return token
    },
    unplug: () => rename(tokens, `${tokens}.away`),
    plugIn: () => rename(`${tokens}.away`, tokens),
    async tool(token, ...args) {
      const login = ['--module', module, '--token-label', token.tokenLabel, '--login', '--pin', token.pin]
      return (await run('pkcs11-tool', [...login, ...args])).stdout
    },
    async remove() {
      if (before === undefined) delete process.env['SOFTHSM2_CONF']
      else process.env['SOFTHSM2_CONF'] = before
      await rm(dir, { recursive: true, force: true })
    },
  }
}
