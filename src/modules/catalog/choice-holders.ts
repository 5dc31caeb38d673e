import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { CatalogDocument } from './catalog-document.ts'

type Held = { choiceId: string; subscriptions: number }

/** Staff: how many running agreements have each choice of a product; a choice that nobody has is not named. */
export async function countChoiceHolders(
  app: App,
  actor: Actor,
  { productId }: { productId: string },
): Promise<ReadonlyMap<string, number>> {
  requirePermission(actor, 'catalog.read')
  const rows = await readHeld(app.db, sql`o.product_id = ${productId}`)
  return new Map(rows.map(({ choiceId, subscriptions }) => [choiceId, subscriptions]))
}

/** Throws `choice_in_use` when a draft loses a choice that running agreements have: it is retired instead, and they keep it. */
export async function requireNoneHeld(db: App['db'], before: CatalogDocument, after: CatalogDocument): Promise<void> {
  const kept = new Set(after.options.flatMap(({ choices }) => choices.map(({ id }) => id)))
  const gone = before.options.flatMap(({ choices }) => choices).filter(({ id }) => !kept.has(id))
  if (gone.length === 0) return
  const [held] = await readHeld(db, sql`c.id = any(${gone.map(({ id }) => id)}::text[])`)
  if (!held) return
  const name = gone.find(({ id }) => id === held.choiceId)!.name.en
  throw new Problem(
    'conflict',
    'choice_in_use',
    `${held.subscriptions} subscriptions have ${name}. Take “Offered” off instead: it is sold no longer, and they keep it.`,
  )
}

async function readHeld(db: App['db'], which: ReturnType<typeof sql>): Promise<Held[]> {
  const { rows } = await sql<Held>`
    select c.id as choice_id, count(*)::int as subscriptions
    from option_choices c join plan_options o on o.id = c.option_id
      join subscription_items i on i.code = o.code and i.choice = c.code
      join subscriptions s on s.id = i.subscription_id and s.state <> 'cancelled'
      join plans l on l.id = s.plan_id and l.product_id = o.product_id
    where ${which} group by c.id order by c.id`.execute(db)
  return rows
}
