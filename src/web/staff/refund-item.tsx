import { useId } from 'react'
import { formatMoney } from '#platform/i18n.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { RowLink } from './parts.tsx'
import type { RefundItemView } from './refunds-page.tsx'
import { shortId } from './view.ts'

/** One refund: whose, how much, why; with the choices of a person where nobody knows what became of it. */
export function RefundItem({ row, mayDecide }: { row: RefundItemView; mayDecide: boolean }) {
  const words = useMessages(staffMoneyMessages)
  const { refunds } = words
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 border-b border-line px-5 py-4 last:border-b-0">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-medium">
          <RowLink to={paths.staffPayment(row.paymentId)}>{words.payment(shortId(row.paymentId))}</RowLink>
          <StateBadge state={row.state} />
          <Money minor={row.amountMinor} currency={row.currency} />
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-table">
          <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>
          <span>{refunds.destinations[row.destination]}</span>
          <span className="min-w-0 break-words text-muted">
            {[row.reason, row.imported && refunds.imported, row.failureCode].filter(Boolean).join(' · ')}
          </span>
          <span className="text-muted">
            <Time at={row.createdAt} />
          </span>
        </p>
        {row.state === 'needs_person' && (
          <p className="mt-2 max-w-2xl text-sm">
            <span className="block font-medium">{refunds.unknown}</span>
            <span className="block text-muted">{refunds.unknownText}</span>
          </p>
        )}
      </div>
      {mayDecide && <Choices row={row} />}
    </li>
  )
}

function Choices({ row }: { row: RefundItemView }) {
  const words = useMessages(staffMoneyMessages).refunds
  const locale = useLocale()
  const formId = useId()
  if (row.state !== 'pending' && row.state !== 'needs_person') return null
  const money = formatMoney(row.amountMinor, row.currency, locale)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <ActionForm id={formId} summary={false}>
        <input type="hidden" name="choice" value="look_again" />
        <SubmitButton variant="secondary" size="small" name="id" value={row.id}>
          {words.lookAgain}
        </SubmitButton>
      </ActionForm>
      {row.state === 'needs_person' && (
        <>
          <ConfirmButton
            label={words.sendAgain}
            size="small"
            title={words.sendAgainTitle(money)}
            confirm={words.sendAgain}
            fields={{ choice: 'send_again', id: row.id }}
          >
            <p>{words.sendAgainText}</p>
          </ConfirmButton>
          <ConfirmButton
            label={words.giveUp}
            size="small"
            title={words.giveUpTitle(money)}
            confirm={words.giveUp}
            fields={{ choice: 'give_up', id: row.id }}
          >
            <p>{words.giveUpText}</p>
          </ConfirmButton>
        </>
      )}
    </div>
  )
}
