import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './machine.ts'

/** Vaults, secrets, references and the environment of a program: the commands of one person. */
export async function vaultsAndSecrets(ada: Machine): Promise<void> {
  const file = (name: string, text: string) => writeFileSync(join(ada.folder, name), text)
  await ada.type('vaults create prod', { more: ['--description', 'The web shop'] })
  await ada.type('vaults use prod')
  await ada.type('vaults list')
  await ada.type('vaults get prod')
  await secretsOf(ada)

  file('.env', 'API_KEY=k-1\nDB_URL=postgres://db\n')
  await ada.type('secrets diff .env --prefix app/', { exit: 10 })
  await ada.type('secrets import .env --prefix app/ --dry-run')
  await ada.type('secrets import .env --prefix app/')
  await ada.type('env push .env --prefix pushed/')
  await ada.type(`env pull --prefix app/ --out-file ${join(ada.folder, 'pulled.env')}`)
  await ada.type('export --prefix app/')
  file('template', 'key: {{ 1claw://prod/app/API_KEY }}\n')
  await ada.type('read 1claw://prod/app/API_KEY')
  await ada.type(`inject --in-file ${join(ada.folder, 'template')}`)
  await ada.type(`refs check ${join(ada.folder, 'template')}`)
  await ada.type('find api')

  await ada.type('vaults stats prod')
  await ada.type('vaults access')
  await ada.type('vaults rename prod shop')
  await ada.type('vaults create old')
  await ada.type('vaults delete old --yes')
  await ada.type('vaults restore')
  await ada.type('vaults restore old')
  await customerKey(ada)
  await cached(ada)
}

async function secretsOf(ada: Machine): Promise<void> {
  await ada.type('secrets set db/url', { stdin: 'postgres://app:hunter2@db/app' })
  await ada.type('secrets set db/url', { stdin: 'postgres://app:hunter3@db/app' })
  await ada.type('secrets set stripe/key --expires-in 2d --metadata team=pay', { stdin: 'sk_1' })
  await ada.type('secrets list')
  await ada.type('secrets list --all-vaults')
  await ada.type('secrets get db/url')
  await ada.type('secrets get db/url stripe/key')
  await ada.type('secrets describe stripe/key')
  await ada.type('secrets access db/url')
  await ada.type('secrets update stripe/key --max-access-count 5')
  await ada.type('secrets expiring --within 14d', { exit: 10 })
  await ada.type('secrets versions db/url')
  await ada.type('secrets rollback db/url --version 1')
  await ada.type('secrets disable db/url --version 2 --yes')
  await ada.type('secrets rotate db/url')
  await ada.type('secrets prune db/url --keep 1 --yes')
  await ada.type('secrets copy db/url db/copy')
  await ada.type('secrets move db/copy db/moved')
  await ada.type('secrets delete db/moved --yes')
  await ada.type('secrets deleted')
  await ada.type('secrets restore db/moved')
}

async function customerKey(ada: Machine): Promise<void> {
  await ada.type('vaults create sealed')
  const vault = '--vault sealed'
  await ada.type(`cmek enable ${vault}`)
  await ada.type(`secrets set own/key ${vault}`, { stdin: 'mine' })
  await ada.type(`cmek status ${vault}`)
  await ada.type(`cmek rotate ${vault}`)
  await ada.type(`secrets delete own/key --purge --yes ${vault}`)
  await ada.type(`cmek disable --yes ${vault}`)
}

async function cached(ada: Machine): Promise<void> {
  await ada.type('config set cache on')
  await ada.type('secrets get app/API_KEY')
  await ada.type('cache status')
  await ada.type('secrets get app/API_KEY --offline')
  await ada.type('cache clear')
}
