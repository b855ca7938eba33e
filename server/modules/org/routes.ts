import {
  acceptInvitation,
  inviteMember,
  listInvitations,
  makeInvitationLink,
  revokeInvitation,
  showInvitation,
} from '../../../src/contract/org/invitations.ts'
import {
  changeOrgSettings,
  listMembers,
  listOrgs,
  memberAgentKeys,
  orgSettings,
  removeMember,
  setMemberRole,
} from '../../../src/contract/org/org.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { switchOrg } from '../../../src/contract/sign-in.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { InvitationRow, MemberRow } from '../../stores/orgs.ts'
import type { Invitations } from './invitations.ts'
import type { Members } from './members.ts'
import type { Orgs } from './service.ts'

export interface OrgServices {
  readonly orgs: Orgs
  readonly members: Members
  readonly invitations: Invitations
}

export function orgRoutes(mount: Mount, { orgs, members, invitations }: OrgServices): void {
  mount(listOrgs, async ({ actor, query }) =>
    pageReply('orgs', await orgs.ofPerson(actor), query, {
      idOf: ({ id }) => id,
      body: ({ id, name, role, is_platform }) => ({ id, name, role, is_current: id === actor.orgId, is_platform }),
    }),
  )
  mount(switchOrg, async ({ actor, body, visitor }) => orgs.switchTo(actor, body.org_id.toLowerCase(), visitor))
  mount(orgSettings, async ({ grant }) => orgs.settings(grant))
  mount(changeOrgSettings, async ({ grant, body }) => orgs.changeSettings(grant, body.name, settingsIn(body)))

  mount(listMembers, async ({ grant, query }) =>
    pageReply('members', await members.list(grant), query, { idOf: ({ id }) => id, body: memberBody }),
  )
  mount(setMemberRole, async ({ grant, params, body }) => memberBody(await members.setRole(grant, params.user_id, body.role)))
  mount(memberAgentKeys, async ({ grant, params, query }) =>
    pageReply('agents', await members.keysSeen(grant, params.user_id), query, {
      idOf: ({ id }) => id,
      body: ({ id, name, is_active }) => ({ id, name, is_active }),
    }),
  )
  mount(removeMember, async ({ grant, params, query, answerWith }) => {
    const agents = await members.remove(grant, params.user_id, query.agent_keys)
    if (query.agent_keys !== 'rotate') return undefined
    answerWith(200)
    return { agents }
  })

  mount(inviteMember, async ({ grant, body }) => {
    const invited = await invitations.invite(grant, body.email, body.role ?? 'member')
    const message =
      invited.delivery === 'mail'
        ? 'The invitation has been mailed.'
        : 'The invitation is in the outbox folder of the server, which has no mail.'
    return { message, ...invited }
  })
  mount(makeInvitationLink, async ({ grant, params }) => {
    const { url, email, expiresAt } = await invitations.makeLink(grant, params.invitation_id)
    return { url, email, expires_at: new Date(expiresAt).toISOString() }
  })
  mount(listInvitations, async ({ grant, query }) =>
    pageReply('invitations', await invitations.list(grant), query, { idOf: ({ id }) => id, body: invitationBody }),
  )
  mount(revokeInvitation, async ({ grant, params }) => {
    await invitations.revoke(grant, params.invitation_id)
    return undefined
  })
  mount(showInvitation, async ({ params }) => {
    const { invitation, orgName, inviter } = await invitations.show(params.token)
    const { email, role, isMailed, expires_at } = invitation
    const by = inviter && { invited_by: inviter.display_name ?? inviter.email }
    return { org_name: orgName, email, role, ...by, proves_address: isMailed, expires_at: new Date(expires_at).toISOString() }
  })
  mount(acceptInvitation, async ({ actor, params, visitor }) => {
    const { orgId, name, role } = await invitations.accept(actor, params.token, visitor)
    return { org_id: orgId, org_name: name, role }
  })
}

/** The body can have unknown fields, which are not settings. */
function settingsIn(body: BodyOf<typeof changeOrgSettings>) {
  const canOwn = body['agents.can_own_vaults']
  const days = body['audit.retention_days']
  return {
    ...(canOwn !== undefined && { 'agents.can_own_vaults': canOwn }),
    ...(days !== undefined && { 'audit.retention_days': days }),
  }
}

function memberBody({ id, email, display_name, role, auth_method, created_at }: MemberRow) {
  const name = display_name !== null && { display_name }
  return { id, email, ...name, role, auth_method, created_at: new Date(created_at).toISOString() }
}

function invitationBody({ id, email, role, invited_by, created_at, expires_at }: InvitationRow) {
  const instant = (at: number) => new Date(at).toISOString()
  return { id, email, role, invited_by, created_at: instant(created_at), expires_at: instant(expires_at) }
}
