import { Checks } from '../../ui/form/checks.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import type { Failure } from '../../ui/form/submission.ts'
import { TextArea } from '../../ui/form/text-area.tsx'
import { DAY_NAMES, DAYS, inWords, type Limits } from './conditions.ts'

interface ConditionsFieldsProps {
  limits: Limits
  failure: Failure | null
}

const OWN_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** The addresses and times of a policy. An empty field does not restrict. */
export function ConditionsFields({ limits, failure }: ConditionsFieldsProps) {
  const faults = Object.entries(failure?.fields ?? {})
  const fault = (name: string) => faults.find(([field]) => field.startsWith(`conditions.${name}`))?.[1]
  return (
    <details className="conditions" open={inWords(limits).length > 0 || fault('') !== undefined}>
      <summary>Conditions (optional)</summary>
      <div className="conditions-body">
        <TextArea
          label="Only from these addresses"
          name="ips"
          {...EXACT}
          rows={2}
          hint="IP addresses or ranges, such as 192.0.2.7 or 10.0.0.0/8"
          defaultValue={limits.ips.join('\n')}
          error={fault('ip_allowlist')}
        />
        <div className="form-row">
          <Field
            label="Only from"
            name="after"
            type="time"
            autoComplete="off"
            defaultValue={limits.after}
            error={fault('time_window.after')}
          />
          <Field
            label="until"
            name="before"
            type="time"
            autoComplete="off"
            defaultValue={limits.before}
            error={fault('time_window.before')}
          />
        </div>
        <Checks
          legend="Only on these days"
          names={DAYS}
          labels={DAY_NAMES}
          checked={limits.days}
          error={fault('time_window.days')}
        />
        <Field
          label="Time zone of these"
          name="timezone"
          {...EXACT}
          placeholder="UTC"
          hint={`An IANA name. Yours is ${OWN_ZONE}.`}
          maxLength={64}
          defaultValue={limits.timezone}
          error={fault('time_window.timezone')}
        />
      </div>
    </details>
  )
}
