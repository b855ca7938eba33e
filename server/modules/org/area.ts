import { type InvitationsDeps, invitations } from './invitations.ts'
import { type MembersDeps, members } from './members.ts'
import { type OrgDeps, orgService } from './service.ts'
import { liveOrgSettings } from './settings.ts'

/** Organisations, their members and their settings. */
export function orgArea(deps: OrgDeps & MembersDeps & InvitationsDeps) {
  return {
    org: { orgs: orgService(deps), members: members(deps), invitations: invitations(deps) },
    orgSettings: liveOrgSettings(deps.database),
  }
}
