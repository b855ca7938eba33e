import type { Reply } from '../../client/client.ts'
import { moment } from '../output/moment.ts'
import type { View } from '../output/view.ts'

export const IP_RULE: View<Reply<'ip-rules.add'>> = {
  columns: {
    rule: rule => rule.rule_type,
    addresses: rule => rule.cidr,
    'applies to': rule => rule.applies_to,
    label: rule => rule.label,
    id: rule => rule.id,
    created: rule => moment(rule.created_at),
  },
  name: rule => rule.id,
}
