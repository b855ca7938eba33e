import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { NoPage } from '../../ui/layout/no-page.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Tabs } from '../../ui/layout/tabs.tsx'
import { Credits } from './credits.tsx'
import { Organisations } from './organisations.tsx'
import { Usage } from './usage.tsx'

const USAGE = { to: '/billing', label: 'Plan and usage' } as const
const CREDITS = { to: '/billing/credits', label: 'Credits' } as const
const ORGANISATIONS = { to: '/billing/organisations', label: 'Organisations' } as const

/** `/billing`: usage and payments of the organisation and, for platform administrators, of all. */
export function BillingPage({ rest }: { rest: readonly string[] }) {
  const { account } = useSignedIn()
  const orgs = useLoaded(client => client.call('org.list').then(reply => reply.orgs))
  const here = ['/billing', ...rest].join('/')
  const view = [USAGE, CREDITS, ORGANISATIONS].find(({ to }) => to === here)
  if (!view) return <NoPage />
  return (
    <Page title="Billing" {...(view !== USAGE && { view: view.label })}>
      <LoadedView of={orgs} what="the plan">
        {rows => {
          const runsPlatform = account.role !== 'member' && rows.some(({ is_current, is_platform }) => is_current && is_platform)
          const tabs = runsPlatform ? [USAGE, CREDITS, ORGANISATIONS] : [USAGE, CREDITS]
          return (
            <>
              <Tabs label="Billing" tabs={tabs} here={here} />
              {here === USAGE.to && <Usage />}
              {here === CREDITS.to && <Credits />}
              {here === ORGANISATIONS.to &&
                (runsPlatform ? <Organisations /> : <p>This view requires a platform administrator.</p>)}
            </>
          )
        }}
      </LoadedView>
    </Page>
  )
}
