/** The context of a real run. This is the only file of the command line that reads `process.env`. */
import { type Auth, bearer, presentedKey, tokenExchange } from '../../client/auth.ts'
import { createClient } from '../../client/client.ts'
import { httpTransport, proxiesOf } from '../../client/transport-http.ts'
import { Problem } from '../../problem.ts'
import { configDir } from '../context/config-dir.ts'
import type { Context } from '../context/context.ts'
import type { Credential } from '../context/credential.ts'
import { HANDOVER, handedOver } from '../context/handover.ts'
import { terminalPrompts } from '../context/prompts.ts'
import type { CertificateFiles } from '../context/proof.ts'
import { folderOf, settingsStore } from '../context/settings.ts'
import type { Output, Streams } from '../context/terminal.ts'
import { programVersion } from '../context/version.ts'
import { terminalText } from '../context/visible.ts'
import { workingFolder } from '../context/working-folder.ts'
import { CLI_HINTS } from './hints.ts'
import { ensureUnreadable } from './plain-http.ts'
import { tlsOptions } from './tls.ts'

export function realContext(): Context {
  const env = environment()
  const dir = configDir(env)
  const context: Context = {
    env,
    get cwd() {
      return workingFolder()
    },
    ...processStreams(),
    settings: settingsStore(dir),
    prompts: terminalPrompts(),
    // Loaded when needed: ciphers and child processes cost 8 ms that a token from the environment does not need.
    async credentials(kind) {
      if (kind === 'keychain') return (await import('../credentials/keychain.ts')).keychainStore()
      return (await import('../credentials/encrypted-file.ts')).encryptedFileStore(folderOf(context.settings))
    },
    connect({ credential, certificate = certificateOf(credential), ...options }) {
      if (certificate && !options.baseUrl.startsWith('https:')) {
        throw new Problem('config.invalid', `A client certificate requires https, but the server is ${options.baseUrl}.`)
      }
      ensureUnreadable(options.baseUrl, env)
      return createClient({
        ...options,
        transport: httpTransport(() => tlsOptions(env, certificate), proxiesOf(env)),
        userAgent: programVersion(),
        auth: credential && authOf(context, credential),
        hints: CLI_HINTS,
      })
    },
    async page(text) {
      return (await import('../output/pager.ts')).shownInPager(terminalText(text), env, workingFolder())
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

let asStarted: NodeJS.ProcessEnv | undefined

/** The environment of this process, with the keys that an earlier process of this run has handed over. */
function environment(): NodeJS.ProcessEnv {
  const file = process.env[HANDOVER]
  asStarted ??= { ...process.env, ...(file !== undefined && handedOver(file)) }
  return asStarted
}

/**
 * Ensures that `SHELL` and `HOME` are set: otherwise oclif asks the system for them, which throws for a user without an entry in the passwd
 * file. oclif uses neither, and programs get the original environment.
 */
export function standInForPasswd(): void {
  environment()
  process.env['SHELL'] ??= '/bin/sh'
  process.env['HOME'] ||= '/'
}

function certificateOf(credential: Credential | undefined): CertificateFiles | undefined {
  return credential?.kind === 'workload' && credential.proof.by === 'certificate' ? credential.proof : undefined
}

function authOf(context: Context, credential: Credential) {
  switch (credential.kind) {
    case 'token':
      return latest(credential, credential.token, bearer)
    case 'user-key':
      return latest(credential, credential.apiKey, apiKey => presentedKey({ kind: 'user', apiKey }))
    case 'agent-key':
      return latest(credential, credential.apiKey, apiKey => presentedKey({ kind: 'agent', apiKey, agentId: credential.agentId }))
    case 'workload':
      return tokenExchange(
        async call => (await import('../credentials/workload/renewal.ts')).renewed(context, credential, call),
        credential,
      )
  }
}

/** A value from a file is read again at each use. */
function latest({ read }: { readonly read?: () => string }, first: string, make: (text: string) => Auth): Auth {
  let text = first
  let auth = make(text)
  return {
    authorize(call) {
      const now = read?.() ?? text
      if (now !== text) auth = make(now)
      text = now
      return auth.authorize(call)
    },
    refused: header => auth.refused(header),
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
    get rows() {
      return stream().rows ?? 0
    },
    write(chunk) {
      if (!guarded) stream().on('error', ended)
      guarded = true
      stream().write(typeof chunk === 'string' && stream().isTTY ? terminalText(chunk) : chunk)
    },
  }
}

/** Loaded when a stream fails. */
async function ended(error: Error): Promise<void> {
  const { outputFailed } = await import('../context/output-failure.ts')
  process.exit(outputFailed(error))
}
