import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { RequestAccess } from '../access-requests/request-access.tsx'
import type { Vault } from '../vaults/vault.ts'

export type Permission = Contract['policies.create']['body']['permissions'][number]

interface RefusedProps {
  vault: Vault
  permission: Permission
  /** The requested paths. */
  pattern: string
  /** Retries the refused request. */
  onGranted?(): void
}

const VERBS: Record<Permission, string> = {
  read: 'read',
  write: 'write',
  delete: 'delete',
  rotate: 'rotate',
  admin: 'manage the policies of',
}

/**
 * Explains a refusal by policy. Owners and admins are refused as well (they manage every vault, but reach a value only through a
 * policy, so that even their reading leaves a visible grant); they can give themselves that policy here.
 */
export function Refused({ vault, permission, pattern, onGranted }: RefusedProps) {
  const { account } = useSignedIn()
  const announce = useAnnounce()
  const [granted, setGranted] = useState(false)
  const action = useAction(client => grantOneself(client, account.id, { vault, permission, pattern }))
  const what =
    pattern === '**' ? 'the secrets of this vault' : pattern.endsWith('/**') ? `what is in ${pattern.slice(0, -2)}` : pattern
  const grant = async () => {
    if (!(await action.run())) return
    setGranted(true)
    announce(`A policy now lets you ${VERBS[permission]} ${what}.`)
    onGranted?.()
  }
  if (granted && !onGranted)
    return (
      <p>
        A policy now lets you {VERBS[permission]} {what}. Try again.
      </p>
    )
  return (
    <div className="refused">
      <p>
        <strong>
          No policy lets you {VERBS[permission]} {what}.
        </strong>
      </p>
      {account.role === 'member' ? (
        <>
          <p>Owners, admins and the vault’s creator can add one.</p>
          {permission !== 'admin' && (
            <RequestAccess vaultId={vault.id} permission={permission} pattern={pattern} onApproved={onGranted} />
          )}
        </>
      ) : (
        <>
          <p>
            Even owners need a policy to read values, so that every access leaves a record. You can grant yourself one; it stays
            listed until someone removes it.
          </p>
          <Alert>{action.failure}</Alert>
          <Button busy={action.busy} onClick={grant}>
            Grant myself {permission} access<span className="only-heard"> to {what}</span>
          </Button>
        </>
      )}
    </div>
  )
}

function grantOneself(client: Client, id: string, { vault, permission, pattern }: Omit<RefusedProps, 'onGranted'>) {
  return client.call('policies.create', {
    params: { vault_id: vault.id },
    body: { secret_path_pattern: pattern, principal_type: 'user', principal_id: id, permissions: [permission] },
  })
}
