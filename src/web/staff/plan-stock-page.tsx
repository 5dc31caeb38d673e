import { data } from 'react-router'
import { z } from 'zod'
import { listEvents } from '#modules/accounts/list-events.ts'
import { limitName, setStock } from '#modules/catalog/set-stock.ts'
import { getStock } from '#modules/catalog/stock-queries.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffStockMessages } from '../messages/staff-stock.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge, StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { Difference, Who } from './parts.tsx'
import { eventView } from './view.ts'
import type { Route } from './+types/plan-stock-page'

const HISTORY = 20

export async function loader({ params: { planId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const words = staffStockMessages[locale]
  const [plan, { rows: events }] = await Promise.all([
    getStock(app, actor, planId),
    may('event.read')
      ? listEvents(app, actor, { limit: HISTORY, subjectId: planId, name: 'plan_stock.changed' })
      : { rows: [] },
  ])
  const lines = plan.lines.map(({ regionId, region, quantity, taken }) => ({
    name: limitName(regionId),
    label: region?.[locale] ?? words.all,
    quantity,
    taken,
  }))
  const labels = new Map(lines.map(({ name, label }) => [name, label]))
  return {
    planId,
    name: `${plan.product[locale]} ${plan.name[locale]}`,
    state: plan.state,
    lines,
    mayChange: may('catalog.publish'),
    history: events.map(eventView).map(({ id, at, changes, actorKind, actorId, actorName }) => ({
      id,
      at,
      actorKind,
      actorId,
      actorName,
      changes: changes.map(({ field, before, after }) => ({
        field: labels.get(field) ?? field,
        before: before ?? words.unlimited,
        after: after ?? words.unlimited,
      })),
    })),
  }
}

const Limit = z.coerce.number().int().min(0).max(1_000_000).optional()
const limitField = (name: string): string => `limit-${name}`
const wasField = (name: string): string => `was-${name}`

export async function action({ request, params: { planId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const { lines } = await getStock(app, actor, planId)
  const shown = lines.filter(({ regionId }) => form.has(limitField(limitName(regionId))))
  const fields = shown.flatMap(({ regionId }) => [limitField(limitName(regionId)), wasField(limitName(regionId))])
  const parsed = parseForm(z.object(Object.fromEntries(fields.map((name) => [name, Limit]))), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const limits = shown.map(({ regionId }) => ({
    regionId,
    was: parsed.value[wasField(limitName(regionId))] ?? null,
    quantity: parsed.value[limitField(limitName(regionId))] ?? null,
  }))
  const saved = await tryForm(form, locale, () => setStock(app, actor, { planId, limits }))
  if (saved.ok) return redirectWithFlash(paths.staffPlanStock(planId), 'saved')
  const errors = shown.flatMap(({ regionId, taken }) =>
    limitName(regionId) in saved.errors
      ? [[limitField(limitName(regionId)), staffStockMessages[locale].belowTaken(taken)]]
      : [],
  )
  if (errors.length === 0) return data(saved, 409)
  const { message: _, ...refused } = saved
  return data({ ...refused, errors: Object.fromEntries(errors) }, 409)
}

export default function PlanStockPage({ loaderData, actionData }: Route.ComponentProps) {
  const { name, state, lines, mayChange, history } = loaderData
  const words = useMessages(staffStockMessages)
  const common = useMessages(staffVersionsMessages)
  return (
    <ObjectPage
      title={words.planTitle(name)}
      text={words.planText}
      state={<StateBadge state={state} label={common.views[state]} />}
      back={{ to: paths.staffStock(), label: words.title }}
      aside={history.length > 0 && <History rows={history} />}
    >
      <Card title={words.limits} text={words.limitsText}>
        <ActionForm
          key={lines.map(({ quantity }) => quantity ?? '').join()}
          state={actionData}
          labels={Object.fromEntries(lines.map((line) => [limitField(line.name), line.label]))}
        >
          {lines.map((line) => (
            <Line key={line.name} line={line} mayChange={mayChange} />
          ))}
          {mayChange && (
            <FormActions>
              <SubmitButton variant="primary">{words.save}</SubmitButton>
            </FormActions>
          )}
        </ActionForm>
      </Card>
    </ObjectPage>
  )
}

type Loaded = Route.ComponentProps['loaderData']

/** One limit, with what is taken and left of it beside its field. */
function Line({ line: { name, quantity, taken }, mayChange }: { line: Loaded['lines'][number]; mayChange: boolean }) {
  const words = useMessages(staffStockMessages)
  const left = quantity === null ? undefined : quantity - taken
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-x-5 gap-y-1 sm:grid-cols-[minmax(0,14rem)_1fr]">
      <input type="hidden" name={wasField(name)} value={quantity ?? ''} />
      <Field
        name={limitField(name)}
        initial={quantity ?? undefined}
        placeholder={words.unlimited}
        inputMode="numeric"
        autoComplete="off"
        required={false}
        disabled={!mayChange}
      />
      <p className="flex min-h-(--control) flex-wrap items-center gap-x-4 text-table tabular">
        <span className="text-muted">{words.takenOf(taken)}</span>
        {left === undefined ? null : left > 0 ? (
          <span>{words.leftOnly(left)}</span>
        ) : (
          <Badge tone="warn">{words.soldOut}</Badge>
        )}
      </p>
    </div>
  )
}

function History({ rows }: { rows: Loaded['history'] }) {
  const words = useMessages(staffStockMessages)
  return (
    <Card title={words.history}>
      <ol className="grid gap-3 text-table">
        {rows.map((row) => (
          <li key={row.id} className="grid gap-0.5">
            <Difference changes={row.changes} />
            <span className="text-sm text-muted">
              <Time at={row.at} />
              {' · '}
              <Who event={row} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
