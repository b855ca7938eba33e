import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { Problem } from '../../problem.ts'
import type { CredentialStore } from '../context/credential-store.ts'
import type { KeychainAnswer, KeychainRequest } from './keychain-child.ts'

/** Longer than a working keychain ever takes; a person will not wait longer for a broken one. */
export const KEYCHAIN_LIMIT_MS = 2000

/**
 * The OS keychain: Keychain on macOS, Credential Manager on Windows, Secret Service on Linux. It is called in a child process, because a
 * call that hangs in D-Bus blocks a thread that nothing in this process can interrupt: even `process.exit` waits for it.
 */
export function keychainStore(ask: (request: KeychainRequest) => Promise<KeychainAnswer> = askChild): CredentialStore {
  async function value(request: KeychainRequest): Promise<string | undefined> {
    const answer = await ask(request)
    if ('error' in answer) throw new Problem('config.invalid', `The OS keychain cannot be used: ${answer.error}.`, { hint: HINT })
    return answer.value ?? undefined
  }
  return {
    place: 'the OS keychain',
    get: account => value({ verb: 'get', account }),
    async set(account, secret) {
      await value({ verb: 'set', account, secret })
    },
    async delete(account) {
      await value({ verb: 'delete', account })
    },
  }
}

const HINT = 'Unlock it and try again, or sign in with `1claw login --credential-store file`.'

/** Runs the child; the request goes in by stdin, never by argv. */
export function askChild(
  request: KeychainRequest,
  program = childProgram(),
  limitMs = KEYCHAIN_LIMIT_MS,
): Promise<KeychainAnswer> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.on('error', () => resolve({ error: 'it could not be started' }))
    child.on('close', (_, signal) => {
      if (signal) resolve({ error: `no response within ${limitMs / 1000} s` })
      else resolve(answerOf(output))
    })
    // A child that died before it read everything is reported by `close`.
    child.stdin.on('error', () => {}).end(JSON.stringify(request))
  })
}

function answerOf(output: string): KeychainAnswer {
  try {
    return JSON.parse(output) as KeychainAnswer
  } catch {
    return { error: 'it failed without a reason' }
  }
}

function childProgram(): string {
  return `${import.meta.dirname}/keychain-child${extname(import.meta.filename)}`
}
