import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { NoPage } from '../../ui/layout/no-page.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Tabs } from '../../ui/layout/tabs.tsx'
import { Accounts } from './accounts.tsx'
import { OrgSettings } from './org-settings.tsx'
import { ServerSettings } from './server-settings.tsx'

const VIEWS = {
  '/settings': { label: 'Organisation', view: () => <OrgSettings /> },
  '/settings/server': { label: 'Server settings', view: () => <ServerSettings /> },
  '/settings/accounts': { label: 'Accounts', view: () => <Accounts /> },
} as const

/** `/settings`: the organisation's settings and, for platform administrators, those of the server. */
export function SettingsPage({ rest }: { rest: readonly string[] }) {
  const { account } = useSignedIn()
  const orgs = useLoaded(client => client.call('org.list').then(reply => reply.orgs))
  const here = Object.keys(VIEWS).find(path => path === ['/settings', ...rest].join('/')) as keyof typeof VIEWS | undefined
  if (!here) return <NoPage />
  return (
    <Page title="Settings" {...(here !== '/settings' && { view: VIEWS[here].label })}>
      {account.role === 'member' ? (
        <p>Settings are for owners and admins of the organisation.</p>
      ) : (
        <LoadedView of={orgs} what="the settings">
          {rows => {
            const isPlatform = rows.some(({ is_current, is_platform }) => is_current && is_platform)
            const { view } = VIEWS[isPlatform ? here : '/settings']
            const tabs = Object.entries(VIEWS).map(([to, { label }]) => ({ to, label }))
            return (
              <>
                {isPlatform && <Tabs label="Settings" tabs={tabs} here={here} />}
                {view()}
              </>
            )
          }}
        </LoadedView>
      )}
    </Page>
  )
}
