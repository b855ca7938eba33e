import { useEffect, useRef } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { download } from '../../ui/data/download.ts'
import { Button } from '../../ui/form/button.tsx'

interface RecoveryCodesProps {
  codes: readonly string[]
  onKept(): void
}

/** The recovery codes, which are shown this once. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const { account } = useSignedIn()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  const text = `${codes.join('\n')}\n`
  const save = () => download('1claw-recovery-codes.txt', 'text/plain', `1claw recovery codes of ${account.email}\n\n${text}`)
  return (
    <>
      <h3 ref={title} tabIndex={-1}>
        Keep these recovery codes
      </h3>
      <p>
        Each code signs you in once if you lose your authenticator. They are shown only now: print them, or store them with your
        passwords.
      </p>
      <ul className="recovery-codes">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="actions">
        <CopyButton text={text} what="the recovery codes" />
        <Button onClick={save}>
          Download<span className="only-heard"> the recovery codes</span>
        </Button>
        <Button kind="primary" onClick={onKept}>
          I’ve saved them
        </Button>
      </div>
    </>
  )
}
