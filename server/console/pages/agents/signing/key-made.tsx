import { CopyButton } from '../../../ui/data/copy-button.tsx'
import { QrCode } from '../../../ui/data/qr-code.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../../ui/data/use-refreshed.ts'
import { Button } from '../../../ui/form/button.tsx'
import { wholeUnits } from '../../intents/transaction.ts'
import type { SigningKey } from './registration.ts'
import { StepPanel } from './steps.tsx'

const LOOK_EVERY_MS = 5_000

/** The key of the first step: its address, for funding, and its balance. */
export function KeyMade({ signingKey, onNext }: { signingKey: SigningKey; onNext(): void }) {
  const { chain, address, vault, path } = signingKey
  return (
    <StepPanel at="key">
      <div className="qr">
        <QrCode text={address} label={`QR code of the address ${address}`} />
        <div className="qr-aside">
          <dl className="facts">
            <dt>Address</dt>
            <dd className="with-button">
              <code>{address}</code>
              <CopyButton text={address} what="the address" kind="link" />
            </dd>
            <dt>Chain</dt>
            <dd>{`${chain.display_name} (${chain.chain_id})`}</dd>
            <dt>Key</dt>
            <dd>
              <code>{path}</code> in {vault.name}
            </dd>
            <dt>Balance</dt>
            <dd>
              <span role="status">
                <Balance signingKey={signingKey} />
              </span>
            </dd>
          </dl>
        </div>
      </div>
      <div className="actions">
        <Button kind="primary" onClick={onNext}>
          Continue to limits
        </Button>
      </div>
    </StepPanel>
  )
}

function Balance({ signingKey: { chain, address } }: { signingKey: SigningKey }) {
  const params = { identifier: chain.name, address }
  const { state, refresh } = useLoaded(client => client.call('chains.balance', { params }))
  useRefreshed(refresh, LOOK_EVERY_MS)
  if (state.at === 'loading') return '…'
  if (state.at === 'failed') return state.message
  const { balance_wei: wei, native_currency: unit } = state.value
  if (wei === '0') return `0 ${unit}. Pay in to the address now or later; limits can be tried without money.`
  return `${wholeUnits(wei)} ${unit}`
}
