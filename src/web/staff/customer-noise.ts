/** What stands in a list of its own, or only follows from what is told anyway. */
export const NOISE = [
  'address.allocated',
  'address.released',
  'entitlement.granted',
  'entitlement.revoked',
  'notification.queued',
  'notification.sent',
  'procedure.advanced',
  'procedure.completed',
  'procedure.running',
  'vm_id.allocated',
  'vm_id.released',
]
