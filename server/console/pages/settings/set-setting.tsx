import type { Contract } from '../../../../src/contract/all.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'

interface SetSettingProps {
  /** The setting to change; absent for another one. */
  setting?: Contract['admin.settings']['reply']['settings'][number]
  onClose(): void
  onDone(): Promise<void>
}

/** Asks for the value of a setting of the server. */
export function SetSetting({ setting, onClose, onDone }: SetSettingProps) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['key', 'value'],
    check: entry => (entry('key').trim() ? null : { fields: { key: 'Enter the name of a setting.' } }),
    send: async (client, entry) => {
      const key = entry('key').trim()
      await client.call('admin.set-setting', { params: { key }, body: { value: entry('value') } })
      announce(`${key} is set.`)
      onClose()
      await onDone()
    },
  })
  return (
    <Dialog title={setting ? `Edit ${setting.key}` : 'New setting'} onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Setting"
          name="key"
          {...EXACT}
          maxLength={128}
          required
          readOnly={setting !== undefined}
          defaultValue={setting?.key}
          hint="Lower-case words joined by dots, such as intents_api.require_simulation."
          error={failure?.fields?.['key']}
        />
        <Field
          label="Value"
          name="value"
          {...EXACT}
          maxLength={4096}
          defaultValue={setting?.value}
          error={failure?.fields?.['value']}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
