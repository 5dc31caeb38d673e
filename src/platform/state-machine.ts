import { sql } from 'kysely'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'

/** Which verb leads from which state to which. Every state of the database's enum must be named. */
export type Transitions<S extends string> = Record<S, Partial<Record<string, S>>>

type StatefulTable = { [T in keyof Schema]: Schema[T] extends { id: string; state: string } ? T : never }[keyof Schema]
type StateOf<T extends StatefulTable> = Schema[T]['state']
type Verb<M> = M extends Record<string, infer V> ? (V extends object ? keyof V & string : never) : never

export type StateMachine<T extends StatefulTable, M extends Transitions<StateOf<T>>> = {
  noun: string
  table: T
  states: M
}

export const stateMachine = <T extends StatefulTable, const M extends Transitions<StateOf<T>>>(
  machine: StateMachine<T, M>,
): StateMachine<T, M> => machine

/** Whether a verb is open to a row in its present state. Pages and the API ask this and never compare states. */
export function can<T extends StatefulTable, M extends Transitions<StateOf<T>>>(
  machine: StateMachine<T, M>,
  row: { state: StateOf<T> },
  verb: Verb<M>,
): boolean {
  return targetOf(machine, row.state, verb) !== undefined
}

/** Refuses with `invoice_paid`, `service_suspended`, … when the verb is not open to the row. */
export function requireVerb<T extends StatefulTable, M extends Transitions<StateOf<T>>>(
  machine: StateMachine<T, M>,
  row: { state: StateOf<T> },
  verb: Verb<M>,
): void {
  if (can(machine, row, verb)) return
  const words = machine.noun.replaceAll('_', ' ')
  throw new Problem('conflict', `${machine.noun}_${row.state}`, `This ${words} is ${row.state.replaceAll('_', ' ')}.`)
}

/**
 * The only writer of a state column: moves a locked row on and emits `noun.state`. Throws like requireVerb when the verb
 * is not open; throws when the row changed underneath, which a lock prevents.
 */
export async function transition<T extends StatefulTable, M extends Transitions<StateOf<T>>>(
  tx: Tx,
  machine: StateMachine<T, M>,
  row: { id: string; state: StateOf<T>; customerId?: string },
  verb: Verb<M>,
  changes: Partial<Omit<Schema[T], 'id' | 'state'>> = {},
): Promise<Schema[T]> {
  requireVerb(machine, row, verb)
  const state = targetOf(machine, row.state, verb)!
  const columns = { ...changes, state, updatedAt: tx.now }
  const table = sql.table(machine.table)
  const sets = Object.entries(columns).map(([name, value]) => sql`${sql.ref(name)} = ${value}`)
  const { rows } = await sql<Schema[T]>`
    update ${table} set ${sql.join(sets)} where id = ${row.id} and state = ${row.state} returning *`.execute(tx.db)
  const [updated] = rows
  if (!updated) throw new Error(`${machine.noun} ${row.id} was no longer ${row.state}`)
  await tx.emit(`${machine.noun}.${state}`, row.id, {
    ...(row.customerId ? { customerId: row.customerId } : {}),
    before: { state: row.state },
    after: { ...changes, state },
  })
  return updated
}

function targetOf<T extends StatefulTable>(
  machine: { states: Transitions<StateOf<T>> },
  state: StateOf<T>,
  verb: string,
): StateOf<T> | undefined {
  return machine.states[state][verb]
}
