/** A message that goes through a proxy. */
export type Message = { method: string; path: string; headers: string[]; body: Buffer }

/** A webhook is known by what it tells of. */
export function webhookName({ method, path, body }: Message): string {
  const type = /"type":\s*"([a-z_.]+)"/g
  // The event's own type comes last; objects inside may have one, too.
  const told = [...body.toString('utf8').matchAll(type)].map(([, name]) => name).filter((name) => name?.includes('.'))
  return `${method} ${path} ${told.at(-1) ?? 'unknown'}`
}
