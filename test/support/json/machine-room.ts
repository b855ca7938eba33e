import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from '../world.ts'
import type { Machine } from './machine.ts'

/** The settings of this machine. */
export async function ownSettings(ada: Machine): Promise<void> {
  await ada.type('config list')
  await ada.type('config get vault')
  await ada.type('config set vault shop')
  await ada.type('doctor --jq', { more: ['[.[] | {fields: keys, name}]'], exit: 'any' })
  await ada.type('completion refresh')
  await ada.type('completion install fish')
}

/** Backups, and a server that is sealed and opened again. It is left sealed on disk. */
export async function operator(ada: Machine, dataDir: string, place: string): Promise<void> {
  const pass = join(place, 'passphrase.txt')
  writeFileSync(pass, 'seven brown canaries sing')
  const [backup, fresh, another] = ['shop.age', 'fresh', 'another'].map(name => join(place, name)) as [string, string, string]
  await ada.type(`backup --output ${backup} --passphrase @${pass} --with-keys --data-dir ${dataDir}`)
  await ada.type(`restore ${backup} --passphrase @${pass} --data-dir ${fresh} --dry-run`)
  await ada.type(`restore ${backup} --passphrase @${pass} --data-dir ${fresh}`)
  await ada.type(`restore drill ${backup} --passphrase @${pass} --data-dir ${fresh}`)
  await ada.type(`admin bootstrap --data-dir ${another} --email root@example.com`, { stdin: `${PASSWORD}\n` })
  await ada.type(`keys seal --passphrase @${pass} --yes --data-dir ${dataDir}`)
  await ada.type('keys seal --now --yes')
  await ada.type(`keys unseal --passphrase @${pass}`)
}
