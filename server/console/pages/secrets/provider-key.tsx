import { CopyButton } from '../../ui/data/copy-button.tsx'

/** A key in the key provider: its account, and the note that there is nothing to reveal. */
export function ProviderKey({ address, provider }: { address: string; provider: string }) {
  return (
    <>
      <p>
        This key never leaves the key provider ({provider === 'pkcs11' ? 'an HSM' : provider}). It signs transactions for agents
        that may read this path, and nobody can read it.
      </p>
      <dl className="facts">
        <dt>Address</dt>
        <dd>
          <code>{address}</code>
        </dd>
      </dl>
      <div className="actions">
        <CopyButton text={address} what="the address" />
      </div>
    </>
  )
}
