import { useState } from 'react'
import { manages } from '../../../session/session.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Page } from '../../../ui/layout/page.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import type { Vault } from '../vault.ts'
import { VaultTabs } from '../vault-tabs.tsx'
import { EnterKey } from './enter-key.tsx'
import { NewCustomerKey } from './new-customer-key.tsx'
import { RotateKey } from './rotate-key.tsx'
import { useCustomerKey } from './use-customer-key.ts'

interface CustomerKeyPageProps {
  vault: Vault
  reload(): Promise<void>
}

type Doing = 'on' | 'rotate' | 'off'

/** `/vaults/<id>/customer-key`: a key that only the customer has, and with which this page encrypts and decrypts by itself. */
export function CustomerKeyPage({ vault, reload }: CustomerKeyPageProps) {
  const [doing, setDoing] = useState<Doing | null>(null)
  const { account, keys } = useSignedIn()
  const announce = useAnnounce()
  const close = () => setDoing(null)
  const isOn = vault.cmek_fingerprint !== undefined
  const mayChange = manages(account, vault)
  const isIncluded = useIsIncluded()
  const done = async (what: string) => {
    close()
    announce(what)
    await reload()
  }
  return (
    <Page title={vault.name} view="Customer key" within={[{ label: 'Vaults', to: '/vaults' }]}>
      <VaultTabs of={vault} here="customer-key" />
      <Panel
        title="Customer key"
        actions={
          mayChange &&
          (isOn || isIncluded) && (
            <div className="actions">
              {isOn ? (
                <>
                  {isIncluded && <Button onClick={() => setDoing('rotate')}>Rotate the key</Button>}
                  <Button onClick={() => setDoing('off')}>Turn off</Button>
                </>
              ) : (
                <Button kind="primary" onClick={() => setDoing('on')}>
                  Turn on
                </Button>
              )}
            </div>
          )
        }
      >
        {isOn ? (
          <p>
            On. Fingerprint of the key: <code className="breakable">{vault.cmek_fingerprint}</code>
          </p>
        ) : (
          <p>
            Off. The server encrypts every value with keys that it holds. With a customer key, values are encrypted in this
            browser or by <code>1claw</code> before they are sent, and the server cannot read them.
          </p>
        )}
        {!isIncluded && (
          <>
            <p>
              {isOn
                ? 'The plan of this organisation has no customer keys. This one stays in use and can be turned off, but not rotated.'
                : 'The plan of this organisation has no customer keys. The tiers business and enterprise have them.'}
            </p>
            <div className="actions">
              <Link to="/billing" className="button button-plain">
                See the plan
              </Link>
            </div>
          </>
        )}
        <KeyHere vault={vault} />
        {!mayChange && <p className="quiet">Only owners, admins and the vault’s creator can change this.</p>}
      </Panel>
      {doing === 'on' && (
        <NewCustomerKey
          title="Turn on a customer key"
          vault={vault}
          verb="Turn on"
          use={async (client, { key }) => {
            await client.call('cmek.enable', { params: { vault_id: vault.id }, body: { fingerprint: key.fingerprint } })
            keys.enter(vault.id, key)
            await done('The customer key is on. New values are encrypted with it.')
          }}
          onClose={close}
        >
          <p>
            This key was created in your browser. The server receives only its fingerprint. Existing values do not change: write
            them again to encrypt them.
          </p>
        </NewCustomerKey>
      )}
      {doing === 'rotate' && <RotateKey vault={vault} onClose={close} onDone={() => done('The customer key was rotated.')} />}
      {doing === 'off' && <TurnOff vault={vault} onClose={close} onDone={() => done('The customer key is off.')} />}
    </Page>
  )
}

/** Whether the plan has customer keys. Until it is known, the answer is yes: the server decides. */
function useIsIncluded(): boolean {
  const { state } = useLoaded(client => client.call('billing.subscription', { query: { include: 'features' } }))
  return state.at !== 'loaded' || state.value.features?.customer_keys !== false
}

/** The key in this tab, or the field for it. */
function KeyHere({ vault }: { vault: Vault }) {
  const { keys } = useSignedIn()
  const key = useCustomerKey(vault)
  const isOn = vault.cmek_fingerprint !== undefined
  if (!key && isOn) return <EnterKey vault={vault} />
  if (!key) {
    return (
      <details>
        <summary>Read values that were written with a customer key before</summary>
        <EnterKey vault={vault} label="Key of these values" />
      </details>
    )
  }
  return (
    <>
      <p>
        {isOn
          ? 'This tab has the key: it decrypts what you reveal and encrypts what you write.'
          : 'This tab has a key: it decrypts values that were written with it.'}
      </p>
      <div className="actions">
        <Button onClick={() => keys.forget(vault.id)}>Forget key</Button>
      </div>
    </>
  )
}

interface TurnOffProps {
  vault: Vault
  onClose(): void
  onDone(): Promise<void>
}

function TurnOff({ vault, onClose, onDone }: TurnOffProps) {
  const action = useAction(client => client.call('cmek.disable', { params: { vault_id: vault.id } }))
  return (
    <Confirm title="Turn off the customer key?" verb="Turn off" action={action} onDone={() => void onDone()} onClose={onClose}>
      <p>
        New values are encrypted by the server alone. Values that were written with the key stay encrypted with it, so keep the
        key for as long as you need them.
      </p>
    </Confirm>
  )
}
