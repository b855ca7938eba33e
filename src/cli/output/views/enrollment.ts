/** Views of enrolling agents and their keys. */
import type { Reply } from '../../../client/client.ts'
import type { View } from '../view.ts'

export const ENROLLED: View<Reply<'agents.enroll'>> = {
  columns: { link: asked => asked.approval_url, message: asked => asked.message },
  name: asked => asked.approval_url ?? '',
}

export const DECIDED: View<{ readonly name: string; readonly status: string }> = {
  columns: { name: agent => agent.name, status: agent => agent.status },
  name: agent => agent.name,
}

export const AGENT_IDENTITY: View<Reply<'agents.get'>> = {
  columns: {
    name: agent => agent.name,
    id: agent => agent.id,
    'ssh public key': agent => agent.ssh_public_key,
    'ecdh public key': agent => agent.ecdh_public_key,
  },
  name: agent => agent.id,
}
