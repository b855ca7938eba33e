import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { TurnOff } from './turn-off.tsx'
import { type Offered, TurnOn } from './turn-on.tsx'

type Step =
  | { readonly at: 'rest' }
  | { readonly at: 'turning-on'; readonly offered: Offered }
  | { readonly at: 'codes'; readonly codes: readonly string[] }
  | { readonly at: 'turning-off' }

/** The second factor: off, being set up, its recovery codes once, on, being turned off. */
export function SecondFactor() {
  const { account, session } = useSignedIn()
  const announce = useAnnounce()
  const [step, setStep] = useState<Step>({ at: 'rest' })
  const setUp = useAction(async client => setStep({ at: 'turning-on', offered: await client.call('mfa.setup') }))
  const rest = async (said: string) => {
    setStep({ at: 'rest' })
    announce(said)
    await session.refresh()
  }
  return (
    <Panel
      title="Second factor"
      actions={account.totp_enabled || step.at === 'codes' ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
    >
      {step.at === 'turning-on' ? (
        <TurnOn offered={step.offered} onOn={codes => setStep({ at: 'codes', codes })} onCancel={() => setStep({ at: 'rest' })} />
      ) : step.at === 'codes' ? (
        <RecoveryCodes codes={step.codes} onKept={() => rest('The second factor is on.')} />
      ) : step.at === 'turning-off' ? (
        <TurnOff onOff={() => rest('The second factor is off.')} onCancel={() => setStep({ at: 'rest' })} />
      ) : account.totp_enabled ? (
        <>
          <p>Signing in asks for a code of your authenticator. API keys are not asked.</p>
          <div className="actions">
            <Button onClick={() => setStep({ at: 'turning-off' })}>Turn off</Button>
          </div>
        </>
      ) : (
        <>
          <p>Protects your account even if someone has your password. Turning it on ends your other sessions.</p>
          <Alert>{setUp.failure}</Alert>
          <div className="actions">
            <Button kind="primary" busy={setUp.busy} onClick={() => setUp.run()}>
              Turn on
            </Button>
          </div>
        </>
      )}
    </Panel>
  )
}
