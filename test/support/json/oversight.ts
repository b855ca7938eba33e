import { join } from 'node:path'
import type { Machine } from './machine.ts'

/** The audit log, and billing. */
export async function auditAndBilling(ada: Machine, agentId: string): Promise<void> {
  await ada.type('audit list --action vault.create --limit 2')
  await ada.type('audit tail --action vault.create --lines 1')
  await ada.type('audit denials')
  await ada.type('audit summary')
  await ada.type(`audit reads --actor ${agentId}`)
  await ada.type(`audit export --out-file ${join(ada.folder, 'trail.jsonl')}`)
  await ada.type('audit verify')

  await ada.type('billing status')
  await ada.type('billing usage')
  await ada.type('billing history --limit 2')
  await ada.type('billing credits')
  await ada.type('billing ledger')
  await ada.type('billing overage credits')
  await ada.type('billing subscribe pro --yearly')
  await ada.type('billing topup 25')
  await ada.type('billing portal')
}

/** Commands that require a platform administrator. */
export async function platform(ada: Machine): Promise<void> {
  const users: { email: string; id: string; org_id: string }[] = await ada.type('admin users')
  const [owner, eve] = ['ada', 'eve'].map(name => users.find(({ email }) => email === `${name}@example.com`))
  await ada.type('admin settings')
  await ada.type('admin settings set billing.enforced true')
  await ada.type('admin settings unset billing.enforced')
  // The state of this machine differs from run to run.
  await ada.type('admin status --jq', { more: ['{fields: keys, parts: [.parts[].name]}'], exit: 'any' })
  await ada.type('admin jobs --jq', { more: ['{fields: keys, jobs: [.jobs[].name]}'] })
  const mail = await ada.type('admin mails --jq', { more: ['[.[] | select(.kind == "welcome")][0] | {id, fields: keys}'] })
  await ada.type(`admin mails show ${mail.id} --jq`, { more: ['keys'] })
  await ada.type(`admin tier ${owner?.org_id} business --days 30`)
  await ada.type(`admin limits ${owner?.org_id} --free-requests 5000`)
  await ada.type('admin usage reset --email ada@example.com --yes')
  await ada.type(`admin users delete ${eve?.id} --yes`)
  await ada.type('keys status')
  await ada.type('keys rotate --vault shop')
  await ada.type('keys migrate --to software --dry-run')
}
