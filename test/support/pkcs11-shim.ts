import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SoftHsm } from './softhsm.ts'

const run = promisify(execFile)

export interface Shim {
  /** Path of the module to use instead of the real one. */
  readonly module: string
  /** From now on calls do not return, until the returned function is called. */
  hang(): Promise<() => Promise<void>>
  /** Whether a call hangs, or has since `hang`. */
  isHanging(): boolean
  /** From now on calls end the process, until the returned function is called. */
  crash(): Promise<() => Promise<void>>
  /** From now on calls fail as if the device were broken, until the returned function is called. */
  fail(): Promise<() => Promise<void>>
  /** From now on the token reports that one more wrong PIN locks it, until the returned function is called. */
  nearlyLock(): Promise<() => Promise<void>>
  /** How often C_Login was called. */
  logins(): Promise<number>
}

/** Compiles the module `pkcs11-shim.c`, which forwards calls to a SoftHSM. Worker processes inherit its settings through the environment. */
export async function makeShim(hsm: SoftHsm): Promise<Shim> {
  const source = fileURLToPath(new URL('./pkcs11-shim.c', import.meta.url))
  const binding = dirname(createRequire(import.meta.url).resolve('pkcs11js/package.json'))
  const module = join(hsm.dir, 'shim.so')
  await run('cc', ['-shared', '-fPIC', '-w', `-I${join(binding, 'includes/pkcs11')}`, '-o', module, source, '-ldl'])
  process.env['SHIM_MODULE'] = hsm.module
  process.env['SHIM_DIR'] = hsm.dir
  const raise = async (flag: string) => {
    const file = join(hsm.dir, flag)
    await writeFile(file, '')
    return () => rm(file, { force: true })
  }
  return {
    module,
    async hang() {
      await rm(join(hsm.dir, 'hanging'), { force: true })
      return raise('hang')
    },
    isHanging: () => existsSync(join(hsm.dir, 'hanging')),
    crash: () => raise('crash'),
    fail: () => raise('break'),
    nearlyLock: () => raise('final-try'),
    async logins() {
      const calls = await readFile(join(hsm.dir, 'calls'), 'utf8').catch(() => '')
      return calls.split('\n').filter(line => line === 'C_Login').length
    },
  }
}
