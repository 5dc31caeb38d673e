import type { Context } from 'hono'

/** A refusal as Proxmox words it: the text is the body's message and the status line's reason. */
export class PveError extends Error {
  readonly status: number
  readonly fields: Record<string, string> | undefined

  constructor(status: number, message: string, fields?: Record<string, string>) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

export const died = (message: string): PveError => new PveError(500, message)

export const invalid = (fields: Record<string, string>): PveError =>
  new PveError(400, 'Parameter verification failed.', fields)

export const denied = (path: string, privilege: string): PveError =>
  new PveError(403, `Permission check failed (${path}, ${privilege})`)

export const noSuchConfig = (node: string, vmid: number): PveError =>
  died(`Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`)

export const locked = (lock: string): string => `VM is locked (${lock})`

export const lockTimeout = (vmid: number): string =>
  `can't lock file '/var/lock/qemu-server/lock-${vmid}.conf' - got timeout`

/** The body of an error; a failure planned from outside uses it too. */
export function errorBody(status: number, message = `simulated failure ${status}`, fields?: Record<string, string>) {
  const errors = fields && Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, `${text}\n`]))
  return {
    body: JSON.stringify({ data: null, message: `${message}\n`, ...(errors ? { errors } : {}) }),
    contentType: 'application/json;charset=UTF-8',
  }
}

type Outgoing = { outgoing?: { statusMessage: string } } | undefined

/** Node's server takes the reason from its own response object only; in process, the Response carries it. */
function sayReason(c: Context, reason: string): string {
  const plain = reason.replaceAll(/[^\t -~]/g, ' ')
  const { outgoing } = (c.env as Outgoing) ?? {}
  if (outgoing) outgoing.statusMessage = plain
  return plain
}

/** An error with its reason in the status line, after which the connection closes. */
export function refuse(c: Context, error: PveError): Response {
  const statusText = sayReason(c, error.message)
  const { body, contentType } = errorBody(error.status, error.message, error.fields)
  return new Response(body, {
    status: error.status,
    statusText,
    headers: { 'content-type': contentType, connection: 'close' },
  })
}

/** Failed authentication has no body: the reason stands in the status line alone. */
export function refuseUnauthenticated(c: Context, reason: string): Response {
  const statusText = sayReason(c, reason)
  return new Response('', { status: 401, statusText, headers: { connection: 'close' } })
}
