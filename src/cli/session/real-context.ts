/** The context of a real run. This is the only file of the command line that reads `process.env`. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { bearer, presentedKey, tokenExchange } from '../../client/auth.ts'
import { createClient } from '../../client/client.ts'
import { httpTransport } from '../../client/transport-http.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Credential } from '../context/credential.ts'
import { terminalPrompts } from '../context/prompts.ts'
import type { CertificateFiles } from '../context/proof.ts'
import { settingsStore } from '../context/settings.ts'
import type { Output, Streams } from '../context/terminal.ts'
import { programVersion } from '../context/version.ts'
import { tlsOptions } from './tls.ts'

export function realContext(): Context {
  const { env } = process
  const dir = configDir(env)
  const context: Context = {
    env,
    cwd: process.cwd(),
    ...processStreams(),
    settings: settingsStore(dir),
    prompts: terminalPrompts(),
    // Loaded when needed: ciphers and child processes cost 8 ms that a token from the environment does not need.
    async credentials(kind) {
      if (kind === 'keychain') return (await import('../credentials/keychain.ts')).keychainStore()
      return (await import('../credentials/encrypted-file.ts')).encryptedFileStore(dir)
    },
    connect({ credential, certificate = certificateOf(credential), ...options }) {
      if (certificate && !options.baseUrl.startsWith('https:')) {
        throw new Problem('config.invalid', `A client certificate requires https, but the server is ${options.baseUrl}.`)
      }
      return createClient({
        ...options,
        transport: httpTransport(() => tlsOptions(env, certificate)),
        userAgent: programVersion(),
        auth: credential && authOf(context, credential),
      })
    },
    async openBrowser(url) {
      const { default: open } = await import('open')
      await open(url)
    },
    now: Date.now,
    async sleep(ms, signal) {
      const { setTimeout } = await import('node:timers/promises')
      await setTimeout(ms, undefined, signal && { signal })
    },
    exitWith(code) {
      process.exitCode = code
    },
  }
  return context
}

function configDir(env: NodeJS.ProcessEnv): string {
  if (env['ONECLAW_CONFIG_DIR']) return env['ONECLAW_CONFIG_DIR']
  if (process.platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], '1claw')
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), '1claw')
}

function certificateOf(credential: Credential | undefined): CertificateFiles | undefined {
  return credential?.kind === 'workload' && credential.proof.by === 'certificate' ? credential.proof : undefined
}

function authOf(context: Context, credential: Credential) {
  switch (credential.kind) {
    case 'token':
      return bearer(credential.token)
    case 'user-key':
      return presentedKey({ kind: 'user', apiKey: credential.apiKey })
    case 'agent-key':
      return presentedKey({ kind: 'agent', apiKey: credential.apiKey, agentId: credential.agentId })
    case 'workload':
      return tokenExchange(
        async call => (await import('../credentials/workload/renewal.ts')).renewed(context, credential, call),
        credential,
      )
  }
}

/** The streams are looked up when they are used: opening stdin or stdout costs time and, for a pipe, side effects. */
function processStreams(): Streams {
  return {
    stdin: {
      get isTTY() {
        return process.stdin.isTTY === true
      },
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
    },
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
  }
}

function outputOf(stream: () => NodeJS.WriteStream): Output {
  let guarded = false
  return {
    get isTTY() {
      return stream().isTTY === true
    },
    get columns() {
      return stream().columns ?? 0
    },
    write(chunk) {
      // A reader that has seen enough (`| head`) is no failure of ours.
      if (!guarded) stream().on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))
      guarded = true
      stream().write(chunk)
    },
  }
}
