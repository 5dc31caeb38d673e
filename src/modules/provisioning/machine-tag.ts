const PREFIX = 'ez-'

/** The mark that makes a machine ours, and says whose. Nothing is stopped or destroyed without it. */
export const machineTag = (serviceId: string): string => `${PREFIX}${serviceId}`

/** The service a machine's tags name, or undefined for a machine that is not ours. */
export const taggedServiceId = (tags: readonly string[]): string | undefined =>
  tags.find((tag) => tag.startsWith(`${PREFIX}svc_`))?.slice(PREFIX.length)
