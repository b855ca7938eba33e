import { Secret, TOTP } from 'otpauth'
import { PASSWORD } from '../world.ts'
import type { Machine } from './machine.ts'

/** The first code of an authenticator with the key that stderr shows. */
const firstCode = (stderr: string) => TOTP.generate({ secret: Secret.fromBase32(/its key: (\w+)/.exec(stderr)?.[1] ?? '') })

/** The commands of one person's account. */
export async function account(ada: Machine): Promise<void> {
  await ada.type('login --email ada@example.com --password-stdin', { stdin: `${PASSWORD}\n` })
  await ada.type('whoami')
  await ada.type('whoami --verbose')
  await ada.type('account show')
  await ada.type('account update --name', { more: ['Ada Lovelace'] })
  await ada.type('account export')
  await ada.type('mfa status')
  await ada.type('mfa enable', { stdin: firstCode })
  await ada.type('mfa disable --with-password', { stdin: PASSWORD })
  const { key } = await ada.type('api-keys create ci --scope read --expires-in 30d')
  await ada.type('api-keys list')
  await ada.type(`api-keys rotate ${key.id}`)
  await ada.type(`api-keys revoke ${key.id} --yes`)
  await ada.type('console')
}

/** An organisation of two. */
export async function organisation(ada: Machine, bob: Machine): Promise<void> {
  await bob.type('login --email bob@example.com --password-stdin', { stdin: `${PASSWORD}\n` })
  await bob.type('mfa enable', { stdin: firstCode })
  const { url } = await ada.type('org invite bob@example.com --link')
  await bob.type(`api POST /v1/org/invitations/${url.split('/').at(-1)}/accept`)
  await ada.type('org members')
  await ada.type('org role bob@example.com admin')
  await ada.type('org reset-mfa bob@example.com --yes')
  await ada.type('org remove bob@example.com --yes')

  const { id: rule } = await ada.type('ip-rules add deny 192.0.2.0/24 --label office')
  await ada.type('ip-rules list')
  await ada.type(`ip-rules remove ${rule}`)
}

/** Deletes the account of one person, and logs the other out. */
export async function farewell(ada: Machine, cleo: Machine): Promise<void> {
  const changed = `another ${PASSWORD}`
  await cleo.type('login --email cleo@example.com --password-stdin', { stdin: `${PASSWORD}\n` })
  await cleo.type('account change-password --password-stdin', { stdin: `${PASSWORD}\n${changed}\n` })
  await cleo.type('login --email cleo@example.com --password-stdin', { stdin: `${changed}\n` })
  await cleo.type('account delete --yes', { stdin: `${changed}\n` })
  await ada.type('profiles list')
  await ada.type('profiles use default')
  await ada.type('logout')
  await ada.type('profiles remove default --yes')
}
