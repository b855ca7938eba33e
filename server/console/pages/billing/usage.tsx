import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { JustPaid } from './just-paid.tsx'
import { Meters } from './meters.tsx'
import { Month } from './month.tsx'
import { Plan } from './plan.tsx'

/** The plan, its usage, and the requests of a month. */
export function Usage() {
  const known = useLoaded(async client => {
    const [plan, { limited }] = await Promise.all([client.call('billing.subscription'), client.call('billing.breakdown')])
    return { plan, limited }
  })
  return (
    <>
      <JustPaid look={known.refresh} />
      <LoadedView of={known} what="the plan">
        {({ plan, limited }) => (
          <>
            <Plan plan={plan} />
            <Panel title="Used">
              <p className="quiet">
                Requests, transactions and shares are those of this month (UTC).
                {!limited && ' Usage is only counted here: nothing is limited or charged.'}
              </p>
              <Meters plan={plan} limited={limited} />
            </Panel>
          </>
        )}
      </LoadedView>
      <NamesHere>
        <Month />
      </NamesHere>
    </>
  )
}
