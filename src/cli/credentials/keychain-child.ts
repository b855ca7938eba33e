/** The program that calls the OS keychain: one request as JSON on stdin, one reply as JSON on stdout. See `keychain.ts`. */
import { AsyncEntry } from '@napi-rs/keyring'

export interface KeychainRequest {
  readonly verb: 'get' | 'set' | 'delete'
  readonly account: string
  readonly secret?: string
}

export type KeychainAnswer = { readonly value?: string | null } | { readonly error: string }

async function perform({ verb, account, secret }: KeychainRequest): Promise<KeychainAnswer> {
  // Without a choice Linux falls back to the kernel's keyring, which forgets everything at the next boot.
  const entry = new AsyncEntry('1claw', account, { linux: { store: 'secret-service' } })
  if (verb === 'get') return { value: await entry.getPassword() }
  if (verb === 'set') await entry.setPassword(secret ?? '')
  if (verb === 'delete') await entry.deletePassword()
  return {}
}

async function main(): Promise<void> {
  let input = ''
  for await (const chunk of process.stdin) input += chunk
  const answer = await perform(JSON.parse(input) as KeychainRequest).catch((error: unknown): KeychainAnswer => {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
    return { error: /d-?bus/i.test(message) ? 'there is no Secret Service on D-Bus' : message }
  })
  process.stdout.write(JSON.stringify(answer))
}

await main()
