/** The numbers of the host that are ours to give; everything outside is somebody else's. */
export type VmIdRange = { min: number; max: number }

/** A number rests this long before another machine gets it: backups and graphs of the old one carry it. */
export const VM_ID_REST: Temporal.DurationLike = { hours: 30 * 24 }

/** The name a number has in the event log. */
export const vmIdSubject = (vmId: number): string => `vm-${vmId}`
