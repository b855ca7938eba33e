import { describe, expect, it } from 'vitest'
import { withTwoProcesses } from '../../support/two-processes.ts'
import { makeWorld, ok, type World } from '../../support/world.ts'

const AT_ONCE = 40

interface Answer {
  readonly status: number
  readonly body: { readonly agent?: { readonly id: string }; readonly status?: string; readonly detail?: string }
}
type Decide = (token: string, verb: string, bearer: string) => Promise<Answer>

/** Two people click many times: one decision counts, the other clicks get it as the reply, and no incomplete agent remains. */
async function expectOne(world: World, deciders: readonly Decide[]): Promise<void> {
  const people = [await world.signUp(), await world.signUp()]
  for (const verbs of [['approve'], ['approve', 'deny']]) {
    const { body: asked } = await ok(world.call('POST', '/v1/agents/enroll', { body: { name: `bot ${verbs}` } }))
    const token = asked.approval_url.split('/').at(-1)
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => {
        const person = people[i % 2]?.token ?? ''
        const verb = verbs[Math.floor(i / 2) % verbs.length] ?? ''
        return (deciders[i % deciders.length] as Decide)(token, verb, person)
      }),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(AT_ONCE - 1)
    const outcome = won[0]?.body.agent ? 'approved' : 'denied'
    for (const { body } of answers.filter(({ status }) => status === 409)) expect(body.detail).toContain(`${outcome} before`)
    const lists = await Promise.all(people.map(({ token: bearer }) => ok(world.call('GET', '/v1/agents', { token: bearer }))))
    const made = lists.flatMap(({ body }) => body.agents).filter(({ name }: { name: string }) => name === `bot ${verbs}`)
    expect(made.map(({ id }: { id: string }) => id)).toEqual(won[0]?.body.agent ? [won[0].body.agent.id] : [])
  }
}

const path = (token: string, verb: string) => `/v1/agents/enrollments/${token}/${verb}`

describe(`${AT_ONCE} people who decide on one enrolment at once`, () => {
  it('create one agent, or none, on sqlite', async () => {
    const world = await makeWorld('sqlite')
    try {
      await expectOne(world, [(token, verb, bearer) => world.call('POST', path(token, verb), { token: bearer })])
    } finally {
      await world.close()
    }
  }, 60_000)

  it('create one agent, or none, on two processes over one PostgreSQL', async () => {
    const by =
      (url: string): Decide =>
      async (token, verb, bearer) => {
        const reply = await fetch(url + path(token, verb), { method: 'POST', headers: { authorization: `Bearer ${bearer}` } })
        return { status: reply.status, body: (await reply.json()) as Answer['body'] }
      }
    await withTwoProcesses((world, urls) => expectOne(world, urls.map(by)))
  }, 150_000)
})
