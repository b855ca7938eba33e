import { useState } from 'react'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Page } from '../../../ui/layout/page.tsx'
import { KeyForm } from './key-form.tsx'
import { KeyMade } from './key-made.tsx'
import type { Limits } from './limits.ts'
import { LimitsForm } from './limits-form.tsx'
import { type Registered, registration, type SigningKey } from './registration.ts'
import { type StepName, Steps } from './steps.tsx'
import { TakeKey } from './take-key.tsx'
import { TryIt } from './try-it.tsx'
import { type VaultsAndChains, vaultsAndChains } from './vaults-and-chains.ts'

const WITHIN = [{ label: 'Agents', to: '/agents' }]

/** `/agents/new/signing`: an agent that signs transactions, in four steps, tried before its key is given away. */
export function NewSigningAgentPage() {
  const known = useLoaded(vaultsAndChains)
  return (
    <Page title="New signing agent" within={WITHIN}>
      <LoadedView of={known} what="the chains">
        {value => <FourSteps known={value} reload={known.reload} />}
      </LoadedView>
    </Page>
  )
}

/** The current step, and what exists by then. */
interface Place {
  readonly at: StepName
  readonly key?: SigningKey
  readonly limits?: Limits
  readonly registered?: Registered
}

function FourSteps({ known, reload }: { known: VaultsAndChains; reload(): Promise<void> }) {
  const [{ at, key, limits, registered }, change] = useState<Place>({ at: 'key' })
  const [steps] = useState(registration)
  const go = (next: Place) => change(before => ({ ...before, ...next }))
  return (
    <>
      <Steps at={at} />
      {!key && <KeyForm {...known} reload={reload} registration={steps} onMade={made => go({ at, key: made })} />}
      {key && at === 'key' && <KeyMade signingKey={key} onNext={() => go({ at: 'limits' })} />}
      {key && at === 'limits' && (
        <LimitsForm
          signingKey={key}
          registration={steps}
          before={limits}
          onBack={() => go({ at: 'key' })}
          onDone={(made, chosen) => go({ at: 'try', registered: made, limits: chosen })}
        />
      )}
      {key && limits && registered && at === 'try' && (
        <TryIt
          signingKey={key}
          registered={registered}
          limits={limits}
          onBack={() => go({ at: 'limits' })}
          onNext={() => go({ at: 'take' })}
        />
      )}
      {key && limits && registered && at === 'take' && <TakeKey signingKey={key} registered={registered} limits={limits} />}
    </>
  )
}
