import { useSignedIn } from '../../session/signed-in.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { ChangePassword } from './change-password.tsx'
import { DeleteAccount } from './delete-account.tsx'
import { Details } from './details.tsx'
import { ExportData } from './export-data.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'

/** `/account`: settings of the person, not of an organisation. */
export function ProfilePage() {
  const { account } = useSignedIn()
  return (
    <Page title="Account">
      <Details key={account.display_name} />
      <ChangePassword />
      <SecondFactor />
      <Sessions />
      <ExportData />
      <DeleteAccount />
    </Page>
  )
}
