import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { paths } from '../paths.ts'
import { formatDay } from '../portal/view.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card, Figure } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field } from '../ui/field.tsx'
import { Filters } from '../ui/filters.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import { RowLink } from './parts.tsx'
import type { RepricingData } from './repricing-page.tsx'

/** Announces it or takes it back, each after asking. */
export function RepricingActions({ loaded: { repricing, totals, may } }: { loaded: RepricingData }) {
  const words = useMessages(staffRepricingsMessages)
  const locale = useLocale()
  return (
    <>
      {may.cancel && (
        <ConfirmButton label={words.cancel} title={words.cancelTitle} confirm={words.cancel} fields={{ do: 'cancel' }}>
          <p>{repricing.state === 'draft' ? words.cancelDraftText : words.cancelText}</p>
        </ConfirmButton>
      )}
      {may.announce && (
        <ConfirmButton
          label={words.announce}
          variant="primary"
          danger={false}
          title={words.announceTitle(totals.customers)}
          confirm={words.announce}
          fields={{ do: 'announce' }}
        >
          <p>{words.announceText(formatDay(repricing.effectiveOn, locale))}</p>
        </ConfirmButton>
      )}
    </>
  )
}

/** What all of them pay for one period, now and then. */
export function Sums({ repricing: { currency }, totals }: Pick<RepricingData, 'repricing' | 'totals'>) {
  const words = useMessages(staffRepricingsMessages)
  return (
    <section aria-label={words.sums} className="grid gap-2">
      <div className="grid gap-3 sm:grid-cols-3">
        <Figure label={words.now} value={<Money minor={totals.oldMinor} currency={currency} />} />
        <Figure label={words.later} value={<Money minor={totals.newMinor} currency={currency} />} />
        <Figure
          label={words.difference}
          value={<Money minor={totals.newMinor - totals.oldMinor} currency={currency} />}
        />
      </div>
      <p className="text-sm text-muted">{words.sumsText}</p>
    </section>
  )
}

/** Another amount or day, before anybody is told. */
export function UpdateCard({ repricing, state }: Pick<RepricingData, 'repricing'> & { state: FormState | undefined }) {
  const words = useMessages(staffRepricingsMessages)
  return (
    <Card title={words.change}>
      <ActionForm
        id="update"
        key={repricing.amount + repricing.effectiveOn}
        state={state}
        labels={words.labels}
        summary={false}
        className="gap-4"
      >
        <input type="hidden" name="do" value="update" />
        <Field name="amount" initial={repricing.amount} inputMode="decimal" required />
        <Field name="effectiveOn" type="date" initial={repricing.effectiveOn} min={repricing.earliest} required />
        <FormActions>
          <SubmitButton variant="secondary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

type Row = RepricingData['payers'][number]

function useColumns({ repricing, may }: RepricingData): Column<Row>[] {
  const { currency } = repricing
  const words = useMessages(staffRepricingsMessages)
  const locale = useLocale()
  return [
    {
      key: 'customer',
      header: words.customer,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'what',
      header: words.what,
      grow: true,
      cell: (row) => <RowLink to={paths.staffSubscription(row.subscriptionId)}>{row.what}</RowLink>,
    },
    ...(repricing.isOption
      ? [{ key: 'pieces', header: words.pieces, align: 'right' as const, cell: (row: Row) => row.quantity }]
      : []),
    {
      key: 'old',
      header: words.oldPrice,
      align: 'right',
      cell: (row) => <Money minor={row.oldMinor} currency={currency} />,
    },
    {
      key: 'new',
      header: words.newPrice,
      align: 'right',
      cell: (row) => !row.excluded && <Money minor={row.newMinor} currency={currency} />,
    },
    {
      key: 'difference',
      header: words.difference,
      align: 'right',
      cell: (row) => !row.excluded && <Money minor={row.newMinor - row.oldMinor} currency={currency} />,
    },
    {
      key: 'first',
      header: words.firstRenewal,
      align: 'right',
      cell: (row) => (row.excluded ? words.keeps : formatDay(row.firstOn, locale)),
    },
    ...(may.exclude
      ? [{ key: 'act', header: '', align: 'right' as const, cell: (row: Row) => <Exclude row={row} /> }]
      : [{ key: 'state', header: words.state, align: 'right' as const, cell: (row: Row) => <PayerState row={row} /> }]),
  ]
}

function PayerState({ row }: { row: Row }) {
  const { statesOf } = useMessages(staffRepricingsMessages)
  if (row.dropped) return <StateBadge state="skipped" label={statesOf.dropped} />
  if (row.applied) return <StateBadge state="applied" label={statesOf.applied} />
  return row.told ? <StateBadge state="announced" label={statesOf.told} /> : <StateBadge state="queued" />
}

function Exclude({ row }: { row: Row }) {
  const words = useMessages(staffRepricingsMessages)
  return (
    <ActionForm id={`exclude-${row.subscriptionId}`} className="relative">
      <input type="hidden" name="do" value={row.excluded ? 'include' : 'exclude'} />
      <input type="hidden" name="customerId" value={row.customerId} />
      <SubmitButton size="small" variant="quiet">
        {row.excluded ? words.include : words.exclude}
      </SubmitButton>
    </ActionForm>
  )
}

/** Who pays what, with search, filter and file. */
export function Payers({ loaded }: { loaded: RepricingData }) {
  const words = useMessages(staffRepricingsMessages)
  return (
    <section aria-label={words.payers} className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{words.payers}</h2>
        <a href={loaded.exportPath} className="link" download>
          {words.download}
        </a>
      </div>
      <Filters
        search={{ name: 'q', label: words.search }}
        selects={[
          {
            name: 'view',
            label: words.view,
            options: loaded.views.map((view) => ({ value: view, label: words.views[view] })),
          },
        ]}
      />
      <DataTable
        label={words.payers}
        columns={useColumns(loaded)}
        rows={loaded.payers}
        rowKey={(row) => row.subscriptionId}
        next={loaded.next}
        filtered={loaded.filtered}
        empty={<EmptyState title={words.nobody} text={words.nobodyText} />}
      />
    </section>
  )
}
