import { AsyncLocalStorage } from 'node:async_hooks'
import type { Actor } from '#platform/actor.ts'

/** Whose rows the database lets this request see; undefined for all. */
type RowScope = { customerId: string | undefined }

const scopes = new AsyncLocalStorage<RowScope>()

/** Runs a request in a scope of its own, which is wide open until it is known who asks. */
export const withRowScope = <T>(run: () => T): T => scopes.run({ customerId: undefined }, run)

/**
 * From here on the database itself hides every other customer's rows from this request: the second wall, should a query
 * forget its owner. Staff and the system see all.
 */
export function seeRowsOf(actor: Actor): void {
  const scope = scopes.getStore()
  if (scope) scope.customerId = actor.kind === 'user' ? actor.customerId : undefined
}

/** For the few steps of a customer's user that concern other customers by their nature, such as joining one. */
export const beyondOwnRows = <T>(run: () => T): T => scopes.run({ customerId: undefined }, run)

/** The customer whose rows alone are to be seen now. */
export const rowsOf = (): string | undefined => scopes.getStore()?.customerId
