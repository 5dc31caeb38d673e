import { formatDate } from '#platform/i18n.ts'
import type { ReactNode } from 'react'
import { vatMessages } from '../messages/vat.ts'
import { Notice } from './notice.tsx'
import { useSite, useMessages } from './site.tsx'
import type { VatView } from './vat-view.ts'

/** How far the proof of a VAT number is. `again` is the way to ask once more, where there is one. */
export function VatStatus({ vat, again }: { vat: VatView; again?: ReactNode }) {
  const words = useMessages(vatMessages)
  switch (vat.state) {
    case 'none':
      return null
    case 'checking':
      return (
        <Notice live title={words.checking}>
          {words.checkingText}
        </Notice>
      )
    case 'confirmed':
      return <Confirmed vat={vat} />
    case 'invalid':
      return (
        <Notice tone="bad" live title={words.invalid(vat.number)} action={again}>
          {words.invalidText}
        </Notice>
      )
    case 'unreachable':
      return (
        <Notice tone="warn" live title={words.unreachable} action={again}>
          {words.unreachableText}
        </Notice>
      )
    case 'given_up':
      return (
        <Notice tone="warn" live title={words.givenUp} action={again}>
          {words.givenUpText}
        </Notice>
      )
  }
}

function Confirmed({ vat }: { vat: VatView }) {
  const words = useMessages(vatMessages)
  const { locale, timeZone } = useSite()
  const facts = [
    vat.name && words.confirmedFor(vat.name),
    vat.checkedAt && words.confirmedOn(formatDate(vat.checkedAt, locale, timeZone, 'date')),
    vat.identifier && words.consultation(vat.identifier),
  ].filter(Boolean)
  return (
    <Notice tone="ok" live title={words.confirmed(vat.number)}>
      <p>{vat.reverseCharge ? words.reverseCharge : words.home}</p>
      <p className="break-words text-muted">{facts.join(' ')}</p>
    </Notice>
  )
}
